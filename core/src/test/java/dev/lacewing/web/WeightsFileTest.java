package dev.lacewing.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lacewing.error.LacewingException.Unsupported;
import dev.lacewing.plan.Marked;
import dev.lacewing.plan.Words;
import dev.lacewing.plan.Words.Kind;
import dev.lacewing.web.WeightsFile.Little;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WeightsFileTest {
    private static final int WORDS = 0, HALVES = 1, RUNS = 2, DELTAS = 3, STREAM = 4, SLOTS = 5, ADDRESS = 4096;

    private final Random random = new Random(17);
    private final Words words = new Words();

    private List<Integer> kinds(boolean halves, int... expected) {
        byte[] file = WeightsFile.of(new int[0], words, ADDRESS, halves);
        Expanded e = Expanded.of(file, ADDRESS + 4 * words.size());
        assertThat(Arrays.copyOfRange(e.memory(), ADDRESS / 4, e.memory().length)).isEqualTo(expected);
        assertThat(Arrays.copyOf(e.memory(), ADDRESS / 4)).containsOnly(0);
        return e.kinds();
    }

    /** All words come back as they are. */
    private List<Integer> exact(boolean halves) { return kinds(halves, Arrays.copyOf(words.array(), words.size())); }

    private static int bits(double value) { return Float.floatToRawIntBits((float) value); }

    private int[] floats(int count, double scale) { return IntStream.range(0, count).map(i -> bits(random.nextGaussian() * scale)).toArray(); }

    @Test void wordsAreWrittenInTheSmallestForm() {
        Marked.add(words, Kind.WORDS, 0, floats(16, 1));
        Marked.add(words, Kind.WEIGHTS, 0, new int[64]);
        Marked.add(words, Kind.WORDS, 0, IntStream.range(0, 32).map(i -> 80000 - 16 * i).toArray());
        assertThat(exact(false)).containsExactly(WORDS, RUNS, DELTAS);
    }

    /** The first of the second region is so many units from the last of the first, and itself near zero. */
    @ParameterizedTest @CsvSource({"32767, 1", "-32767, 1", "32768, 2", "-32768, 2"})
    void joinedRegionsOfDeltas(int units, int sections) {
        for (int region = 0; region < 2; region++) {
            int start = region == 0 ? -units / 2 : units - units / 2;
            Marked.add(words, Kind.WORDS, 0, IntStream.range(0, 15).map(i -> 4 * (start + 100 + i * i)).toArray());
            Marked.add(words, Kind.WORDS, 0, 4 * (start + (region == 0 ? 0 : 200)));
            words.align();
        }
        words.array()[16] = words.get(15) + 4 * units;
        assertThat(exact(false)).hasSize(sections).containsOnly(DELTAS);
    }

    @Test void slotsStandInTheLowHalves() {
        int[] slots = {7, -1, 1 << 30};
        Expanded e = Expanded.of(WeightsFile.of(slots, words, ADDRESS, false), ADDRESS);
        assertThat(e.kinds()).containsExactly(SLOTS);
        assertThat(Arrays.copyOfRange(e.memory(), MemoryMap.FIRST / 4, MemoryMap.FIRST / 4 + 6)).containsExactly(7, 0, -1, 0, 1 << 30, 0);
    }

    @Test void halvesAreRounded() {
        int[] weights = floats(50, 1);
        Marked.add(words, Kind.WEIGHTS, 0, weights);
        assertThat(kinds(true, Arrays.stream(weights).map(WeightsFileTest::rounded).toArray())).containsExactly(HALVES);
        assertThat(exact(false)).containsExactly(WORDS);
    }

    private static int rounded(int bits) { return Float.floatToRawIntBits(Float.float16ToFloat(Float.floatToFloat16(Float.intBitsToFloat(bits)))); }

    @ParameterizedTest @ValueSource(floats = {65505, -1e9f, Float.POSITIVE_INFINITY, Float.NaN})
    void whatNoHalfHoldsStaysAsItIs(float value) {
        int[] weights = floats(50, 1), stream = stream(2, 3, 4, IntStream.range(0, 9).map(i -> 4 * i).toArray());
        weights[20] = Float.floatToRawIntBits(value);
        stream[5] = Float.floatToRawIntBits(value);   // a weight of the first block
        Marked.add(words, Kind.WEIGHTS, 0, weights);
        Marked.add(words, Kind.STREAM, 2, stream);
        assertThat(exact(true)).containsExactly(WORDS, STREAM);
    }

    /** Halves of what is below 2^-14 have fewer bits, or none. */
    @Test void smallWeightsStayAsTheyAre() {
        Marked.add(words, Kind.WEIGHTS, 0, floats(50, 1e-5));
        assertThat(exact(true)).containsExactly(WORDS);
        int[] mostlyLarge = floats(50, 1);
        mostlyLarge[7] = bits(1e-6);
        Words other = new Words();
        Marked.add(other, Kind.WEIGHTS, 0, mostlyLarge);
        assertThat(Expanded.of(WeightsFile.of(new int[0], other, 0, true), 200).kinds()).containsExactly(HALVES);
    }

    /** Block rows with up to {@code most} blocks, the first with all of them, of columns in a random order that rises but where it starts anew. */
    private int[] stream(int rows, int blockRows, int most, int[] columns) {
        IntStream.Builder all = IntStream.builder();
        for (int r = 0; r < blockRows; r++) {
            int blocks = r == 0 ? most : random.nextInt(most + 1);
            all.add(blocks);
            for (int bias : floats(rows, 1)) all.add(bias);
            for (int b = 0; b < blocks; b++) {
                all.add(columns[random.nextInt(columns.length)]);
                for (int weight : floats(rows, 1)) all.add(weight);
            }
        }
        return all.build().toArray();
    }

    @ParameterizedTest @ValueSource(ints = {1, 2, 4})
    void streams(int rows) {
        for (int[] columns : List.of(new int[] {-64}, new int[] {4, 8, 12, 16}, new int[] {-8, 0, 400}, IntStream.range(0, 700).map(i -> 4 * i).toArray(),
                IntStream.range(0, 700).map(i -> i * i).toArray())) {
            Words one = new Words();
            Marked.add(one, Kind.STREAM, rows, stream(rows, 20, 12, columns));
            Expanded e = Expanded.of(WeightsFile.of(new int[0], one, 0, false), 4 * one.size());
            assertThat(e.memory()).isEqualTo(Arrays.copyOf(one.array(), one.size()));
            assertThat(e.kinds()).containsExactly(STREAM);
        }
    }

    @Test void streamsInHalvesKeepBiases() {
        int[] stream = stream(2, 1, 3, new int[] {0, 4});
        Marked.add(words, Kind.STREAM, 2, stream);
        int[] expected = stream.clone();
        for (int block = 3; block < stream.length; block += 3) for (int i = 1; i < 3; i++) expected[block + i] = rounded(stream[block + i]);
        assertThat(kinds(true, expected)).containsExactly(STREAM);
        assertThat(expected).isNotEqualTo(stream);
    }

    @Test void streamsOfEmptyBlockRows() {
        Marked.add(words, Kind.STREAM, 2, 0, bits(1), bits(2), 0, bits(3), bits(4));
        assertThat(exact(true)).containsExactly(STREAM);
    }

    @Test void streamsWithTooManyColumnsOrBlocksAreWords() {
        IntStream.Builder many = IntStream.builder().add(0x10000).add(bits(.5));
        for (int b = 0; b < 0x10000; b++) many.add(4 * b).add(bits(b));
        Marked.add(words, Kind.STREAM, 1, many.build().toArray());
        assertThat(exact(false)).containsExactly(WORDS);
        Words columns = new Words();
        for (int row = 0; row < 2; row++) {
            IntStream.Builder half = IntStream.builder().add(0x8000).add(bits(.5));
            for (int b = 0; b < 0x8000; b++) half.add(4 * (2 * b + row)).add(bits(b));
            Marked.add(columns, Kind.STREAM, 1, half.build().toArray());
        }
        Expanded e = Expanded.of(WeightsFile.of(new int[0], columns, 0, false), 4 * columns.size());
        assertThat(e.memory()).isEqualTo(Arrays.copyOf(columns.array(), columns.size()));
        assertThat(e.kinds()).containsExactly(WORDS);
    }

    /** Each has its own columns, equally far apart. */
    @Test void streamsOfTwoLayersStandAlone() {
        for (int layer = 0; layer < 2; layer++) {
            words.align();
            IntStream.Builder stream = IntStream.builder().add(7).add(bits(.5));
            for (int b = 0; b < 7; b++) stream.add((4 + layer) * b).add(bits(b));
            Marked.add(words, Kind.STREAM, 1, stream.build().toArray());
        }
        assertThat(words.regions()).hasSize(2);
        assertThat(exact(false)).containsExactly(STREAM, STREAM);
    }

    @Test void growsUpToTheLargestArray() {
        assertThat(Little.larger(1 << 20)).isEqualTo(1 << 21);
        assertThat(Little.larger(1 << 30)).isEqualTo(Integer.MAX_VALUE - 8);
        assertThatThrownBy(() -> Little.larger(Integer.MAX_VALUE - 8)).isInstanceOf(Unsupported.class).hasMessageContaining("2047 MB");
    }
}
