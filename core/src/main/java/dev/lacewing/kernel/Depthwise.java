package dev.lacewing.kernel;

import dev.lacewing.error.LacewingException.Unsupported;
import dev.lacewing.program.Machine;
import dev.lacewing.program.Program;
import dev.lacewing.program.ProgramBuilder;
import dev.lacewing.program.Ptr;
import dev.lacewing.program.Vec;
import java.util.Arrays;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Depthwise convolution k x k of stride 1 or 2, over planes with a halo, by column walk: a strip one vector of outputs wide is walked downwards; each
 * input row is read once and meets the (up to k) output rows that need it, whose sums wait in registers.
 *
 * <p>Strips are walked from right to left, so X, Y and MASK are those of the <em>last</em> strip, s = STRIPS - 1: of output column s * lanes. X is the
 * address of the input pixel under the top left tap there: that of (-padTop, s * lanes * stride - padLeft) in the first channel; Y of output row 0.
 *
 * <p>WEIGHTS has {weight[k * k], bias} for each channel. Each step down reads {@code stride} input rows, 2 * lanes + k floats or less from the strip's
 * left edge; rows 0 to stride * (ROWS - 1) + k - 1 from X in all. Every output row is written STRIPS * lanes floats wide: what spills over its
 * end lands in the gap and in the first columns of the next row, which are written later, and after the last row in what follows the plane. MASK
 * (masked programs only) has STRIPS * lanes floats, one for each column, the same for all rows.
 *
 * <p>Fixed values: PHASES is 2, WARM_UP is {@link #warmUp}, WARM_UP_STEP is 0.
 */
public final class Depthwise {
    public static final int X = 0, Y = 1, WEIGHTS = 2, CHANNELS = 3, STRIPS = 4, X_ROW = 5, X_PLANE = 6, Y_PLANE = 7, MASK = 8, PHASES = 9, WARM_UP = 10,
            WARM_UP_STEP = 11, ROWS = 12, Y_ROW = 13, SLOTS = 14;

    private final ProgramBuilder b;
    private final int kernel, stride, waiting, warmUp;

    private Depthwise(ProgramBuilder b, int kernel, int stride) {
        this.b = b;
        this.kernel = kernel;
        this.stride = stride;
        waiting = Math.ceilDiv(kernel - stride, stride);
        warmUp = warmUp(kernel, stride);
    }

    /**
     * Steps that go ahead of the first output row, with the code of the others; what they store in row 0 is overwritten by it. Small filters
     * have code of their own for the first rows instead, and none of these.
     */
    public static int warmUp(int kernel, int stride) { return kernel == 3 ? 0 : (kernel - stride) / stride; }

    /**
     * @param kernel k, 3 or 5
     * @param stride 1 or 2
     * @throws Unsupported for others
     */
    public static Program program(int kernel, int stride, Epilogue epilogue, boolean masked, Machine machine) {
        if (kernel != 3 && kernel != 5 || stride != 1 && stride != 2)
            throw new Unsupported("a depthwise kernel of " + kernel + "x" + kernel + " stride " + stride
                    + ": only 3 and 5, stride 1 and 2 are built; use the general convolution");
        ProgramBuilder b = new ProgramBuilder(machine);
        new Depthwise(b, kernel, stride).channels(epilogue, masked);
        return b.build("depthwise" + kernel + "x" + kernel + "s" + stride + Finish.name(epilogue, masked));
    }

    private void channels(Epilogue epilogue, boolean masked) {
        Ptr x = b.argument(X), y = b.argument(Y), weights = b.argument(WEIGHTS), xRow = b.argument(X_ROW);
        Finish finish = new Finish(b, epilogue);
        b.loop(b.count(CHANNELS), 1, () -> {
            Vec bias = b.splat(weights, Float.BYTES * kernel * kernel);
            IntFunction<Vec> weight = weights(weights);
            Ptr strip = b.copy(x), column = b.copy(y), maskAt = masked ? b.argument(MASK) : null;
            b.loop(b.count(STRIPS), 1, () -> {
                strip(b.copy(strip), b.copy(column), xRow, bias, weight, finish, maskAt == null ? null : b.load(maskAt, 0));
                b.advance(strip, -stride * b.vectorBytes());
                b.advance(column, -b.vectorBytes());
                if (maskAt != null) b.advance(maskAt, -b.vectorBytes());
            });
            b.advance(weights, Float.BYTES * (kernel * kernel + 1));
            b.advanceByArgument(x, X_PLANE);
            b.advanceByArgument(y, Y_PLANE);
        });
    }

    /** A small filter in registers where there are many, else broadcast at each use: that is what an embedded broadcast does anyway. */
    private IntFunction<Vec> weights(Ptr at) {
        if (kernel > 3 || b.machine().vectors() <= 18) return tap -> b.splat(at, Float.BYTES * tap);
        Vec[] w = new Vec[kernel * kernel];
        for (int tap = 0; tap < w.length; tap++) w[tap] = b.splat(at, Float.BYTES * tap);
        return tap -> w[tap];
    }

    private void strip(Ptr in, Ptr out, Ptr xRow, Vec bias, IntFunction<Vec> weight, Finish finish, @Nullable Vec mask) {
        Vec[] sums = b.vecs(waiting);
        for (Vec sum : sums) b.copy(sum, bias);
        int first = kernel - stride - stride * warmUp;
        for (int row = 0; row < first; row++) {
            row(in, row + stride * warmUp, weight, sums);
            b.advance(in, xRow);
        }
        if (warmUp == 0) {
            Ptr yRow = b.argument(Y_ROW);
            b.loop(b.count(ROWS), 1, () -> {
                step(in, out, xRow, bias, weight, finish, mask, sums);
                b.advance(out, yRow);
            });
            return;
        }
        Ptr phase = b.copy(b.arguments());
        b.loop(b.count(PHASES), 1, () -> {
            b.loop(b.count(phase, Long.BYTES * WARM_UP), 1, () -> {
                step(in, out, xRow, bias, weight, finish, mask, sums);
                b.scope(() -> b.move(out, b.index(out, phase, Long.BYTES * WARM_UP_STEP)));
            });
            b.advance(phase, Long.BYTES * (ROWS - WARM_UP));
        });
    }

    /** Reads the rows that complete the oldest sum, stores it and starts a new one. */
    private void step(Ptr in, Ptr out, Ptr xRow, Vec bias, IntFunction<Vec> weight, Finish finish, @Nullable Vec mask, Vec[] sums) {
        Vec[] all = Arrays.copyOf(sums, waiting + 1);
        all[waiting] = b.copy(bias);
        for (int j = 0; j < stride; j++) {
            row(in, kernel - stride + j, weight, all);
            b.advance(in, xRow);
        }
        Vec done = all[0];
        finish.apply(done);
        if (mask != null) b.and(done, done, mask);
        b.store(done, out, 0);
        for (int e = 0; e < waiting; e++) b.copy(all[e], all[e + 1]);
    }

    /** One input row, which the oldest output row meets with line {@code line} of the filter, each younger one {@code stride} lines before. */
    private void row(Ptr in, int line, IntFunction<Vec> weight, Vec[] sums) {
        for (int pair = 0; pair < kernel; pair += 2) {
            int left = pair;
            if (stride == 1) {
                for (int tap = left; tap < Math.min(left + 2, kernel); tap++) {
                    int column = tap;
                    b.scope(() -> meet(b.load(in, Float.BYTES * column), line, column, weight, sums));
                }
            } else {
                b.scope(() -> {
                    Vec low = b.load(in, Float.BYTES * left), high = b.load(in, Float.BYTES * left + b.vectorBytes());
                    b.scope(() -> meet(b.even(low, high), line, left, weight, sums));
                    if (left + 1 < kernel) b.scope(() -> meet(b.odd(low, high), line, left + 1, weight, sums));
                });
            }
        }
    }

    private void meet(Vec x, int line, int column, IntFunction<Vec> weight, Vec[] sums) {
        for (int e = 0; e < sums.length; e++) {
            int above = line - stride * e;
            Vec sum = sums[e];
            if (above >= 0 && above < kernel) b.scope(() -> b.fma(sum, x, weight.apply(above * kernel + column)));
        }
    }
}
