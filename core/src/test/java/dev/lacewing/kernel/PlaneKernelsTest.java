package dev.lacewing.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lacewing.program.Machine;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Pooling, plane sums, the fully connected layer and the phase split, on every machine. */
class PlaneKernelsTest {
    static final List<Machine> MACHINES = Stream.concat(Machine.ALL.stream(), Stream.of(Machine.WASM)).toList(), VECTOR_MACHINES = MACHINES.stream().filter(m -> m.lanes() > 1).toList();

    @ParameterizedTest @FieldSource("MACHINES")
    void pool(Machine m) {
        for (Pool.Kind kind : Pool.Kind.values())
            for (int vectors : new int[] {1, 3}) for (boolean scaled : new boolean[] {false, true}) pool(kind, vectors, scaled, m);
    }

    private static void pool(Pool.Kind kind, int vectors, boolean scaled, Machine m) {
        Runs runs = new Runs(Pool.program(kind, vectors, scaled, m));
        int[] offsets = {-7, 0, 3, 12, 1};
        for (int tiles = 0; tiles < 4; tiles++) {
            try (Arena arena = Arena.ofConfined()) {
                Random random = new Random(tiles);
                int channels = 3, pixels = tiles * vectors * m.lanes(), xPlane = pixels + 30, yPlane = pixels + 2;
                Floats x = Floats.random(arena, channels * xPlane, random, 3), y = new Floats(arena, channels * yPlane), scale = Floats.random(arena, pixels, random, 1);
                Floats taps = new Floats(arena, 1 + offsets.length);
                taps.setInt(0, offsets.length);
                for (int i = 0; i < offsets.length; i++) taps.setInt(i + 1, 4 * offsets[i]);
                runs.check(runs.block().set(Pool.X, x.address(10)).set(Pool.X_PLANE, 4L * xPlane).set(Pool.Y, y.address()).set(Pool.Y_PLANE, 4L * yPlane)
                        .set(Pool.TAPS, taps.address()).set(Pool.SCALE, scale.address()).set(Pool.CHANNELS, channels).set(Pool.TILES, tiles), y, x, taps, scale);
                for (int c = 0; c < channels; c++) {
                    for (int p = 0; p < pixels; p++) {
                        double all = kind == Pool.Kind.MAX ? -9 : 0;
                        for (int o : offsets) {
                            float v = x.get(c * xPlane + 10 + p + o);
                            all = kind == Pool.Kind.MAX ? Math.max(all, v) : all + v;
                        }
                        assertThat((double) y.get(c * yPlane + p)).isEqualTo(all * (scaled ? scale.get(p) : 1), within(1e-5));
                    }
                    assertThat(y.untouched(c * yPlane + pixels)).isTrue();
                }
            }
        }
    }

    /** Rows of outputs downwards, each as many whole vectors as its pixels need. */
    @ParameterizedTest @FieldSource("MACHINES")
    void windowPool(Machine m) {
        for (Pool.Kind kind : Pool.Kind.values())
            for (int stride = 1; stride <= 2; stride++) for (int k = 1; k <= 5; k++) windowPool(kind, 1 + k * stride % 4, k, stride, stride == 2 ^ k == 3, k % 2 == 0, m);
    }

    private static void windowPool(Pool.Kind kind, int height, int width, int stride, boolean scaled, boolean masked, Machine m) {
        Runs runs = new Runs(WindowPool.program(kind, height, width, stride, scaled, masked, m));
        int lanes = m.lanes(), outWidth = 19, vectors = Math.ceilDiv(outWidth, lanes), done = vectors * lanes, rows = 4, planes = 2, yRow = 21, yPlane = yRow * rows + 20;
        int xRow = outWidth * stride + width, down = height == 1 ? 1 : 2, xPlane = (rows * down + height) * xRow + 7;
        try (Arena arena = Arena.ofConfined()) {
            Random random = new Random(width);
            Floats x = Floats.random(arena, planes * xPlane + 4 * lanes, random, 3), y = new Floats(arena, planes * yPlane);
            Floats mask = new Floats(arena, done), scale = Floats.random(arena, rows * yRow + lanes, random, 1);
            for (int i = 0; i < done; i++) mask.mask(i, i % 5 != 0);
            runs.check(runs.block().set(WindowPool.X, x.address()).set(WindowPool.Y, y.address()).set(WindowPool.PLANES, planes).set(WindowPool.ROWS, rows)
                    .set(WindowPool.VECTORS, vectors).set(WindowPool.X_ROW, 4L * xRow).set(WindowPool.X_NEXT, 4L * (down * xRow - stride * done))
                    .set(WindowPool.X_PLANE, 4L * (xPlane - rows * down * xRow))
                    .set(WindowPool.Y_NEXT, 4L * (yRow - done)).set(WindowPool.Y_PLANE, 4L * (yPlane - rows * yRow))
                    .set(WindowPool.MASK, mask.address()).set(WindowPool.SCALE, scale.address()).set(WindowPool.SCALE_NEXT, 4L * (yRow - done)), y, x, mask, scale);
            y.guardsUntouched();
            for (int p = 0; p < planes; p++)
                for (int r = 0; r < rows; r++)
                    for (int c = 0; c < outWidth; c++) {
                        double all = kind == Pool.Kind.MAX ? -9 : 0;
                        for (int i = 0; i < height * width; i++) {
                            float v = x.get(p * xPlane + (r * down + i / width) * xRow + c * stride + i % width);
                            all = kind == Pool.Kind.MAX ? Math.max(all, v) : all + v;
                        }
                        double expected = all * (scaled ? scale.get(r * yRow + c) : 1) * (masked ? mask.kept(c) : 1);
                        assertThat((double) y.get(p * yPlane + r * yRow + c)).isEqualTo(expected, within(1e-5));
                    }
        }
    }

    @ParameterizedTest @FieldSource("MACHINES")
    void globalAverage(Machine m) {
        for (boolean masked : new boolean[] {false, true}) {
            Runs planes = new Runs(PlaneSum.program(masked, m)), lanes = new Runs(LaneSum.program(m));
            for (int vectors = 0; vectors < 8; vectors++) {
                try (Arena arena = Arena.ofConfined()) {
                    Random random = new Random(vectors);
                    int channels = 2 * m.lanes(), pixels = vectors * m.lanes(), xPlane = pixels + 1;
                    Floats x = Floats.random(arena, channels * xPlane, random, 1), mask = new Floats(arena, pixels), partial = new Floats(arena, channels * m.lanes());
                    for (int p = 0; p < pixels; p++) mask.mask(p, !(p % 3 == 0));
                    planes.check(planes.block().set(PlaneSum.X, x.address()).set(PlaneSum.X_PLANE, 4L * xPlane).set(PlaneSum.Y, partial.address())
                            .set(PlaneSum.CHANNELS, channels).set(PlaneSum.VECTORS, vectors).set(PlaneSum.MASK, mask.address()), partial, x, mask);
                    partial.guardsUntouched();
                    Floats scale = Floats.random(arena, 1, random, 1), y = new Floats(arena, channels);
                    lanes.check(lanes.block().set(LaneSum.X, partial.address()).set(LaneSum.Y, y.address()).set(LaneSum.SCALE, scale.address())
                            .set(LaneSum.BLOCKS, 2), y, partial, scale);
                    y.guardsUntouched();
                    for (int c = 0; c < channels; c++) {
                        double sum = 0;
                        for (int p = 0; p < pixels; p++) sum += (double) x.get(c * xPlane + p) * (masked ? mask.kept(p) : 1);
                        assertThat((double) y.get(c)).isEqualTo(sum * scale.get(0), within(1e-5));
                    }
                }
            }
        }
    }

    @ParameterizedTest @FieldSource("MACHINES")
    void fullyConnected(Machine m) {
        for (int vectors : new int[] {4, 1})
            for (Epilogue epilogue : List.of(Epilogue.NONE, Epilogue.RELU, new Epilogue.Sigmoid())) {
                Runs runs = new Runs(FullyConnected.program(vectors, epilogue, m));
                for (int depth : new int[] {0, 1, 2, 17, 64}) {
                    try (Arena arena = Arena.ofConfined()) {
                        Random random = new Random(depth);
                        int tiles = 1 + depth % 3, width = vectors * m.lanes();
                        Floats x = Floats.random(arena, depth, random, 1), stream = Floats.random(arena, tiles * width * (depth + 1), random, 1), y = new Floats(arena, tiles * width);
                        runs.check(runs.block().set(FullyConnected.X, x.address()).set(FullyConnected.Y, y.address()).set(FullyConnected.STREAM, stream.address())
                                .set(FullyConnected.TILES, tiles).set(FullyConnected.DEPTH, depth).set(FullyConnected.VECTORS, vectors), y, x, stream, y);
                        y.guardsUntouched();
                        for (int o = 0; o < tiles * width; o++) {
                            int tile = o / width * width * (depth + 1), lane = o % width;
                            double sum = stream.get(tile + lane);
                            for (int k = 0; k < depth; k++) sum += (double) x.get(k) * stream.get(tile + (k + 1) * width + lane);
                            assertThat((double) y.get(o)).isEqualTo(MatrixKernelsTest.finish(sum, epilogue), within(1e-5));
                        }
                    }
                }
            }
    }

    @ParameterizedTest @FieldSource("VECTOR_MACHINES")
    void sparseFullyConnected(Machine m) {
        for (Epilogue epilogue : List.of(Epilogue.NONE, Epilogue.RELU)) {
            Runs runs = new Runs(SparseFullyConnected.program(epilogue, m));
            for (int blocks = 0; blocks < 4; blocks++) {
                try (Arena arena = Arena.ofConfined()) {
                    Random random = new Random(blocks);
                    int depth = 23, lanes = m.lanes();
                    Floats x = Floats.random(arena, depth, random, 1), stream = Floats.random(arena, blocks * (depth + 1) * (lanes + 1), random, 1), y = new Floats(arena, blocks * lanes);
                    double[] expected = new double[blocks * lanes];
                    int at = 0;
                    for (int b = 0; b < blocks; b++) {
                        int header = at++, count = 0;
                        for (int i = 0; i < lanes; i++) expected[b * lanes + i] = stream.get(at++);
                        for (int k = 0; k < depth; k++) {
                            if (random.nextInt(3 - blocks % 3) == 0) continue;   // empty block rows, too
                            stream.setInt(at++, 4 * k);
                            for (int i = 0; i < lanes; i++) expected[b * lanes + i] += (double) stream.get(at++) * x.get(k);
                            count++;
                        }
                        stream.setInt(header, count);
                    }
                    runs.check(runs.block().set(SparseFullyConnected.X, x.address()).set(SparseFullyConnected.Y, y.address())
                            .set(SparseFullyConnected.STREAM, stream.address()).set(SparseFullyConnected.BLOCKS, blocks), y, x, stream);
                    y.guardsUntouched();
                    for (int i = 0; i < expected.length; i++) assertThat((double) y.get(i)).isEqualTo(MatrixKernelsTest.finish(expected[i], epilogue), within(1e-5));
                }
            }
        }
    }

    /** Two planes of three rows; every float of the output is pixel or padding. */
    @ParameterizedTest @FieldSource("MACHINES")
    void stage(Machine m) {
        for (Stage.Columns columns : Stage.Columns.values()) for (int width : new int[] {1, 2, 15, 16, 17, 33, 50}) stage(columns, width, columns.ordinal() % 2 == 0 ? 0 : Float.NEGATIVE_INFINITY, m);
    }

    private static void stage(Stage.Columns columns, int width, float fill, Machine m) {
        Runs runs = new Runs(Stage.program(columns, fill, m));
        boolean all = columns == Stage.Columns.ALL, both = columns == Stage.Columns.BOTH;
        int lanes = m.lanes(), planes = 2, rows = 3, xRow = width + 1, xPlane = rows * xRow + 3, even = all ? width : (width + 1) / 2, odd = both ? width / 2 : 0;
        int vectors = Math.ceilDiv(even, lanes), pitch = even + 3, top = 2 * pitch + 2, end = (5 + 1) * pitch, plane = Math.ceilDiv(end + 2 * lanes, 16) * 16;
        int fills = Math.ceilDiv(Math.max(pitch - odd, vectors * lanes - odd), lanes), tail = 5 * pitch / lanes * lanes;
        try (Arena arena = Arena.ofConfined()) {
            Floats x = Floats.random(arena, planes * xPlane + 3 * lanes, new Random(width), 1), y = new Floats(arena, 4 * plane);
            long between = 4L * planes * plane;
            runs.check(runs.block().set(Stage.PLANES, planes).set(Stage.X, x.address()).set(Stage.X_ROW, 4L * xRow).set(Stage.X_PLANE, 4L * xPlane)
                    .set(Stage.Y, y.address()).set(Stage.Y_ROW, 4L * pitch).set(Stage.Y_PLANE, 4L * plane)
                    .set(Stage.HEAD, Math.ceilDiv(top, lanes)).set(Stage.TAIL, 4L * tail).set(Stage.TAIL_VECTORS, Math.ceilDiv(end - tail, lanes))
                    .set(Stage.FIRST, 4L * top).set(Stage.ROWS, rows).set(Stage.VECTORS, vectors).set(Stage.END, 4L * even).set(Stage.FILLS, fills)
                    .set(Stage.ODD_PLANE, between).set(Stage.ODD, between - 4).set(Stage.ODD_END, 4L * odd), y, x);
            for (int i = 0; i < (both ? 4 : 2) * end; i++) {
                int parity = i / (2 * end), p = i / end % 2, at = i % end + parity, row = (at - top) / pitch, column = (at - top) % pitch;
                boolean pixel = at >= top && row < rows && column < (parity == 0 ? even : odd);
                float expected = pixel ? x.get(p * xPlane + row * xRow + (all ? column : 2 * column + parity)) : fill;
                assertThat(y.get((2 * parity + p) * plane + i % end)).as("%s, %d wide, parity %d, plane %d, float %d", columns, width, parity, p, i % end).isEqualTo(expected);
            }
            y.guardsUntouched();
        }
    }
}
