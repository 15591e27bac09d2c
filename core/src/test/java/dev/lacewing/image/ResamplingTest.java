package dev.lacewing.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lacewing.error.LacewingException.Invalid;
import java.util.zip.CRC32;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResamplingTest {
    static Picture picture(int width, int height) {
        byte[] rgb = new byte[3 * width * height];
        for (int y = 0, at = 0; y < height; y++)
            for (int x = 0; x < width; x++) for (int c = 0; c < 3; c++) rgb[at++] = (byte) (x * 37 + y * 91 + c * 53 + x * y * 7 * (c + 1));
        return new Picture(width, height, rgb);
    }

    /** Checksums of what Pillow 12.3's {@code resize(..., BILINEAR)} gives for the same picture. */
    @ParameterizedTest
    @CsvSource({"13, 9, 5, 4, 1434236357", "5, 4, 13, 9, 1129762778", "31, 17, 8, 17, 1775605763", "7, 7, 7, 3, 854653464", "40, 30, 3, 2, 3615113711",
            "1, 1, 4, 4, 200616431", "227, 227, 224, 224, 4138934373"})
    void equalsPillow(int width, int height, int toWidth, int toHeight, long crc) {
        Picture resized = Resampling.bilinear(picture(width, height), toWidth, toHeight);
        CRC32 sum = new CRC32();
        sum.update(resized.rgb());
        assertThat(resized.width()).isEqualTo(toWidth);
        assertThat(resized.height()).isEqualTo(toHeight);
        assertThat(sum.getValue()).isEqualTo(crc);
    }

    @ParameterizedTest
    @CsvSource({"2, 2, 99999, 99999", "2, 2, 20000, 20000", "2, 3000, 50000, 1"})
    void refusesSizesBeyondThoseOfPicturesRead(int width, int height, int toWidth, int toHeight) {
        Picture from = picture(width, height);
        assertThatThrownBy(() -> Resampling.bilinear(from, toWidth, toHeight)).isInstanceOf(Invalid.class).hasMessageContaining("choose a smaller size");
    }
}
