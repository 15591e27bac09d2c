package dev.lacewing.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lacewing.kernel.Baked.Ahead;
import dev.lacewing.kernel.Baked.Pattern;
import dev.lacewing.program.Instruction;
import dev.lacewing.program.Int;
import dev.lacewing.program.Machine;
import dev.lacewing.program.Program;
import dev.lacewing.program.Ptr;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
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
            check(m, rows, columns, zeros, Epilogue.NONE, false, false, new Ahead(192, 64, false));
            check(m, rows, columns, zeros, Epilogue.RELU6, false, true, Ahead.ALONE);
            check(m, rows, columns, zeros, Epilogue.RELU, true, false, Ahead.ALONE);
            if (rows <= Baked.mostRows(new Epilogue.Swish(), m)) check(m, rows, columns, zeros, new Epilogue.Swish(), true, true, Ahead.ALONE);
        }
    }

    private static void check(Machine m, int rows, int columns, double zeros, Epilogue epilogue, boolean residual, boolean masked, Ahead ahead) {
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
            Runs runs = new Runs(Baked.program(layer.pattern, ahead, epilogue, residual, masked, m));
            runs.check(runs.block().set(Tiles.X, x.address(middle)).set(Tiles.Y, y.address()).set(Tiles.Y_STRIDE, 4L * yStride)
                    .set(Tiles.STREAM, layer.stream.address()).set(Tiles.BLOCKS, 1).set(Tiles.TILES, tiles)
                    .set(Tiles.MASK, mask.address()).set(Baked.NEXT, layer.stream.address()).set(Tiles.RESIDUAL, added.address())
                    .set(Tiles.RESIDUAL_STRIDE, 4L * rStride).set(Tiles.ROWS, rows),
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

    @Test
    void andWhatItAsksForAhead() {
        Pattern p = pattern(5, 9, 0.5);
        assertThat(Stream.of(Ahead.ALONE, new Ahead(0, 0, false), new Ahead(64, 0, false), new Ahead(0, 64, false), new Ahead(64, 64, false), new Ahead(128, 64, false))
                .map(ahead -> Baked.program(p, ahead, Epilogue.RELU, false, false, Machine.AVX512).name())).doesNotHaveDuplicates();
    }

    /** Read off the program: while the pixels pass, it asks once for each line of the next tile's code and weights, and for hardly more. */
    @ParameterizedTest
    @CsvSource({"28, 40, 0.9, 7", "28, 40, 0.9, 1", "5, 300, 0.5, 13", "28, 1, 0, 4", "3, 20, 1, 5", "1, 1, 0, 1000", "28, 512, 0.2, 13"})
    void asksForTheNextTileLineByLine(int rows, int columns, double zeros, int vectors) {
        Pattern own = pattern(rows, columns, zeros), next = pattern(28, 60, 0.8);
        Program program = Baked.program(own, Ahead.of(next, vectors, false), Epilogue.RELU, false, true, Machine.AVX512);
        long code = 1 << 20, stream = 1 << 21, after = stream + 4L * (rows + own.entries().length), weights = 4L * (28 + next.entries().length);
        List<Long> lines = new ArrayList<>();
        asked(program.code(), new HashMap<>(), Map.of(Baked.NEXT, code, Tiles.STREAM, stream), vectors, lines);
        assertThat(lines).doesNotHaveDuplicates();
        assertThat(lines.stream().filter(at -> at < stream)).containsAll(every(code, next.codeBytes())).hasSizeLessThan((int) (next.codeBytes() / LINE) + 1 + vectors);
        assertThat(lines.stream().filter(at -> at >= stream)).containsAll(every(after, weights)).hasSizeLessThan((int) (weights / LINE) + 1 + vectors).allMatch(at -> at >= after);
    }

    private static final int LINE = 64;

    private static List<Long> every(long from, long bytes) { return LongStream.range(0, Math.ceilDiv(bytes, LINE)).mapToObj(i -> from + i * LINE).toList(); }

    /** Follows pointers through the code; all loops go round as often as there are tiles, but that over the blocks, which is there once. */
    private static void asked(List<Instruction> code, Map<Ptr, Long> at, Map<Integer, Long> arguments, int tiles, List<Long> lines) {
        Map<Int, Integer> counts = new HashMap<>();
        for (Instruction i : code) {
            switch (i) {
                case Instruction.Argument(Ptr to, int slot) -> at.put(to, arguments.getOrDefault(slot, 0L));
                case Instruction.Move(Ptr to, Ptr from) -> at.put(to, at.getOrDefault(from, 0L));
                case Instruction.Advance(Ptr p, int bytes) -> at.merge(p, (long) bytes, Long::sum);
                case Instruction.Count(Int to, Ptr _, int disp) -> counts.put(to, disp == 8 * Tiles.TILES ? tiles : disp == 8 * Tiles.BLOCKS ? 1 : 0);
                case Instruction.Prefetch(Ptr from, int disp, int bytes) -> every(Objects.requireNonNull(at.get(from)) + disp, bytes).forEach(lines::add);
                case Instruction.Loop(Int n, int _, List<Instruction> body) -> { for (int round = Objects.requireNonNull(counts.get(n)); round > 0; round--) asked(body, at, arguments, tiles, lines); }
                default -> { }
            }
        }
    }

    private static Pattern pattern(int rows, int columns, double zeros) {
        Random random = new Random(rows + columns);
        float[][] w = new float[rows][columns];
        for (float[] row : w) for (int c = 0; c < columns; c++) row[c] = random.nextDouble() < zeros ? 0 : 1;
        try (Arena arena = Arena.ofConfined()) {
            return layer(arena, w, new Floats(arena, rows), IntStream.range(0, columns).map(c -> 256 * c).toArray()).pattern;
        }
    }

    /** A tile that nothing asked for before asks for its own code and weights, of many weights not for all. */
    @Test
    void aColdTileAsksForItself() {
        for (int columns : new int[] {10, 2000}) {
            Pattern own = pattern(28, columns, 0.3);
            Program program = Baked.program(own, Ahead.ALONE, Epilogue.NONE, false, false, Machine.AVX512);
            List<Long> lines = new ArrayList<>();
            asked(program.code(), new HashMap<>(), Map.of(Tiles.STREAM, 0L), 3, lines);
            assertThat(program.code().getFirst()).isEqualTo(new Instruction.PrefetchCode());
            assertThat(lines).isEqualTo(every(0, Math.min(16 << 10, 4L * (28 + own.entries().length))));
        }
    }

    private static String name(Pattern pattern) { return Baked.program(pattern, Ahead.ALONE, Epilogue.RELU, false, false, Machine.AVX512).name(); }

    /** 28 rows, two limits, input and weight. */
    @Test
    void fillsTheRegisters() {
        assertThat(Baked.mostRows(Epilogue.RELU6, Machine.AVX512)).isEqualTo(28);
        Pattern p = new Pattern(28, new int[] {0}, new int[] {1}, new byte[] {27});
        assertThat(Baked.program(p, Ahead.ALONE, Epilogue.RELU6, false, true, Machine.AVX512).vectors()).isEqualTo(32);
    }
}
