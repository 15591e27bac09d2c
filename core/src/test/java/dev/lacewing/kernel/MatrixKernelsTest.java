package dev.lacewing.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lacewing.kernel.KernelCatalogue.Family;
import dev.lacewing.kernel.KernelCatalogue.Variant;
import dev.lacewing.program.Machine;
import dev.lacewing.program.Program;
import java.lang.foreign.Arena;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every variant of the catalogue on every machine, against plain loops. */
class MatrixKernelsTest {
    record Case(Variant variant, Epilogue epilogue, boolean residual, boolean masked, Machine machine) {
        @Override public String toString() { return program().name() + " on " + machine.name(); }

        Program program() { return variant.program(epilogue, residual, masked, machine); }
    }

    static Stream<Case> cases() {
        return Stream.concat(Machine.ALL.stream(), Stream.of(Machine.AVX512.baking(), Machine.WASM)).flatMap(m -> Stream.concat(KernelCatalogue.spmm(m).stream(), KernelCatalogue.gemm(m).stream())
                .flatMap(v -> Stream.of(new Case(v, Epilogue.NONE, false, false, m), new Case(v, Epilogue.RELU6, false, true, m), new Case(v, Epilogue.RELU, true, false, m),
                        new Case(v, Epilogue.NONE, true, true, m), new Case(v, new Epilogue.Swish(), true, true, m), new Case(v, new Epilogue.HardSwish(), false, true, m),
                        new Case(v, new Epilogue.LeakyRelu(.2f), true, false, m))));
    }

    @ParameterizedTest @MethodSource("cases")
    void agreesWithPlainLoops(Case c) {
        Runs runs = new Runs(c.program());
        for (int trial = 0; trial < 6; trial++) {
            try (Arena arena = Arena.ofConfined()) {
                check(c, runs, arena, trial);
            }
        }
    }

    private static void check(Case c, Runs runs, Arena arena, int trial) {
        Random random = new Random(31 * trial + 7);
        int n = c.variant.rows(), blocks = trial * trial, depth = 1 + 13 * trial, tiles = 1 + trial % 3;
        int pixels = tiles * c.variant.pixels(c.machine), xStride = pixels + 3, yStride = pixels + 5, rStride = pixels + 2;
        double sparsity = trial == 5 ? 1 : trial == 0 ? 0 : trial * .24;
        float[][] weights = new float[blocks * n][depth];
        boolean[][] kept = new boolean[blocks][depth];
        for (int b = 0; b < blocks; b++)
            for (int k = 0; k < depth; k++) {
                kept[b][k] = b % 5 != 4 && random.nextDouble() >= sparsity;
                if (kept[b][k]) for (int i = 0; i < n; i++) weights[b * n + i][k] = random.nextFloat() - .45f;
            }
        Floats bias = Floats.random(arena, blocks * n, random, 2), x = Floats.random(arena, depth * xStride, random, 1), mask = new Floats(arena, pixels), residual = Floats.random(arena, blocks * n * rStride, random, 1);
        for (int p = 0; p < pixels; p++) mask.mask(p, !(p % 5 == 4));
        Floats y = new Floats(arena, Math.max(blocks * n * yStride - 5, 0));
        boolean sparse = c.variant.family() == Family.SPMM;
        Floats stream = sparse ? sparse(arena, n, weights, kept, bias, xStride) : dense(arena, n, weights, bias, depth);
        Floats readBack = Epilogue.isLong(c.epilogue) ? y : mask;
        runs.check(runs.block().set(Tiles.X, x.address()).set(Tiles.Y, y.address()).set(Tiles.Y_STRIDE, 4L * yStride).set(Tiles.STREAM, stream.address())
                .set(Tiles.BLOCKS, blocks).set(Tiles.TILES, tiles).set(Tiles.MASK, mask.address())
                .set(Gemm.DEPTH, depth).set(Gemm.X_STRIDE, 4L * xStride).set(Tiles.RESIDUAL, residual.address()).set(Tiles.RESIDUAL_STRIDE, 4L * rStride)
                .set(Tiles.ROWS, n).set(Tiles.VECTORS, c.variant.vectors()), y, x, stream, mask, residual, readBack);
        y.guardsUntouched();
        for (int r = 0; r < blocks * n; r++) {
            for (int p = 0; p < pixels; p++) {
                double sum = bias.get(r) + (c.residual ? residual.get(r * rStride + p) : 0);
                for (int k = 0; k < depth; k++) sum += (double) weights[r][k] * x.get(k * xStride + p);
                assertThat((double) y.get(r * yStride + p)).as("row %d pixel %d of trial %d", r, p, trial)
                        .isEqualTo(finish(sum, c.epilogue) * (c.masked ? mask.kept(p) : 1), within(1e-5));
            }
            for (int p = pixels; p < yStride && r * yStride + p < y.size; p++) assertThat(y.untouched(r * yStride + p)).isTrue();
        }
    }

    static double finish(double v, Epilogue epilogue) {
        return switch (epilogue) {
            case Epilogue.None() -> v;
            case Epilogue.Clamp(float hi) -> Math.min(Math.max(v, 0), hi);
            case Epilogue.Range(float lo, float hi) -> Math.min(Math.max(v, lo), hi);
            case Epilogue.LeakyRelu(float slope) -> v >= 0 ? v : slope * v;
            case Epilogue.Sigmoid() -> 1 / (1 + Math.exp(-v));
            case Epilogue.HardSigmoid(float alpha, float beta) -> Math.min(Math.max(alpha * v + beta, 0), 1);
            case Epilogue.HardSwish() -> v * Math.min(Math.max(v + 3, 0), 6) / 6;
            case Epilogue.Swish() -> v / (1 + Math.exp(-v));
            case Epilogue.Tanh() -> Math.tanh(v);
        };
    }

    private static Floats sparse(Arena arena, int n, float[][] weights, boolean[][] kept, Floats bias, int xStride) {
        int words = 0;
        for (boolean[] row : kept) {
            words += 1 + n;
            for (boolean k : row) if (k) words += 1 + n;
        }
        Floats stream = new Floats(arena, words);
        int at = 0;
        for (int b = 0; b < kept.length; b++) {
            int count = 0, header = at;
            at++;
            for (int i = 0; i < n; i++) stream.set(at++, bias.get(b * n + i));
            for (int k = 0; k < kept[b].length; k++) {
                if (!kept[b][k]) continue;
                count++;
                stream.setInt(at++, 4 * k * xStride);
                for (int i = 0; i < n; i++) stream.set(at++, weights[b * n + i][k]);
            }
            stream.setInt(header, count);
        }
        return stream;
    }

    private static Floats dense(Arena arena, int n, float[][] weights, Floats bias, int depth) {
        Floats stream = new Floats(arena, weights.length * (depth + 1));
        int at = 0;
        for (int b = 0; b < weights.length / n; b++) {
            for (int i = 0; i < n; i++) stream.set(at++, bias.get(b * n + i));
            for (int k = 0; k < depth; k++) for (int i = 0; i < n; i++) stream.set(at++, weights[b * n + i][k]);
        }
        return stream;
    }
}
