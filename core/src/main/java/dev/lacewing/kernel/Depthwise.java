package dev.lacewing.kernel;

import dev.lacewing.error.LacewingException.Unsupported;
import dev.lacewing.program.Instruction.Parity;
import dev.lacewing.program.Int;
import dev.lacewing.program.Machine;
import dev.lacewing.program.Program;
import dev.lacewing.program.ProgramBuilder;
import dev.lacewing.program.Ptr;
import dev.lacewing.program.Vec;
import java.util.Arrays;
import java.util.function.IntFunction;
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
 * <p>Planes without a halo beside them have {@link Edges}. EDGES has for each vector of outputs a mask for each of the edges' columns in turn: all bits set for each output
 * whose input in that column is a pixel. It is that of the last strip, too. Strips of equal width are walked in parts, if there are edges: PARTS is how many come first that need
 * masks, how many then that need none, and both once more; together as many as WIDE.
 *
 * <p>A program with {@link Totals} adds up what it stores of each channel, lane by lane: SUMS gets one vector for each channel, one after the other, for {@link LaneSum}.
 * Such a program is masked unless no column is a gap.
 *
 * <p>With totals of planes, strips store plain sums, and what follows is done to a channel's plane as one flat run of FLAT_VECTORS vectors from FLAT on, while it is in the
 * cache; MASK is then indexed like that run, and masks the gaps if there are any. What the strips write behind that run stays as it is, and is not zero.
 *
 * <p>Fixed values: PHASES is 2, WARM_UP is {@link #warmUp}, WARM_UP_STEP is 0.
 */
public final class Depthwise {
    public static final int X = 0, Y = 1, WEIGHTS = 2, CHANNELS = 3, WIDE = 4, NARROW = 5, X_ROW = 6, X_PLANE = 7, Y_PLANE = 8, MASK = 9, PHASES = 10, WARM_UP = 11,
            WARM_UP_STEP = 12, ROWS = 13, Y_ROW = 14, SUMS = 15, EDGES = 16, FLAT = 17, FLAT_VECTORS = 18, PARTS = 19;

    /** Where the sums over channels are taken. */
    public enum Totals {
        NONE, OF_STRIPS, OF_PLANES;

        private String suffix() { return switch (this) { case NONE -> ""; case OF_STRIPS -> "-sums"; case OF_PLANES -> "-flat"; }; }
    }

    /** Registers that an emitter may use to take even and odd elements apart. */
    private static final int TABLES = 3;

    private final ProgramBuilder b;
    private final int kernel, stride, waiting, warmUp;
    /** Lanes that are written of each strip's last vector. */
    private final int lanes;
    private final boolean sums;
    private final Edges edges;

    private Depthwise(ProgramBuilder b, int kernel, int stride, Edges edges, boolean sums, int lanes) {
        this.b = b;
        this.lanes = lanes;
        this.kernel = kernel;
        this.stride = stride;
        this.edges = edges;
        this.sums = sums;
        waiting = Math.ceilDiv(kernel - stride, stride);
        warmUp = warmUp(kernel, stride, b.machine());
    }

    /**
     * Steps that go ahead of the first output row, with the code of the others; what they store in row 0 is overwritten by it. Small filters, and
     * machines that take code of any length, have code of their own for the first rows instead, and none of these.
     */
    public static int warmUp(int kernel, int stride, Machine machine) { return kernel == 3 || machine.bakes() ? 0 : (kernel - stride) / stride; }

    /** Whether totals of planes are the faster ones: WebAssembly's engines would keep the constants of a long epilogue in registers, and sums in memory. */
    public static boolean finishesPlanes(Epilogue epilogue, Machine machine) { return Epilogue.isLong(epilogue) && machine.spills(); }

    /** With a halo and without sums. */
    public static Program program(int kernel, int stride, Strips strips, Epilogue epilogue, boolean masked, Machine machine) {
        return program(kernel, stride, strips, Edges.NONE, epilogue, masked, Totals.NONE, machine);
    }

    /**
     * Strips of any height.
     *
     * @param kernel k, 3 or 5
     * @param stride 1 or 2
     * @throws Unsupported for others
     */
    public static Program program(int kernel, int stride, Strips strips, Edges edges, Epilogue epilogue, boolean masked, Totals totals, Machine machine) {
        ProgramBuilder b = new ProgramBuilder(machine);
        new Depthwise(b, kernel, stride, edges, totals != Totals.NONE, machine.lanes()).channels(strips, epilogue, masked, totals);
        return b.build(name(kernel, stride) + "-" + strips.width() + (strips.narrow() > 0 ? "+" + (strips.width() - 1) : "") + edges.name() + Finish.name(epilogue, masked) + totals.suffix());
    }

    /** With a halo and without sums. */
    public static Program plane(int kernel, int stride, Rows rows, int vectors, Epilogue epilogue, boolean masked, Machine machine) {
        return plane(kernel, stride, rows, Edges.NONE, vectors, epilogue, masked, false, machine);
    }

    /**
     * Planes of one strip with {@code rows}, without a loop over them: no row above or below the plane is read, and X is the address of the pixel of
     * (0, -padLeft). WIDE, NARROW, ROWS and what goes before it are not read.
     *
     * @throws Unsupported as above
     */
    public static Program plane(int kernel, int stride, Rows rows, Edges edges, int vectors, Epilogue epilogue, boolean masked, boolean sums, Machine machine) {
        ProgramBuilder b = new ProgramBuilder(machine);
        new Depthwise(b, kernel, stride, edges, sums, machine.lanes()).planes(rows, vectors, epilogue, masked);
        return b.build(name(kernel, stride) + "-" + vectors + "-plane" + rows.out() + "of" + rows.in() + "+" + rows.padTop() + edges.name() + Finish.name(epilogue, masked)
                + (sums ? "-sums" : ""));
    }

    /**
     * A strip of one vector that writes nothing behind the first {@code lanes} floats of a row: for the last row of a thread's share, as the next row is another
     * thread's. Else as {@link #program}.
     *
     * @throws Unsupported as above
     */
    public static Program edge(int kernel, int stride, Edges edges, int lanes, Epilogue epilogue, boolean masked, Machine machine) {
        ProgramBuilder b = new ProgramBuilder(machine);
        new Depthwise(b, kernel, stride, edges, false, lanes).channels(new Strips(1, 1, 0), epilogue, masked, Totals.NONE);
        return b.build(name(kernel, stride) + "-edge" + lanes + edges.name() + Finish.name(epilogue, masked));
    }

    private static String name(int kernel, int stride) {
        if (kernel != 3 && kernel != 5 || stride != 1 && stride != 2)
            throw new Unsupported("a depthwise kernel of " + kernel + "x" + kernel + " stride " + stride
                    + ": only 3 and 5, stride 1 and 2 are built; use the general convolution");
        return "depthwise" + kernel + "x" + kernel + "s" + stride;
    }

    private void channels(Strips strips, Epilogue epilogue, boolean masked, Totals totals) {
        Ptr x = b.argument(X), y = b.argument(Y), weights = b.argument(WEIGHTS), xRow = b.argument(X_ROW), total = sums ? b.argument(SUMS) : null;
        Ptr flat = totals == Totals.OF_PLANES ? b.argument(FLAT) : null;
        Finish finish = new Finish(b, flat == null ? epilogue : Epilogue.NONE, working(strips.width()));   // constants first: each is read for every result, a weight for every strip
        b.loop(b.count(CHANNELS), 1, () -> {
            Vec bias = b.splat(weights, Float.BYTES * kernel * kernel);
            IntFunction<Vec> weight = weights(weights, strips.width(), finish);
            Ptr in = b.copy(x), out = b.copy(y), mask = masked && flat == null ? b.argument(MASK) : null, beside = edges.equals(Edges.NONE) ? null : b.argument(EDGES);
            if (total != null && flat == null) b.scope(() -> b.store(b.constant(0f), total, 0));
            Channel channel = new Channel(xRow, bias, weight, finish, mask, beside, beside == null ? Columns.AS_THEY_ARE : masked(beside), flat == null ? total : null);
            if (beside != null && strips.narrow() == 0) parts(strips.width(), in, out, channel);
            else strips(strips.width(), WIDE, in, out, channel);
            if (strips.narrow() > 0) {
                b.advance(in, stride * b.vectorBytes());
                b.advance(out, b.vectorBytes());
                if (mask != null) b.advance(mask, b.vectorBytes());
                if (beside != null) b.advance(beside, edges.count(kernel) * b.vectorBytes());
                strips(strips.width() - 1, NARROW, in, out, channel);
            }
            if (flat != null && total != null) {
                b.scope(() -> FlatFinish.build(b, b.copy(flat), b.count(FLAT_VECTORS), epilogue, masked ? b.argument(MASK) : null, total));
                b.advanceByArgument(flat, Y_PLANE);
            }
            nextChannel(x, y, weights, total);
        });
    }

    private void planes(Rows rows, int vectors, Epilogue epilogue, boolean masked) {
        b.prefetchCode();
        Ptr x = b.argument(X), y = b.argument(Y), weights = b.argument(WEIGHTS), xRow = b.argument(X_ROW), yRow = b.argument(Y_ROW), mask = masked ? b.argument(MASK) : null,
                total = sums ? b.argument(SUMS) : null;
        Finish finish = new Finish(b, epilogue, working(vectors));
        b.loop(b.count(CHANNELS), 1, () -> {
            Vec bias = b.splat(weights, Float.BYTES * kernel * kernel);
            IntFunction<Vec> weight = weights(weights, vectors, finish);
            Ptr in = b.copy(x), out = b.copy(y);
            if (total != null) b.scope(() -> b.store(b.constant(0f), total, 0));
            Total all = total(total);
            Vec[][] sums = b.vecs(waiting + 1, vectors);
            int done = 0;
            Columns columns = edges.equals(Edges.NONE) ? Columns.AS_THEY_ARE : masked(b.argument(EDGES));
            for (int r = 0; r < rows.in() && done < rows.out(); r++) {
                Vec[][] lines = new Vec[kernel][0];
                for (int p = done; p < Math.min(rows.out(), done + sums.length); p++) {
                    int line = r + rows.padTop() - stride * p;
                    if (line < 0 || line >= kernel) continue;
                    lines[line] = sums[p % sums.length];
                    if (r == rows.first(p, stride)) for (Vec sum : sums[p % sums.length]) b.copy(sum, bias);
                }
                row(in, vectors, weight, lines, columns);
                b.advance(in, xRow);
                for (; done < rows.out() && rows.last(done, stride, kernel) == r; done++) {
                    store(sums[done % sums.length], out, finish, mask, all);
                    b.advance(out, yRow);
                }
            }
            store(all);
            nextChannel(x, y, weights, total);
        });
    }

    private void nextChannel(Ptr x, Ptr y, Ptr weights, @Nullable Ptr total) {
        b.advance(weights, Float.BYTES * (kernel * kernel + 1));
        b.advanceByArgument(x, X_PLANE);
        b.advanceByArgument(y, Y_PLANE);
        if (total != null) b.advance(total, b.vectorBytes());
    }

    private int inputs(int width) { return stride == 1 ? width + (edges.equals(Edges.NONE) ? 0 : 1) : 2 * width + 2 + TABLES; }

    /** Registers for bias, sums and inputs. */
    private int working(int width) { return 1 + waiting(width) + inputs(width); }

    /** Registers for the sums of outputs, and for those of a channel. */
    private int waiting(int width) { return (waiting + 1) * width + (sums && sparesTotal() ? 1 : 0); }

    /** Strips of machine code are as wide as few registers allow. */
    private boolean sparesTotal() { return !b.machine().bakes() || b.machine().vectors() > 18; }

    /** The sum over a channel, or a strip of it: in a register, or else in memory all the time. */
    private record Total(Ptr at, @Nullable Vec kept) {}

    private @Nullable Total total(@Nullable Ptr at) { return at == null ? null : new Total(at, sparesTotal() ? b.constant(0f) : null); }

    private void store(@Nullable Total total) {
        if (total == null || total.kept == null) return;
        Vec sum = total.kept;
        b.scope(() -> b.add(sum, sum, b.load(total.at, 0)));
        b.store(sum, total.at, 0);
    }

    /**
     * As many weights as find a register beside sums and either inputs or what the epilogue takes stay there; the others are broadcast at each use. Few that
     * stay are of no use.
     */
    private IntFunction<Vec> weights(Ptr at, int width, Finish finish) {
        int taps = kernel * kernel, room = b.free() - waiting(width) - Math.max(inputs(width), finish.registers());
        int kept = room >= taps ? taps : room > taps / 2 ? room - 1 : 0;
        Vec[] w = new Vec[kept];
        for (int tap = 0; tap < kept; tap++) w[tap] = b.splat(at, Float.BYTES * tap);
        return tap -> tap < kept ? w[tap] : b.splat(at, Float.BYTES * tap);
    }

    /** What all strips of a channel share. */
    private record Channel(Ptr xRow, Vec bias, IntFunction<Vec> weight, Finish finish, @Nullable Ptr mask, @Nullable Ptr beside, Columns columns, @Nullable Ptr total) {
        /** Its strips need no masks, but pass them by. */
        Channel withoutEdges() { return new Channel(xRow, bias, weight, finish, mask, beside, Columns.AS_THEY_ARE, total); }
    }

    /** In two turns, strips with masks and then without: right edge, middle, left edge, nothing. */
    private void parts(int width, Ptr in, Ptr out, Channel c) {
        Ptr part = b.copy(b.arguments(PARTS, 4));
        b.loop(b.count(PHASES), 1, () -> {
            strips(width, b.count(part, Long.BYTES * PARTS), in, out, c);
            strips(width, b.count(part, Long.BYTES * (PARTS + 1)), in, out, c.withoutEdges());
            b.advance(part, 2 * Long.BYTES);
        });
    }

    private void strips(int width, int count, Ptr in, Ptr out, Channel c) { strips(width, b.count(count), in, out, c); }

    private void strips(int width, Int count, Ptr in, Ptr out, Channel c) {
        b.loop(count, 1, () -> {
            Total all = total(c.total);
            rows(width, b.copy(in), b.copy(out), c, all);
            store(all);
            b.advance(in, -stride * width * b.vectorBytes());
            b.advance(out, -width * b.vectorBytes());
            if (c.mask != null) b.advance(c.mask, -width * b.vectorBytes());
            if (c.beside != null) b.advance(c.beside, -width * edges.count(kernel) * b.vectorBytes());
        });
    }

    private void rows(int width, Ptr in, Ptr out, Channel c, @Nullable Total all) {
        Vec[][] sums = new Vec[waiting][];
        for (int e = 0; e < waiting; e++) sums[e] = fresh(width, c.bias);
        for (int line = stride * warmUp; line < kernel - stride; line++) {
            row(in, width, c.weight, lines(line, sums), c.columns);
            b.advance(in, c.xRow);
        }
        if (warmUp == 0) {
            Ptr yRow = b.argument(Y_ROW);
            b.loop(b.count(ROWS), 1, () -> {
                step(width, in, out, c, sums, all);
                b.advance(out, yRow);
            });
            return;
        }
        Ptr phase = b.copy(b.arguments(WARM_UP, 4));
        b.loop(b.count(PHASES), 1, () -> {
            if (all != null && all.kept != null) b.constant(all.kept, 0f);   // what goes before the first row does not count
            b.loop(b.count(phase, Long.BYTES * WARM_UP), 1, () -> {
                step(width, in, out, c, sums, all);
                b.scope(() -> b.move(out, b.index(out, phase, Long.BYTES * WARM_UP_STEP)));
            });
            b.advance(phase, Long.BYTES * (ROWS - WARM_UP));
        });
    }

    private Vec[] fresh(int width, Vec bias) {
        Vec[] sums = b.vecs(width);
        for (Vec sum : sums) b.copy(sum, bias);
        return sums;
    }

    /** Reads the rows that complete the oldest sums, stores them and starts new ones. */
    private void step(int width, Ptr in, Ptr out, Channel c, Vec[][] sums, @Nullable Total total) {
        Vec[][] all = Arrays.copyOf(sums, waiting + 1);
        all[waiting] = fresh(width, c.bias);
        for (int j = 0; j < stride; j++) {
            row(in, width, c.weight, lines(kernel - stride + j, all), c.columns);
            b.advance(in, c.xRow);
        }
        store(all[0], out, c.finish, c.mask, total);
        for (int e = 0; e < waiting; e++) for (int v = 0; v < width; v++) b.copy(all[e][v], all[e + 1][v]);
    }

    private void store(Vec[] sums, Ptr out, Finish finish, @Nullable Ptr mask, @Nullable Total total) {
        for (int v = 0; v < sums.length; v++) {
            Vec sum = sums[v];
            int disp = v * b.vectorBytes();
            finish.apply(sum);
            if (mask != null) b.scope(() -> b.and(sum, sum, b.load(mask, disp)));
            b.storeFirst(sum, out, disp, v == sums.length - 1 ? lanes : b.machine().lanes());
            if (total != null && total.kept != null) b.add(total.kept, total.kept, sum);
            else if (total != null) b.scope(() -> {
                Vec all = b.load(total.at, 0);
                b.add(all, all, sum);
                b.store(all, total.at, 0);
            });
        }
    }

    /** An input row meets line {@code line} of the filter in the oldest sums, and in each younger ones {@code stride} lines before. */
    private Vec[][] lines(int line, Vec[][] sums) {
        Vec[][] lines = new Vec[kernel][0];
        for (int e = 0; e < sums.length; e++) {
            int above = line - stride * e;
            if (above >= 0 && above < kernel) lines[above] = sums[e];
        }
        return lines;
    }

    /** What is done to the inputs under a column of the filter before they are used. */
    private interface Columns {
        Columns AS_THEY_ARE = (x, column) -> { };

        void prepare(Vec[] x, int column);
    }

    private Columns masked(Ptr at) {
        return (x, column) -> {
            if (!edges.has(column, kernel)) return;
            for (int v = 0; v < x.length; v++) {
                Vec in = x[v];
                int disp = (v * edges.count(kernel) + edges.before(column, kernel)) * b.vectorBytes();
                b.scope(() -> b.and(in, in, b.load(at, disp)));
            }
        };
    }

    /** Multiplies one input row with each line of the filter that has sums. */
    private void row(Ptr in, int width, IntFunction<Vec> weight, Vec[][] lines, Columns columns) {
        for (int left = 0; left < kernel; left += stride) {
            int column = left;
            b.scope(() -> {
                if (stride == 1) {
                    Vec[] x = Tiles.loads(b, in, Float.BYTES * column, width);
                    columns.prepare(x, column);
                    meet(x, column, weight, lines);
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
                columns.prepare(even, column);
                meet(even, column, weight, lines);
                if (odd.length == 0) return;
                columns.prepare(odd, column + 1);
                meet(odd, column + 1, weight, lines);
            });
        }
    }

    private void meet(Vec[] x, int column, IntFunction<Vec> weight, Vec[][] lines) {
        for (int line = kernel - 1; line >= 0; line--) {
            Vec[] sums = lines[line];
            if (sums.length == 0) continue;
            int tap = line * kernel + column;
            b.scope(() -> {
                Vec w = weight.apply(tap);
                for (int v = 0; v < sums.length; v++) b.fma(sums[v], x[v], w);
            });
        }
    }
}
