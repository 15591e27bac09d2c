package dev.lacewing.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lacewing.kernel.Baked.Pattern;
import dev.lacewing.program.Machine;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Random patterns against plain loops, with columns in any order and pixels that start anywhere. */
class BakedTest {
    @ParameterizedTest
    @CsvSource({"28, 40, 0.9", "26, 40, 0.9", "28, 7, 0", "1, 1, 0", "1, 300, 0.5", "13, 90, 0.7", "5, 20, 1", "17, 33, 0.3", "28, 1, 0", "2, 60, 0.98"})
    void agreesWithPlainLoops(int rows, int columns, double zeros) {
        for (Machine m : new Machine[] {Machine.AVX512, Machine.AVX2, Machine.SIMD128, Machine.SCALAR}) {
            if (rows > Baked.mostRows(Epilogue.RELU6, m)) continue;
            check(m, rows, columns, zeros, Epilogue.NONE, false, false);
            check(m, rows, columns, zeros, Epilogue.RELU6, false, true);
            check(m, rows, columns, zeros, Epilogue.RELU, true, false);
            if (rows <= Baked.mostRows(new Epilogue.Swish(), m)) check(m, rows, columns, zeros, new Epilogue.Swish(), true, true);
        }
    }

    private static void check(Machine m, int rows, int columns, double zeros, Epilogue epilogue, boolean residual, boolean masked) {
        Random random = new Random(31L * rows + columns);
        float[][] w = new float[rows][columns];
        for (int r = 0; r < rows; r++) for (int c = 0; c < columns; c++) w[r][c] = r % 5 == 4 || c % 7 == 6 || random.nextDouble() < zeros ? 0 : random.nextFloat() - .45f;
        int tiles = 3, pixels = tiles * m.lanes(), pitch = pixels + 3, yStride = pixels + 5, rStride = pixels + 2;
        int[] places = random.ints(columns, 0, columns * pitch).toArray();
        try (Arena arena = Arena.ofConfined()) {
            Floats x = Floats.random(arena, columns * pitch + pixels, random, 1), y = new Floats(arena, rows * yStride - 5), mask = new Floats(arena, pixels);
            for (int p = 0; p < pixels; p++) mask.mask(p, p % 5 != 4);
            Floats bias = Floats.random(arena, rows, random, 2);
            int middle = columns * pitch / 2;
            Layer layer = layer(arena, w, bias, Arrays.stream(places).map(p -> 4 * (p - middle)).toArray());
            Floats added = Floats.random(arena, rows * rStride, random, 1);
            new Runs(Baked.program(layer.pattern, Baked.Ahead.ALONE, epilogue, residual, masked, m)).check(
                    Runs.block(arena, x.address(middle), y.address(), layer.stream.address(), 4L * yStride, 1, tiles, mask.address(), 0, 0, added.address(), 4L * rStride, rows),
                    y, x, layer.stream, mask, added, Epilogue.isLong(epilogue) ? y : mask);
            y.guardsUntouched();
            for (int r = 0; r < rows; r++)
                for (int p = 0; p < pixels; p++) {
                    double sum = bias.get(r) + (residual ? added.get(r * rStride + p) : 0);
                    for (int c = 0; c < columns; c++) sum += (double) w[r][c] * x.get(places[c] + p);
                    assertThat((double) y.get(r * yStride + p)).as("row %d pixel %d", r, p).isEqualTo(MatrixKernelsTest.finish(sum, epilogue) * (masked ? mask.kept(p) : 1), within(1e-4));
                }
        }
    }

    record Layer(Pattern pattern, Floats stream) {}

    static Layer layer(Arena arena, float[][] w, Floats bias, int[] offsets) {
        int rows = w.length, columns = offsets.length, used = 0, n = 0;
        int[] kept = new int[columns], ends = new int[columns];
        byte[] entries = new byte[rows * columns];
        Floats stream = new Floats(arena, rows + rows * columns);
        for (int r = 0; r < rows; r++) stream.set(r, bias.get(r));
        for (int c = 0; c < columns; c++) {
            int before = n;
            for (int r = 0; r < rows; r++)
                if (w[r][c] != 0) {
                    entries[n] = (byte) r;
                    stream.set(rows + n++, w[r][c]);
                }
            if (n == before) continue;
            kept[used] = offsets[c];
            ends[used++] = n;
        }
        return new Layer(new Pattern(rows, Arrays.copyOf(kept, used), Arrays.copyOf(ends, used), Arrays.copyOf(entries, n)), stream);
    }

    @Test
    void theNameTellsThePattern() {
        Pattern a = new Pattern(2, new int[] {0, 64}, new int[] {1, 2}, new byte[] {0, 1}), b = new Pattern(2, new int[] {0, 64}, new int[] {1, 2}, new byte[] {1, 0});
        Pattern c = new Pattern(2, new int[] {0, 128}, new int[] {1, 2}, new byte[] {0, 1});
        assertThat(name(a)).isEqualTo(name(new Pattern(2, a.offsets().clone(), a.ends().clone(), a.entries().clone()))).isNotEqualTo(name(b)).isNotEqualTo(name(c));
    }

    private static String name(Pattern pattern) { return Baked.program(pattern, Baked.Ahead.ALONE, Epilogue.RELU, false, false, Machine.AVX512).name(); }

    /** 28 rows, two limits, input and weight. */
    @Test
    void fillsTheRegisters() {
        assertThat(Baked.mostRows(Epilogue.RELU6, Machine.AVX512)).isEqualTo(28);
        Pattern p = new Pattern(28, new int[] {0}, new int[] {1}, new byte[] {27});
        assertThat(Baked.program(p, Baked.Ahead.ALONE, Epilogue.RELU6, false, true, Machine.AVX512).vectors()).isEqualTo(32);
    }
}
