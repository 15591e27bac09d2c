package dev.lacewing.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lacewing.error.LacewingException.Unsupported;
import dev.lacewing.kernel.Depthwise.Totals;
import dev.lacewing.program.ArgumentBlock;
import dev.lacewing.program.Machine;
import java.lang.foreign.Arena;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DepthwiseTest {
    record Case(int kernel, int stride, Epilogue epilogue, boolean masked, Totals totals, Machine machine) {
        boolean sums() { return totals != Totals.NONE; }

        boolean flat() { return totals == Totals.OF_PLANES; }

        Case on(Machine other) { return new Case(kernel, stride, epilogue, masked, totals, other); }
    }

    static Stream<Case> cases() {
        return Stream.concat(Machine.ALL.stream().flatMap(DepthwiseTest::cases), Stream.concat(cases(Machine.WASM), Stream.of(3, 5).flatMap(k -> Stream.of(1, 2)
                .flatMap(s -> Stream.of(new Case(k, s, new Epilogue.Swish(), false, Totals.OF_PLANES, Machine.WASM), new Case(k, s, new Epilogue.HardSwish(), true, Totals.OF_PLANES, Machine.WASM))))));
    }

    /** Machines for which there is machine code. */
    static Stream<Case> nativeCases() { return Machine.ALL.stream().flatMap(DepthwiseTest::cases); }

    private static Stream<Case> cases(Machine m) {
        return Stream.of(3, 5).flatMap(k -> Stream.of(1, 2)
                .flatMap(s -> Stream.of(new Case(k, s, Epilogue.NONE, false, Totals.NONE, m), new Case(k, s, Epilogue.RELU6, true, Totals.NONE, m),
                        new Case(k, s, Epilogue.RELU, false, Totals.OF_STRIPS, m), new Case(k, s, new Epilogue.Swish(), true, Totals.OF_STRIPS, m),
                        new Case(k, s, new Epilogue.HardSwish(), true, Totals.OF_STRIPS, m))));
    }

    /** Odd sizes; rows with no gap to spare, so that what spills over a row's end must be put right by the next. */
    @ParameterizedTest @MethodSource("cases")
    void agreesWithPlainLoops(Case c) {
        Map<Strips, Runs> programs = new HashMap<>();
        for (int[] size : new int[][] {{1, 1, 1}, {3, 5, 16}, {2, 7, 7}, {1, 2, 33}, {3, 14, 14}, {2, 1, 20}, {1, 3, 79}, {2, 2, 112}, {0, 3, 3}}) {
            Strips strips = Strips.of(Math.ceilDiv(size[2], c.machine.lanes()), c.kernel, c.stride, c.machine);
            Runs runs = programs.computeIfAbsent(new Strips(strips.width(), 1, Math.min(1, strips.narrow())),
                    shape -> new Runs(Depthwise.program(c.kernel, c.stride, shape, Edges.NONE, c.epilogue, c.masked, c.totals, c.machine)));
            try (Arena arena = Arena.ofConfined()) {
                check(c, strips, new Rows(Integer.MAX_VALUE, size[1], 0), runs, arena, size[0], size[1], size[2], c.masked ? 3 : 0);
            }
        }
    }

    private static ArgumentBlock<Number> block(Runs runs) { return runs.block().set(Depthwise.PHASES, 2).set(Depthwise.WARM_UP_STEP, 0); }

    private static void check(Case c, Strips cut, Rows rows, Runs runs, Arena arena, int channels, int height, int width, int gap) {
        Random random = new Random(height * 100 + width);
        int lanes = c.machine.lanes(), strips = cut.vectors(), k = c.kernel, s = c.stride, taps = k * k;
        int xRow = s * (width - 1) + k + 1, xPlane = (s * (height - 1) + k) * xRow + 5, yRow = width + gap, yPlane = height * yRow + 4;
        int lastRow = (Math.min(rows.in(), s * (height - 1) + k) - 1) * xRow;
        Floats x = Floats.random(arena, Math.max(0, (channels - 1) * xPlane + lastRow + s * strips * lanes + k - 1), random, 1);
        int flatVectors = Math.ceilDiv((height - 1) * yRow + width, lanes), flat = c.flat() ? flatVectors * lanes : 0;
        Floats y = new Floats(arena, Math.max(0, (channels - 1) * yPlane + Math.max(flat, (height - 1) * yRow + strips * lanes)) + channels * lanes);
        Floats weights = Floats.random(arena, channels * (taps + 1), random, 1), mask = mask(arena, c, width, yRow, strips * lanes, flat);
        int sums = y.size - channels * lanes, last = (strips - cut.width()) * lanes;
        runs.check(block(runs).set(Depthwise.X, x.address(s * last)).set(Depthwise.X_ROW, 4L * xRow).set(Depthwise.X_PLANE, 4L * xPlane)
                .set(Depthwise.Y, y.address(last)).set(Depthwise.Y_ROW, 4L * yRow).set(Depthwise.Y_PLANE, 4L * yPlane)
                .set(Depthwise.WEIGHTS, weights.address()).set(Depthwise.CHANNELS, channels).set(Depthwise.WIDE, cut.wide()).set(Depthwise.NARROW, cut.narrow())
                .set(Depthwise.MASK, mask.address(c.flat() ? 0 : last))
                .set(Depthwise.WARM_UP, Depthwise.warmUp(k, s, c.machine)).set(Depthwise.ROWS, height).set(Depthwise.SUMS, y.address(sums))
                .set(Depthwise.FLAT, y.address()).set(Depthwise.FLAT_VECTORS, flatVectors), y, x, weights, mask, c.sums() ? y : x);
        y.guardsUntouched();
        for (int ch = 0; ch < channels; ch++) {
            double all = 0, kept = 0;
            for (int p = 0; p < height; p++) {
                for (int q = 0; q < width; q++) {
                    double sum = weights.get(ch * (taps + 1) + taps);
                    for (int t = 0; t < taps; t++) {
                        int row = s * p + t / k - rows.padTop();
                        if (row >= 0 && row < rows.in()) sum += (double) weights.get(ch * (taps + 1) + t) * x.get(ch * xPlane + row * xRow + s * q + t % k);
                    }
                    assertThat((double) y.get(ch * yPlane + p * yRow + q)).as("channel %d row %d column %d", ch, p, q).isEqualTo(MatrixKernelsTest.finish(sum, c.epilogue), within(1e-5));
                    all += MatrixKernelsTest.finish(sum, c.epilogue);
                }
                int end = p < height - 1 ? c.flat() ? yRow : Math.min(yRow, strips * lanes) : ch < channels - 1 ? width : c.flat() ? flat - p * yRow : strips * lanes;
                for (int q = width; c.masked && q < end; q++) assertThat(y.get(ch * yPlane + p * yRow + q)).as("beside or below, row %d column %d", p, q).isZero();
            }
            for (int lane = 0; lane < lanes; lane++) kept += y.get(sums + ch * lanes + lane);
            if (!c.sums()) for (int lane = 0; lane < lanes; lane++) assertThat(y.untouched(sums + ch * lanes + lane)).isTrue();
            else if (c.masked || (c.flat() ? flatVectors * lanes == height * width : width % lanes == 0)) assertThat(kept).as("sum of channel %d", ch).isEqualTo(all, within(1e-4 * height));
        }
    }

    /** Of a row, or of a plane from its first pixel on. */
    private static Floats mask(Arena arena, Case c, int width, int pitch, int row, int flat) {
        Floats mask = new Floats(arena, c.flat() ? flat : row);
        for (int i = 0; i < mask.size; i++) mask.mask(i, (c.flat() ? i % pitch : i) < width);
        return mask;
    }

    /** Machines that take code of any length: other first rows, and planes without a loop over their rows. */
    @ParameterizedTest @MethodSource("nativeCases")
    void asLongCodeToo(Case c) {
        for (Machine m : c.machine.lanes() == 16 ? List.of(c.machine.baking(), c.machine.baking().halved()) : List.of(c.machine.baking())) {
            Case baking = c.on(m);
            agreesWithPlainLoops(baking);
            for (int[] size : new int[][] {{2, 1, 1, 0}, {3, 7, 7, 1}, {2, 7, 8, 0}, {1, 2, 15, 1}, {2, 5, 6, 2}, {2, 14, 14, 2}, {1, 16, 9, 1}})
                for (int cut = 0; cut < 3; cut++) {
                    int vectors = Math.ceilDiv(size[2], m.lanes()), padTop = Math.min(size[3], c.kernel - 1), in = c.stride * (size[1] - 1) + c.kernel - padTop - cut;
                    Rows rows = new Rows(in, size[1], padTop);
                    if (vectors > 2 || in < 1 || !rows.isWorthCode(c.kernel, c.stride, m)) continue;
                    Runs runs = new Runs(Depthwise.plane(c.kernel, c.stride, rows, Edges.NONE, vectors, c.epilogue, c.masked, c.sums(), m));
                    try (Arena arena = Arena.ofConfined()) {
                        check(baking, new Strips(vectors, 1, 0), rows, runs, arena, size[0], size[1], size[2], c.masked ? 3 : 0);
                    }
                }
        }
    }

    /** Rows without a halo: what stands beside a row is the next one, or anything. */
    @ParameterizedTest @MethodSource("nativeCases")
    void planesWithoutHalo(Case c) {
        int k = c.kernel, s = c.stride, taps = k * k, channels = 2;
        for (Machine m : c.machine.lanes() == 16 ? List.of(c.machine.baking(), c.machine.baking().halved()) : List.of(c.machine.baking()))
            for (int[] size : new int[][] {{7, 7, 1}, {14, 14, k / 2}, {5, 16, k - 1}, {1, 1, k / 2}, {3, 2, 0}, {4, 8, 1}})
                for (int right = 0; right < k; right++) {
                    int height = size[0], width = size[1], padLeft = size[2], padTop = k / 2, inHeight = s * (height - 1) + 1, in = s * (width - 1) + k - padLeft - right, vectors = Math.ceilDiv(width, m.lanes());
                    Rows rows = new Rows(inHeight, height, padTop);
                    if (in < 1 || vectors > 2 || !rows.isWorthCode(k, s, m)) continue;
                    Edges edges = Edges.of(k, s, padLeft, in, width);
                    try (Arena arena = Arena.ofConfined()) {
                        Random random = new Random(17L * width + right);
                        int xPlane = inHeight * in + 3, yPlane = height * width + 2, written = (channels - 1) * yPlane + (height - 1) * width + vectors * m.lanes();
                        Floats x = Floats.random(arena, padLeft + (channels - 1) * xPlane + (inHeight - 1) * in + s * vectors * m.lanes() + k - 1, random, 1);
                        for (int i = 0; i < padLeft; i++) x.set(i, Float.NaN);
                        Floats y = new Floats(arena, written + channels * m.lanes()), weights = Floats.random(arena, channels * (taps + 1), random, 1), mask = new Floats(arena, vectors * m.lanes());
                        for (int q = 0; q < mask.size; q++) mask.mask(q, q < width);
                        int[] words = edges.masks(k, s, padLeft, in, vectors, m.lanes());
                        Floats beside = new Floats(arena, words.length);
                        for (int i = 0; i < words.length; i++) beside.setInt(i, words[i]);
                        Runs runs = new Runs(Depthwise.plane(k, s, rows, edges, vectors, c.epilogue, c.masked, c.sums(), m));
                        runs.check(runs.block().set(Depthwise.X, x.address()).set(Depthwise.X_ROW, 4L * in).set(Depthwise.X_PLANE, 4L * xPlane)
                                .set(Depthwise.Y, y.address()).set(Depthwise.Y_ROW, 4L * width).set(Depthwise.Y_PLANE, 4L * yPlane)
                                .set(Depthwise.WEIGHTS, weights.address()).set(Depthwise.CHANNELS, channels).set(Depthwise.MASK, mask.address())
                                .set(Depthwise.SUMS, y.address(written)).set(Depthwise.EDGES, beside.address()), y, x, weights, mask, beside, y);
                        y.guardsUntouched();
                        for (int ch = 0; ch < channels; ch++)
                            for (int p = 0; p < height; p++)
                                for (int q = 0; q < width; q++) {
                                    double sum = weights.get(ch * (taps + 1) + taps);
                                    for (int t = 0; t < taps; t++) {
                                        int row = s * p + t / k - padTop, column = s * q + t % k - padLeft;
                                        if (row >= 0 && row < inHeight && column >= 0 && column < in)
                                            sum += (double) weights.get(ch * (taps + 1) + t) * x.get(padLeft + ch * xPlane + row * in + column);
                                    }
                                    assertThat((double) y.get(ch * yPlane + p * width + q)).as("channel %d row %d column %d, %d missing on the right", ch, p, q, right)
                                            .isEqualTo(MatrixKernelsTest.finish(sum, c.epilogue), within(1e-5));
                                }
                    }
                }
    }

    /** Rows of any length that stand one after the other; above and below the plane there are zeros. */
    @ParameterizedTest @MethodSource("cases")
    void walksWithoutHalo(Case c) {
        int k = c.kernel, s = c.stride, taps = k * k, channels = 2, lanes = c.machine.lanes();
        for (int[] size : new int[][] {{7, 7, 1}, {4, 14, k / 2}, {2, 40, k - 1}, {1, 1, k / 2}, {3, 2, 0}, {2, 33, 1}})
            for (int right = 0; right < k; right++) {
                int height = size[0], width = size[1], padLeft = size[2], padTop = k / 2, inHeight = s * (height - 1) + k - 2 * padTop, in = s * (width - 1) + k - padLeft - right;
                if (in < 1) continue;
                Strips strips = Strips.of(Math.ceilDiv(width, lanes), k, s, c.machine);
                Edges edges = Edges.of(k, s, padLeft, in, width);
                int vectors = strips.vectors(), last = (vectors - strips.width()) * lanes, origin = padTop * in + padLeft, xPlane = (inHeight + padTop) * in, yPlane = height * width + 2;
                int flatVectors = Math.ceilDiv(height * width, lanes), flat = c.flat() ? flatVectors * lanes : 0;
                int written = (channels - 1) * yPlane + Math.max(flat, (height - 1) * width + vectors * lanes);
                try (Arena arena = Arena.ofConfined()) {
                    Floats x = Floats.random(arena, (channels - 1) * xPlane + (s * (height - 1) + k - 1) * in + s * vectors * lanes + k - 1, new Random(17L * width + right), 1);
                    for (int i = 0; i < padLeft; i++) x.set(i, Float.NaN);
                    for (int i = origin - padTop * in; i < x.size; i++) if ((i - origin + padTop * in) / in % (inHeight + padTop) < padTop) x.set(i, 0);
                    Floats y = new Floats(arena, written + channels * lanes), weights = Floats.random(arena, channels * (taps + 1), new Random(width), 1),
                            mask = mask(arena, c, width, width, vectors * lanes, flat);
                    int[] words = edges.masks(k, s, padLeft, in, vectors, lanes), parts = Edges.parts(words, edges.count(k) * lanes * strips.width(), strips.wide());
                    Floats beside = new Floats(arena, words.length);
                    for (int i = 0; i < words.length; i++) beside.setInt(i, words[i]);
                    Runs runs = new Runs(Depthwise.program(k, s, strips, edges, c.epilogue, c.masked, c.totals, c.machine));
                    ArgumentBlock<Number> block = block(runs).set(Depthwise.X, x.address(s * last)).set(Depthwise.X_ROW, 4L * in)
                            .set(Depthwise.X_PLANE, 4L * xPlane).set(Depthwise.Y, y.address(last)).set(Depthwise.Y_ROW, 4L * width)
                            .set(Depthwise.Y_PLANE, 4L * yPlane)
                            .set(Depthwise.WEIGHTS, weights.address()).set(Depthwise.CHANNELS, channels).set(Depthwise.WIDE, strips.wide())
                            .set(Depthwise.NARROW, strips.narrow()).set(Depthwise.MASK, mask.address(c.flat() ? 0 : last))
                            .set(Depthwise.EDGES, beside.address(edges.count(k) * last)).set(Depthwise.WARM_UP, Depthwise.warmUp(k, s, c.machine))
                            .set(Depthwise.ROWS, height)
                            .set(Depthwise.SUMS, y.address(written)).set(Depthwise.FLAT, y.address()).set(Depthwise.FLAT_VECTORS, flatVectors);
                    for (int part = 0; part < parts.length; part++) block.set(Depthwise.PARTS + part, parts[part]);
                    runs.check(block, y, x, weights, mask, beside, y);
                    y.guardsUntouched();
                    for (int ch = 0; ch < channels; ch++)
                        for (int p = 0; p < height; p++)
                            for (int q = 0; q < width; q++) {
                                double sum = weights.get(ch * (taps + 1) + taps);
                                for (int t = 0; t < taps; t++) {
                                    int row = s * p + t / k - padTop, column = s * q + t % k - padLeft;
                                    if (row >= 0 && row < inHeight && column >= 0 && column < in)
                                        sum += (double) weights.get(ch * (taps + 1) + t) * x.get(origin + ch * xPlane + row * in + column);
                                }
                                assertThat((double) y.get(ch * yPlane + p * width + q)).as("channel %d row %d column %d, %d missing on the right", ch, p, q, right)
                                        .isEqualTo(MatrixKernelsTest.finish(sum, c.epilogue), within(1e-5));
                            }
                }
            }
    }

    /** One row of a strip of one vector, of which any number of lanes are written. */
    @ParameterizedTest @MethodSource("cases")
    void anEdgeIsNotWrittenBeyond(Case c) {
        if (c.sums()) return;
        for (Machine m : c.machine.equals(Machine.WASM) ? List.of(c.machine) : List.of(c.machine, c.machine.baking()))
            for (int lanes = 1; lanes <= m.lanes(); lanes++)
                try (Arena arena = Arena.ofConfined()) {
                    int k = c.kernel, taps = k * k, xRow = c.stride * m.lanes() + k, channels = 2, yPlane = m.lanes() + 3;
                    Random random = new Random(lanes);
                    Floats x = Floats.random(arena, channels * k * xRow, random, 1), y = new Floats(arena, channels * yPlane), weights = Floats.random(arena, channels * (taps + 1), random, 1),
                            mask = new Floats(arena, m.lanes());
                    for (int q = 0; q < mask.size; q++) mask.mask(q, true);
                    Runs runs = new Runs(Depthwise.edge(k, c.stride, Edges.NONE, lanes, c.epilogue, c.masked, m));
                    runs.check(block(runs).set(Depthwise.X, x.address()).set(Depthwise.X_ROW, 4L * xRow).set(Depthwise.X_PLANE, 4L * k * xRow)
                            .set(Depthwise.Y, y.address()).set(Depthwise.Y_ROW, 0).set(Depthwise.Y_PLANE, 4L * yPlane)
                            .set(Depthwise.WEIGHTS, weights.address()).set(Depthwise.CHANNELS, channels).set(Depthwise.WIDE, 1).set(Depthwise.NARROW, 0)
                            .set(Depthwise.MASK, mask.address()).set(Depthwise.WARM_UP, Depthwise.warmUp(k, c.stride, m))
                            .set(Depthwise.ROWS, 1), y, x, weights, mask, y);
                    y.guardsUntouched();
                    for (int ch = 0; ch < channels; ch++) {
                        for (int q = 0; q < lanes; q++) {
                            double sum = weights.get(ch * (taps + 1) + taps);
                            for (int t = 0; t < taps; t++) sum += (double) weights.get(ch * (taps + 1) + t) * x.get(ch * k * xRow + t / k * xRow + c.stride * q + t % k);
                            assertThat((double) y.get(ch * yPlane + q)).as("%d lanes, channel %d, column %d", lanes, ch, q).isEqualTo(MatrixKernelsTest.finish(sum, c.epilogue), within(1e-5));
                        }
                        for (int q = lanes; q < yPlane; q++) assertThat(y.untouched(ch * yPlane + q)).as("%d lanes, channel %d, column %d", lanes, ch, q).isTrue();
                    }
                }
    }

    @Test void planesAreCutEvenly() {
        assertThat(Strips.of(7, 3, 1, Machine.AVX512.baking())).isEqualTo(new Strips(4, 1, 1));
        assertThat(Strips.of(7, 3, 1, Machine.AVX512)).isEqualTo(new Strips(2, 3, 1));
        for (Machine m : Machine.ALL)
            for (int vectors = 1; vectors < 40; vectors++) {
                Strips s = Strips.of(vectors, 3, 1, m);
                assertThat(s.vectors()).isEqualTo(vectors);
                assertThat(s.wide()).isPositive();
                assertThat(s.narrow()).isNotNegative();
            }
    }

    @Test void planesOfOtherRowsHaveOtherNames() {
        Machine m = Machine.AVX512.baking();
        assertThat(Stream.of(new Rows(7, 7, 1), new Rows(8, 7, 1), new Rows(7, 7, 0), new Rows(7, 6, 1)).map(rows -> Depthwise.plane(3, 1, rows, 1, Epilogue.NONE, false, m).name()))
                .doesNotHaveDuplicates();
    }

    @Test void otherFiltersAreRefused() {
        assertThatThrownBy(() -> Depthwise.program(7, 1, new Strips(1, 1, 0), Epilogue.NONE, false, Machine.AVX2)).isInstanceOf(Unsupported.class).hasMessageContaining("7x7");
    }
}
