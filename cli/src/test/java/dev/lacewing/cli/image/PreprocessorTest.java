package dev.lacewing.cli.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lacewing.cli.image.Preprocessing.Order;
import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.error.LacewingException.Malformed;
import dev.lacewing.error.LacewingException.Unsupported;
import dev.lacewing.image.Picture;
import dev.lacewing.tensor.Shape;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PreprocessorTest {
    private static final Picture TWO = new Picture(2, 1, new byte[] {10, 20, 30, 40, 50, (byte) 200});

    private static float[] apply(Preprocessing steps, Picture picture, int... shape) {
        Preprocessor preprocessor = new Preprocessor(steps, Shape.of(shape));
        float[] values = new float[preprocessor.size()];
        preprocessor.apply(picture, values, 0);
        return values;
    }

    @Test
    void writesPlanes() { assertThat(apply(Preprocessing.UNKNOWN, TWO, 1, 3, 1, 2)).containsExactly(10 / 255f, 40 / 255f, 20 / 255f, 50 / 255f, 30 / 255f, 200 / 255f); }

    @Test
    void normalisesInTheNetworksOrder() {
        Preprocessing steps = new Preprocessing(null, null, Order.BGR, List.of(1f, 2f, 3f), List.of(2f));
        assertThat(apply(steps, TWO, 1, 3, 1, 2)).containsExactly(29 / 2f, 199 / 2f, 18 / 2f, 48 / 2f, 7 / 2f, 37 / 2f);
    }

    @Test
    void oneChannelIsLuminance() {
        Preprocessing steps = new Preprocessing(null, null, null, List.of(0f), List.of(1f));
        assertThat(apply(steps, TWO, 1, 1, 1, 2)).containsExactly(Math.round(.299 * 10 + .587 * 20 + .114 * 30), Math.round(.299 * 40 + .587 * 50 + .114 * 200));
    }

    @Test
    void resizesTheShorterSideAndCropsTheMiddle() {
        byte[] rgb = new byte[3 * 24 * 12];
        new Random(3).nextBytes(rgb);
        Picture wide = new Picture(24, 12, rgb);
        Picture sized = Resize.parse("6").apply(wide);
        assertThat(sized.width()).isEqualTo(12);
        assertThat(sized.height()).isEqualTo(6);
        float[] values = apply(new Preprocessing(Resize.parse("6"), 4, null, List.of(0f), List.of(1f)), wide, 1, 3, 4, 4);
        assertThat(values[0]).isEqualTo(sized.sample(4, 1, 0));
        assertThat(values[15]).isEqualTo(sized.sample(7, 4, 0));
    }

    @ParameterizedTest
    @CsvSource({"2, 2, 99999x99999", "30000, 1, 99999", "2, 3000, 50000x1"})
    void refusesSizesBeyondThoseOfPicturesRead(int width, int height, String size) {
        Picture from = new Picture(width, height, new byte[3 * width * height]);
        assertThatThrownBy(() -> Resize.parse(size).apply(from)).isInstanceOf(Invalid.class).hasMessageContaining("smaller size");
    }

    @Test
    void refusesStepsThatMissTheNetworksSize() {
        assertThatThrownBy(() -> apply(new Preprocessing(null, 5, null, null, null), TWO, 1, 3, 4, 4)).isInstanceOf(Invalid.class).hasMessageContaining("--crop");
        assertThatThrownBy(() -> apply(new Preprocessing(Resize.parse("3x3"), null, null, null, null), TWO, 1, 3, 4, 4)).isInstanceOf(Invalid.class);
        assertThatThrownBy(() -> apply(new Preprocessing(null, null, null, null, List.of(0f)), TWO, 1, 3, 1, 2)).isInstanceOf(Invalid.class).hasMessageContaining("--std");
        assertThatThrownBy(() -> apply(new Preprocessing(null, null, null, List.of(1f, 2f, 3f), null), TWO, 1, 1, 1, 2)).isInstanceOf(Invalid.class).hasMessageContaining("--mean");
    }

    @Test
    void refusesNetworksWithoutPictures() { assertThatThrownBy(() -> apply(Preprocessing.UNKNOWN, TWO, 1, 10)).isInstanceOf(Unsupported.class); }

    @Test
    void travelsThroughMetadata() {
        Preprocessing steps = new Preprocessing(Resize.parse("256"), 224, Order.BGR, List.of(103.53f, 116.28f, 123.675f), List.of(57.375f));
        Map<String, String> metadata = steps.addTo(Map.of("author", "me"));
        assertThat(metadata).containsEntry("author", "me").containsEntry("lacewing.preprocess.resize", "256").containsEntry("lacewing.preprocess.mean", "103.53,116.28,123.675");
        assertThat(Preprocessing.from(metadata)).isEqualTo(steps);
        assertThat(Preprocessing.from(Map.of())).isEqualTo(Preprocessing.UNKNOWN);
        assertThat(new Preprocessing(null, null, Order.RGB, null, null).orElse(steps)).isEqualTo(new Preprocessing(steps.resize(), 224, Order.RGB, steps.mean(), steps.std()));
    }

    @Test
    void refusesBrokenMetadata() {
        for (var entry : Map.of("resize", "0", "crop", "x", "order", "grb", "mean", "1,2", "std", "NaN").entrySet())
            assertThatThrownBy(() -> Preprocessing.from(Map.of("lacewing.preprocess." + entry.getKey(), entry.getValue()))).as(entry.getKey()).isInstanceOf(Malformed.class);
    }
}
