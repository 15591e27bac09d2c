package dev.lacewing.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lacewing.program.Machine;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Pooling, plane sums, the fully connected layer and the phase split, on every machine. */
class PlaneKernelsTest {
    static final List<Machine> MACHINES = Machine.ALL;

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
                runs.check(Runs.block(arena, x.address(10), y.address(), taps.address(), scale.address(), channels, tiles, 4L * xPlane, 4L * yPlane), y, x, taps, scale);
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

    @ParameterizedTest @FieldSource("MACHINES")
    void globalAverage(Machine m) {
        for (boolean masked : new boolean[] {false, true}) {
            Runs planes = new Runs(PlaneSum.program(masked, m)), lanes = new Runs(LaneSum.program());
            for (int vectors = 0; vectors < 8; vectors++) {
                try (Arena arena = Arena.ofConfined()) {
                    Random random = new Random(vectors);
                    int channels = 5, pixels = vectors * m.lanes(), xPlane = pixels + 1;
                    Floats x = Floats.random(arena, channels * xPlane, random, 1), mask = new Floats(arena, pixels), partial = new Floats(arena, channels * m.lanes());
                    for (int p = 0; p < pixels; p++) mask.mask(p, !(p % 3 == 0));
                    planes.check(Runs.block(arena, x.address(), partial.address(), channels, vectors, 4L * xPlane, mask.address()), partial, x, mask);
                    partial.guardsUntouched();
                    Floats scale = Floats.random(arena, 1, random, 1), y = new Floats(arena, channels);
                    lanes.check(Runs.block(arena, partial.address(), y.address(), scale.address(), channels, m.lanes()), y, partial, scale);
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
            for (Epilogue epilogue : List.of(Epilogue.NONE, Epilogue.RELU)) {
                Runs runs = new Runs(FullyConnected.program(vectors, epilogue, m));
                for (int depth : new int[] {0, 1, 2, 17, 64}) {
                    try (Arena arena = Arena.ofConfined()) {
                        Random random = new Random(depth);
                        int tiles = 1 + depth % 3, width = vectors * m.lanes();
                        Floats x = Floats.random(arena, depth, random, 1), stream = Floats.random(arena, tiles * width * (depth + 1), random, 1), y = new Floats(arena, tiles * width);
                        runs.check(Runs.block(arena, x.address(), y.address(), stream.address(), tiles, depth), y, x, stream);
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

    @ParameterizedTest @FieldSource("MACHINES")
    void deinterleave(Machine m) {
        Runs runs = new Runs(Deinterleave.program(m));
        try (Arena arena = Arena.ofConfined()) {
            int planes = 2, rows = 3, vectors = 2, half = vectors * m.lanes(), xRow = 2 * half + 1, yRow = half + 2, xPlane = rows * xRow + 3, yPlane = rows * yRow + 1;
            Floats x = Floats.random(arena, planes * xPlane, new Random(1), 1), y = new Floats(arena, 2 * planes * yPlane);
            int odd = planes * yPlane;
            runs.check(Runs.block(arena, x.address(), y.address(), y.address(odd), planes, rows, vectors, 4L * xRow, 4L * yRow, 4L * xPlane, 4L * yPlane), y, x);
            for (int p = 0; p < planes; p++)
                for (int r = 0; r < rows; r++) {
                    for (int i = 0; i < half; i++) {
                        assertThat(y.get(p * yPlane + r * yRow + i)).isEqualTo(x.get(p * xPlane + r * xRow + 2 * i));
                        assertThat(y.get(odd + p * yPlane + r * yRow + i)).isEqualTo(x.get(p * xPlane + r * xRow + 2 * i + 1));
                    }
                    assertThat(y.untouched(p * yPlane + r * yRow + half)).isTrue();
                }
        }
    }
}
