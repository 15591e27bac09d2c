package dev.lacewing.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lacewing.error.LacewingException.Invalid;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BatchesTest {
    private static final Normalisation PLAIN = new Normalisation(List.of(0.0, 0.0), List.of(1 / 255.0, 1 / 255.0));

    /** Pixels 1 to 255, so that black tells what came in from outside. */
    private static Images images(int count) {
        Random random = new Random(7);
        byte[] pixels = new byte[count * 2 * 5 * 6];
        for (int i = 0; i < pixels.length; i++) pixels[i] = (byte) (1 + random.nextInt(255));
        return new Images(2, 5, 6, pixels, IntStream.range(0, count).map(i -> i % 3).toArray(), List.of("a", "b", "c"));
    }

    @Test
    void evaluatesAllImagesInOrder() {
        Images images = images(10);
        Batches batches = Batches.evaluation(images, PLAIN, 4);
        float[] pixels = new float[4 * images.size()];
        int[] labels = new int[4];
        assertThat(batches.count()).isEqualTo(3);
        for (int b = 0, at = 0; b < 3; b++) {
            int n = batches.read(0, b, pixels, labels);
            assertThat(n).isEqualTo(b == 2 ? 2 : 4);
            for (int i = 0; i < n; i++, at++) {
                assertThat(labels[i]).isEqualTo(at % 3);
                for (int p = 0; p < images.size(); p++) assertThat(pixels[i * images.size() + p]).isEqualTo(images.pixels()[at * images.size() + p] & 0xff);
            }
        }
    }

    @Test
    void shufflesEachEpochByTheSeed() {
        Images images = images(103);
        Batches one = Batches.training(images, PLAIN, Augmentation.NONE, 10, 1), same = Batches.training(images, PLAIN, Augmentation.NONE, 10, 1),
                other = Batches.training(images, PLAIN, Augmentation.NONE, 10, 2);
        assertThat(one.count()).isEqualTo(10);
        int[] first = order(images, one, 0), second = order(images, one, 1);
        assertThat(first).doesNotHaveDuplicates().hasSize(100).isNotEqualTo(second).isNotEqualTo(order(images, other, 0)).isEqualTo(order(images, same, 0));
        assertThat(order(images, one, 0)).isEqualTo(first);
        assertThat(first).isNotEqualTo(Arrays.stream(first).sorted().toArray());
    }

    /** By what the images hold: no two are alike. */
    private static int[] order(Images images, Batches batches, int epoch) {
        int size = batches.size(0);
        float[] pixels = new float[size * images.size()];
        return IntStream.range(0, batches.count()).flatMap(b -> {
            batches.read(epoch, b, pixels, new int[size]);
            return IntStream.range(0, size).map(i -> IntStream.range(0, images.count()).filter(image -> fits(images, image, pixels, i * images.size(), 0, 0, false)).findFirst().orElseThrow());
        }).toArray();
    }

    /** Undoes each of the possible crops and flips until one fits. */
    @Test
    void cropsAndFlips() {
        Images images = images(40);
        Batches batches = Batches.training(images, PLAIN, new Augmentation(2, true, 0), 40, 3), unchanged = Batches.training(images, PLAIN, Augmentation.NONE, 40, 3);
        float[] pixels = new float[40 * images.size()];
        Set<String> seen = new HashSet<>();
        for (int epoch = 0; epoch < 20; epoch++) {
            batches.read(epoch, 0, pixels, new int[40]);
            int[] order = order(images, unchanged, epoch);
            for (int i = 0; i < 40; i++) seen.add(change(images, order[i], pixels, i * images.size()));
        }
        assertThat(seen).hasSize(50).doesNotContain("none fits");
    }

    private static String change(Images images, int image, float[] pixels, int at) {
        for (int down = -2; down <= 2; down++)
            for (int right = -2; right <= 2; right++)
                for (boolean flip : new boolean[] {false, true}) if (fits(images, image, pixels, at, down, right, flip)) return down + " " + right + " " + flip;
        return "none fits";
    }

    private static boolean fits(Images images, int image, float[] pixels, int at, int down, int right, boolean flip) {
        for (int c = 0; c < 2; c++)
            for (int y = 0; y < 5; y++)
                for (int x = 0; x < 6; x++) {
                    int fromY = y + down, fromX = (flip ? 5 - x : x) + right;
                    boolean outside = fromY < 0 || fromY >= 5 || fromX < 0 || fromX >= 6;
                    int expected = outside ? 0 : images.pixels()[image * 60 + c * 30 + fromY * 6 + fromX] & 0xff;
                    if (pixels[at + c * 30 + y * 6 + x] != expected) return false;
                }
        return true;
    }

    @Test
    void cutsASquare() {
        Images images = images(40);
        Batches batches = Batches.training(images, PLAIN, new Augmentation(0, false, 3), 40, 3);
        float[] pixels = new float[40 * images.size()];
        batches.read(0, 0, pixels, new int[40]);
        Set<Integer> sizes = new HashSet<>();
        for (int i = 0; i < 40; i++) {
            int zeros = 0;
            for (int p = 0; p < 30; p++) {
                assertThat(pixels[i * 60 + p] == 0).isEqualTo(pixels[i * 60 + 30 + p] == 0);
                if (pixels[i * 60 + p] == 0) zeros++;
            }
            sizes.add(zeros);
        }
        assertThat(sizes).isSubsetOf(4, 6, 9).contains(9);
    }

    @Test
    void augmentationOfAnImageDoesNotDependOnItsBatch() {
        Images images = images(40);
        Augmentation augmentation = new Augmentation(2, true, 2);
        Batches whole = Batches.training(images, PLAIN, augmentation, 40, 3), parts = Batches.training(images, PLAIN, augmentation, 8, 3);
        float[] all = new float[40 * 60], some = new float[8 * 60];
        whole.read(5, 0, all, new int[40]);
        for (int b = 4; b >= 0; b--) {
            parts.read(5, b, some, new int[8]);
            assertThat(some).isEqualTo(Arrays.copyOfRange(all, b * 8 * 60, (b + 1) * 8 * 60));
        }
    }

    @Test
    void normalisesToMeanZeroAndVarianceOne() {
        Images images = images(500);
        Normalisation measured = Normalisation.of(images);
        float[] pixels = new float[500 * 60];
        Batches.evaluation(images, measured, 500).read(0, 0, pixels, new int[500]);
        for (int c = 0; c < 2; c++) {
            double sum = 0, squares = 0;
            for (int i = 0; i < 500; i++)
                for (int p = 0; p < 30; p++) {
                    double v = pixels[i * 60 + c * 30 + p];
                    sum += v;
                    squares += v * v;
                }
            assertThat(sum / 15_000).isBetween(-1e-4, 1e-4);
            assertThat(squares / 15_000).isBetween(0.9999, 1.0001);
        }
    }

    @Test
    void setsImagesAside() {
        DataSet set = new DataSet("x", images(100), images(7)), split = set.validation(0.2, 1);
        assertThat(split.train().count()).isEqualTo(80);
        assertThat(split.test().count()).isEqualTo(20);
        assertThat(split.normalisation()).isEqualTo(set.normalisation());
        Set<String> kept = contents(split.train()), aside = contents(split.test());
        assertThat(kept).doesNotContainAnyElementsOf(aside);
        kept.addAll(aside);
        assertThat(kept).isEqualTo(contents(set.train()));
        assertThat(contents(set.validation(0.2, 2).test())).isNotEqualTo(aside);
        assertThatThrownBy(() -> set.validation(1, 1)).isInstanceOf(Invalid.class);
    }

    private static Set<String> contents(Images images) {
        Set<String> contents = new HashSet<>();
        for (int i = 0; i < images.count(); i++) contents.add(images.labels()[i] + Arrays.toString(Arrays.copyOfRange(images.pixels(), i * images.size(), (i + 1) * images.size())));
        return contents;
    }

    @Test
    void refusesWhatCannotBe() {
        assertThatThrownBy(() -> Batches.training(images(5), PLAIN, Augmentation.NONE, 6, 0)).isInstanceOf(Invalid.class).hasMessageContaining("5 training images");
        assertThatThrownBy(() -> Batches.evaluation(images(5), PLAIN, 2).read(0, 3, new float[120], new int[2])).isInstanceOf(Invalid.class);
        assertThatThrownBy(() -> Batches.evaluation(images(5), PLAIN, 2).read(0, 0, new float[119], new int[2])).isInstanceOf(Invalid.class);
        assertThatThrownBy(() -> new Augmentation(-1, false, 0)).isInstanceOf(Invalid.class);
    }
}
