package dev.lacewing.kernel;

import dev.lacewing.error.LacewingException.Unsupported;
import dev.lacewing.program.Instruction.Parity;
import dev.lacewing.program.Machine;
import dev.lacewing.program.Program;
import dev.lacewing.program.ProgramBuilder;
import dev.lacewing.program.Ptr;
import dev.lacewing.program.Vec;
import java.util.Arrays;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Depthwise convolution k x k of stride 1 or 2, over planes with a halo, by column walk: a strip some vectors of outputs wide is walked downwards; each
 * input row is read once and meets the (up to k) output rows that need it, whose sums wait in registers.
 *
 * <p>A plane is cut into {@link Strips}, walked from right to left: first the wide ones, then those one vector narrower. So X, Y and MASK are those of the
 * last strip, of output column s = (VECTORS - width) * lanes: X is the address of the input pixel under the top left tap there, that of
 * (-padTop, s * stride - padLeft) in the first channel; Y of output row 0.
 *
 * <p>WEIGHTS has {weight[k * k], bias} for each channel. Rows 0 to stride * (ROWS - 1) + k - 1 are read from X in all, each from the plane's left edge to
 * stride * VECTORS * lanes + k floats or less. Every output row is written VECTORS * lanes floats wide: what spills over its end lands in the gap and in
 * the first columns of the next row, which are written later, and after the last row in what follows the plane. MASK (masked programs only) has
 * VECTORS * lanes floats, one for each column, the same for all rows.
 *
 * <p>Fixed values: PHASES is 2, WARM_UP is {@link #warmUp}, WARM_UP_STEP is 0.
 */
public final class Depthwise {
    public static final int X = 0, Y = 1, WEIGHTS = 2, CHANNELS = 3, WIDE = 4, NARROW = 5, X_ROW = 6, X_PLANE = 7, Y_PLANE = 8, MASK = 9, PHASES = 10, WARM_UP = 11,
            WARM_UP_STEP = 12, ROWS = 13, Y_ROW = 14, SLOTS = 15;

    /**
     * How a plane of some vectors is cut.
     *
     * @param width vectors of a wide strip
     * @param wide number of wide strips, 1 or more
     * @param narrow number of strips of one vector less
     */
    public record Strips(int width, int wide, int narrow) {
        /** Equal strips, or nearly so, as few as can be: wide ones share each input row's overheads and wait less for their sums. */
        public static Strips of(int vectors, int kernel, int stride, Machine machine) {
            int count = Math.ceilDiv(vectors, widest(kernel, stride, machine)), width = Math.ceilDiv(vectors, count), narrow = count * width - vectors;
            return new Strips(width, count - narrow, narrow);
        }

        public int vectors() { return width * wide + (width - 1) * narrow; }

        private static int widest(int kernel, int stride, Machine machine) {
            if (machine.vectors() <= 18) return kernel == 3 ? 2 : 1;
            return kernel == 3 ? 4 : 2;
        }
    }

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
    public static Program program(int kernel, int stride, Strips strips, Epilogue epilogue, boolean masked, Machine machine) {
        if (kernel != 3 && kernel != 5 || stride != 1 && stride != 2)
            throw new Unsupported("a depthwise kernel of " + kernel + "x" + kernel + " stride " + stride
                    + ": only 3 and 5, stride 1 and 2 are built; use the general convolution");
        ProgramBuilder b = new ProgramBuilder(machine);
        new Depthwise(b, kernel, stride).channels(strips, epilogue, masked);
        return b.build("depthwise" + kernel + "x" + kernel + "s" + stride + "-" + strips.width + (strips.narrow > 0 ? "+" + (strips.width - 1) : "") + Finish.name(epilogue, masked));
    }

    private void channels(Strips strips, Epilogue epilogue, boolean masked) {
        Ptr x = b.argument(X), y = b.argument(Y), weights = b.argument(WEIGHTS), xRow = b.argument(X_ROW);
        Finish finish = new Finish(b, epilogue);
        b.loop(b.count(CHANNELS), 1, () -> {
            boolean kept = fits(strips.width);
            IntFunction<Vec> weight = kept ? kept(weights) : tap -> b.splat(weights, Float.BYTES * tap);
            Vec bias = b.splat(weights, Float.BYTES * kernel * kernel);
            Ptr in = b.copy(x), out = b.copy(y), maskAt = masked ? b.argument(MASK) : null;
            strips(strips.width, WIDE, in, out, xRow, bias, weight, finish, maskAt);
            if (strips.narrow > 0) {
                b.advance(in, stride * b.vectorBytes());
                b.advance(out, b.vectorBytes());
                if (maskAt != null) b.advance(maskAt, b.vectorBytes());
                strips(strips.width - 1, NARROW, in, out, xRow, bias, weight, finish, maskAt);
            }
            b.advance(weights, Float.BYTES * (kernel * kernel + 1));
            b.advanceByArgument(x, X_PLANE);
            b.advanceByArgument(y, Y_PLANE);
        });
    }

    /** A small filter stays in registers where there are enough, beside sums, bias and either inputs or what the epilogue takes. */
    private boolean fits(int width) {
        int inputs = stride == 1 ? width : 2 * width + 2;
        return kernel == 3 && (waiting + 1) * width + Math.max(inputs, Finish.REGISTERS) + 1 + kernel * kernel <= b.free();
    }

    private IntFunction<Vec> kept(Ptr at) {
        Vec[] w = new Vec[kernel * kernel];
        for (int tap = 0; tap < w.length; tap++) w[tap] = b.splat(at, Float.BYTES * tap);
        return tap -> w[tap];
    }

    private void strips(int width, int count, Ptr in, Ptr out, Ptr xRow, Vec bias, IntFunction<Vec> weight, Finish finish, @Nullable Ptr mask) {
        b.loop(b.count(count), 1, () -> {
            strip(width, b.copy(in), b.copy(out), xRow, () -> b.copy(bias), weight, finish, mask);
            b.advance(in, -stride * width * b.vectorBytes());
            b.advance(out, -width * b.vectorBytes());
            if (mask != null) b.advance(mask, -width * b.vectorBytes());
        });
    }

    private void strip(int width, Ptr in, Ptr out, Ptr xRow, Supplier<Vec> bias, IntFunction<Vec> weight, Finish finish, @Nullable Ptr mask) {
        Vec[][] sums = new Vec[waiting][];
        for (int e = 0; e < waiting; e++) sums[e] = fresh(width, bias);
        int first = kernel - stride - stride * warmUp;
        for (int row = 0; row < first; row++) {
            row(in, row + stride * warmUp, weight, sums);
            b.advance(in, xRow);
        }
        if (warmUp == 0) {
            Ptr yRow = b.argument(Y_ROW);
            b.loop(b.count(ROWS), 1, () -> {
                step(width, in, out, xRow, bias, weight, finish, mask, sums);
                b.advance(out, yRow);
            });
            return;
        }
        Ptr phase = b.copy(b.arguments());
        b.loop(b.count(PHASES), 1, () -> {
            b.loop(b.count(phase, Long.BYTES * WARM_UP), 1, () -> {
                step(width, in, out, xRow, bias, weight, finish, mask, sums);
                b.scope(() -> b.move(out, b.index(out, phase, Long.BYTES * WARM_UP_STEP)));
            });
            b.advance(phase, Long.BYTES * (ROWS - WARM_UP));
        });
    }

    private static Vec[] fresh(int width, Supplier<Vec> bias) {
        Vec[] sums = new Vec[width];
        for (int v = 0; v < width; v++) sums[v] = bias.get();
        return sums;
    }

    /** Reads the rows that complete the oldest sums, stores them and starts new ones. */
    private void step(int width, Ptr in, Ptr out, Ptr xRow, Supplier<Vec> bias, IntFunction<Vec> weight, Finish finish, @Nullable Ptr mask, Vec[][] sums) {
        Vec[][] all = Arrays.copyOf(sums, waiting + 1);
        all[waiting] = fresh(width, bias);
        for (int j = 0; j < stride; j++) {
            row(in, kernel - stride + j, weight, all);
            b.advance(in, xRow);
        }
        for (int v = 0; v < width; v++) {
            Vec done = all[0][v];
            int disp = v * b.vectorBytes();
            finish.apply(done);
            if (mask != null) b.scope(() -> b.and(done, done, b.load(mask, disp)));
            b.store(done, out, disp);
        }
        for (int e = 0; e < waiting; e++) for (int v = 0; v < width; v++) b.copy(all[e][v], all[e + 1][v]);
    }

    /** One input row, which the oldest output row meets with line {@code line} of the filter, each younger one {@code stride} lines before. */
    private void row(Ptr in, int line, IntFunction<Vec> weight, Vec[][] sums) {
        int width = sums[0].length;
        for (int left = 0; left < kernel; left += stride) {
            int column = left;
            b.scope(() -> {
                if (stride == 1) {
                    meet(Tiles.loads(b, in, Float.BYTES * column, width), line, column, weight, sums);
                    return;
                }
                Vec[] even = b.vecs(width), odd = column + 1 < kernel ? b.vecs(width) : new Vec[0];
                for (int v = 0; v < width; v++) {
                    int at = v;
                    b.scope(() -> {
                        Vec low = b.load(in, Float.BYTES * column + 2 * at * b.vectorBytes()), high = b.load(in, Float.BYTES * column + (2 * at + 1) * b.vectorBytes());
                        b.deinterleave(Parity.EVEN, even[at], low, high);
                        if (odd.length > 0) b.deinterleave(Parity.ODD, odd[at], low, high);
                    });
                }
                meet(even, line, column, weight, sums);
                if (odd.length > 0) meet(odd, line, column + 1, weight, sums);
            });
        }
    }

    private void meet(Vec[] x, int line, int column, IntFunction<Vec> weight, Vec[][] sums) {
        for (int e = 0; e < sums.length; e++) {
            int above = line - stride * e;
            Vec[] row = sums[e];
            if (above < 0 || above >= kernel) continue;
            b.scope(() -> {
                Vec w = weight.apply(above * kernel + column);
                for (int v = 0; v < row.length; v++) b.fma(row[v], x[v], w);
            });
        }
    }
}
