package dev.lacewing.plan;

import static dev.lacewing.plan.PlanBuilder.bytes;
import static dev.lacewing.plan.PlanBuilder.constant;
import static dev.lacewing.plan.PlanBuilder.number;

import dev.lacewing.graph.Costs;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op.Conv;
import dev.lacewing.graph.Window;
import dev.lacewing.kernel.Depthwise.Totals;
import dev.lacewing.kernel.Depthwise;
import dev.lacewing.kernel.Edges;
import dev.lacewing.kernel.Epilogue;
import dev.lacewing.kernel.Rows;
import dev.lacewing.kernel.Strips;
import dev.lacewing.plan.Plan.Argument;
import dev.lacewing.plan.Plan.Call;
import dev.lacewing.program.ArgumentBlock;
import dev.lacewing.program.Machine;
import dev.lacewing.program.Program;
import dev.lacewing.tensor.Layout;
import dev.lacewing.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Depthwise convolutions, by column walk over haloed planes; threads share the rows of large planes, else the channels. */
final class DepthwiseLowering {
    /** Lanes of vectors that are halved for planes no wider than that: half the work where they are done in two halves, and never more. */
    private static final int HALVED = 16;
    /** Floats between two rows that the walk writes as well; wider gaps, far from the input's pixels, are cleared. */
    private static final int WIDEST_GAP = 16;

    private final PlanBuilder b;
    private final Node node;
    private final Conv conv;
    private final Window window;
    private final Layout in, out;
    private final int k, s, channels, columns;
    private final boolean inPlace, flat, masked, leavesGap, withoutHalo;
    private final @Nullable Sums sums;
    private final Machine machine;
    private final Strips strips;
    private final Epilogue epilogue;
    private final Edges edges;
    private final int[] edgeWords;
    private final long weights, mask, edgeMasks;

    private DepthwiseLowering(PlanBuilder b, Node node, Conv conv) {
        this.b = b;
        this.node = node;
        this.conv = conv;
        window = conv.window();
        in = b.layout(node.input());
        out = b.layout(node.output());
        k = window.kernelHeight();
        s = window.strideHeight();
        channels = conv.outChannels();
        boolean zeroed = b.isZeroed(node.output());
        withoutHalo = b.readsWithoutHalo(node);
        leavesGap = zeroed && (out.rowPitch() - out.width() > WIDEST_GAP || withoutHalo && b.machine.bakes() && out.rowPitch() > b.machine.lanes());
        columns = zeroed && !leavesGap ? out.rowPitch() : out.width();
        machine = b.machine.lanes() == HALVED && 2 * columns <= HALVED ? b.machine.halved() : b.machine;
        inPlace = Activations.isSeparate(conv.activation());
        sums = inPlace ? null : Sums.of(b, node, machine);
        boolean alike = alike();
        Strips fitting = Strips.of(Math.ceilDiv(columns, machine.lanes()), k, s, machine);
        strips = alike ? fitting.even() : fitting;
        epilogue = Activations.epilogue(conv.activation());
        flat = sums != null && !zeroed && Depthwise.finishesPlanes(epilogue, machine);   // behind the last row strips leave what is not zero
        masked = zeroed || sums != null && (alike || hasGap());
        weights = weights(k * k);
        mask = !masked ? 0 : flat ? b.planeMask(out) : b.rowMask(out);
        edges = withoutHalo ? Edges.of(k, s, window.padLeft(), in.width(), out.width()) : Edges.NONE;
        edgeWords = edges.masks(k, s, window.padLeft(), in.width(), strips.vectors(), machine.lanes());
        edgeMasks = b.constants.align();
        for (int word : edgeWords) b.constants.add(word);
    }

    /**
     * Whether this layer can do without a halo beside its planes, for a few instructions more: where vectors are narrow and take more of them; else planes of a row to a
     * vector, one strip wide and not too high, as machine code, which does without rows above and below as well.
     */
    static boolean needsNoHalo(Conv conv, Shape in, Shape out, Machine machine) {
        Window w = conv.window();
        if (walksWithoutHalo(machine)) return w.kernelHeight() == 3;   // wider filters have more columns to mask
        return machine.bakes() && out.dim(3) <= machine.lanes() && new Rows(in.dim(2), out.dim(2), w.padTop()).isWorthCode(w.kernelHeight(), w.strideHeight(), machine);
    }

    /** Without a halo beside the planes there is still one above and below. */
    static boolean walksWithoutHalo(Machine machine) { return machine.spills(); }

    /** Whether layers share a program, masked and with wide strips only, since it is long and sent over the wire: for a vector more in some rows. */
    private boolean alike() { return sums != null && k > 3 && b.machine.isSent(); }

    /** Whether sums would have more than pixels in them: what is between rows, or behind the last pixel in its vector. */
    private boolean hasGap() { return flat ? out.rowPitch() != out.width() || flatFloats() % machine.lanes() != 0 : columns % machine.lanes() != 0; }

    /** Of a plane, from its first pixel to its last. */
    private int flatFloats() { return (out.height() - 1) * out.rowPitch() + out.width(); }

    private int flatVectors() { return Math.ceilDiv(flatFloats(), machine.lanes()); }

    private Totals totals() { return sums == null ? Totals.NONE : flat ? Totals.OF_PLANES : Totals.OF_STRIPS; }

    static LayerReport lower(PlanBuilder b, Node node, Conv conv) { return new DepthwiseLowering(b, node, conv).lower(); }

    private LayerReport lower() {
        Walk whole = new Walk(0, out.height());
        b.step("depthwise", t -> sharesRows() ? rows(t) : channels(whole, t));
        if (inPlace) ElementwiseLowering.inPlace(b, ElementwiseLowering.Operand.of(b, node.output()), conv.activation());
        long planes = (long) channels * in.images();
        double walk = whole.plane ? b.costs.depthwisePlane(k, s, strips.width(), machine != b.machine, planes, out.height()) : b.costs.depthwise(k, s, strips, planes, out.height());
        double nanos = walk + b.fetchPlanes(in, out)
                + (inPlace ? ElementwiseLowering.nanos(b, conv.activation(), out) : b.costs.epilogue(epilogue, planes * strips.vectors() * out.height()));
        return new LayerReport(node.name(), ConvLowering.name(conv), in.shape(), out.shape(), Costs.multiplyAdds(b.graph, node), conv.weight().sparsity(), 1 - conv.weight().sparsity(),
                whole.program.name(), nanos / 1e6, Double.NaN, nanos / 1e6, "dense: a depthwise filter is too small for sparsity to pay");
    }

    /** The rows of a share but the last spill over into the next only, and its walks read what halo they need. */
    private boolean sharesRows() { return sums == null && !leavesGap && (!withoutHalo || walksWithoutHalo(b.machine)) && b.sharesRows(out) && 2 * out.rowPitch() >= strips.vectors() * machine.lanes(); }

    private List<Call> channels(Walk whole, int t) {
        int from = b.split(channels, t), to = b.split(channels, t + 1);
        List<Call> calls = new ArrayList<>(leavesGap ? b.clearPlanes(node.output(), t, from, to) : b.clearBelow(node.output(), t, from, to));
        for (int n = 0; n < in.images() && to > from; n++) calls.addAll(whole.calls(n, from, to));
        return calls;
    }

    /** All channels of some rows. What spills over the end of the last one would be in the next thread's first. */
    private List<Call> rows(int t) {
        int from = b.split(out.height(), t), to = b.split(out.height(), t + 1);
        boolean last = to == out.height();
        List<Call> calls = new ArrayList<>(b.clearBelow(node.output(), t, 0, last ? channels : 0));
        int before = (strips.vectors() - 1) * machine.lanes();
        for (int n = 0; n < in.images(); n++) {
            if (last || to - from > 1) calls.addAll(new Walk(from, last ? to : to - 1).calls(n, 0, channels));
            if (last) continue;
            if (before > 0) calls.addAll(new Walk(to - 1, to, Strips.of(strips.vectors() - 1, k, s, machine)).calls(n, 0, channels));
            calls.addAll(new Walk(to - 1, to, new Strips(1, 1, 0), Depthwise.edge(k, s, edges, columns - before, epilogue, masked, machine), before, columns - before).calls(n, 0, channels));
        }
        return calls;
    }

    /** Some rows of the output by one kernel. */
    private final class Walk {
        final int from, to, column, written;
        final Strips strips;
        final boolean plane;
        final Program program;

        /** Whole rows, by the kernel that is best for so many of them. */
        Walk(int from, int to) {
            this.from = from;
            this.to = to;
            strips = DepthwiseLowering.this.strips;
            Rows rows = new Rows(in.height() - top(), to - from, window.padTop() - (from * s - top()));
            plane = strips.count() == 1 && rows.isWorthCode(k, s, machine);
            if (withoutHalo && !plane && b.machine.bakes()) throw new IllegalStateException(node.name() + " would read a halo that " + node.input() + " has not");
            program = plane ? Depthwise.plane(k, s, rows, edges, strips.width(), epilogue, masked, sums != null, machine)
                    : Depthwise.program(k, s, strips, edges, epilogue, masked, totals(), machine);
            column = (strips.vectors() - strips.width()) * machine.lanes();
            written = strips.vectors() * machine.lanes();
        }

        /** The left part of rows. */
        Walk(int from, int to, Strips strips) {
            this(from, to, strips, Depthwise.program(k, s, strips, edges, epilogue, masked, totals(), machine), (strips.vectors() - strips.width()) * machine.lanes(), strips.vectors() * machine.lanes());
        }

        /** @param written floats of a row from the strips' left edge on */
        Walk(int from, int to, Strips strips, Program program, int column, int written) {
            this.from = from;
            this.to = to;
            this.strips = strips;
            this.program = program;
            this.column = column;
            this.written = written;
            plane = false;
        }

        /** First input row that is read and not above the plane. */
        private int top() { return Math.max(0, from * s - window.padTop()); }

        /** Every float that the kernel reads and writes. */
        private void check(int image, int first, int end) {
            int left = column - (strips.vectors() - strips.width()) * machine.lanes(), above = from * s - window.padTop(), below = (to - 1) * s - window.padTop() + k - 1;
            b.checkReach("a depthwise window", b.buffer(node.input()), in.at(image, first, plane ? top() : above, left * s - window.padLeft()),
                    in.at(image, end - 1, plane ? Math.min(below, in.height() - 1) : below, left * s - window.padLeft()) + (long) s * strips.vectors() * machine.lanes() + k - 1);
            if (flat) b.checkReach("a depthwise plane", b.buffer(node.output()), out.at(image, first, 0, 0), out.at(image, end - 1, 0, 0) + (long) flatVectors() * machine.lanes());
            b.checkReach("a depthwise row", b.buffer(node.output()), out.at(image, first, from, left), (long) out.at(image, end - 1, to - 1, left) + written);
        }

        List<Call> calls(int image, int first, int end) {
            long rows = (long) to - from, bytes = 4 * rows * ((long) s * in.rowPitch() + out.rowPitch());
            double nanos = b.costs.depthwise(k, s, strips, 1, rows) + b.costs.epilogue(epilogue, rows * strips.vectors()) + b.costs.fetch(bytes);
            return Pieces.of(first, end, nanos, (i, j) -> call(image, i, j));
        }

        /** As {@link Edges#parts}. */
        private int[] parts() {
            int words = edges.count(k) * machine.lanes(), left = column / machine.lanes() - (strips.vectors() - strips.width());
            return Edges.parts(Arrays.copyOfRange(edgeWords, words * left, edgeWords.length), words * strips.width(), strips.wide());
        }

        private Call call(int image, int first, int end) {
            check(image, first, end);
            int[] parts = parts();
            ArgumentBlock<Argument> block = new ArgumentBlock<Argument>(program)
                    .set(Depthwise.X, b.at(node.input(), in.at(image, first, plane ? top() : from * s - window.padTop(), column * s - window.padLeft())))
                    .set(Depthwise.Y, b.at(node.output(), out.at(image, first, from, column)))
                    .set(Depthwise.WEIGHTS, constant(weights + 4L * first * (k * k + 1))).set(Depthwise.CHANNELS, number(end - first))
                    .set(Depthwise.WIDE, number(strips.wide())).set(Depthwise.NARROW, number(strips.narrow()))
                    .set(Depthwise.X_ROW, bytes(in.rowPitch())).set(Depthwise.X_PLANE, bytes(in.planePitch()))
                    .set(Depthwise.Y_ROW, bytes(out.rowPitch())).set(Depthwise.Y_PLANE, bytes(out.planePitch()))
                    .set(Depthwise.MASK, constant(flat ? mask : mask + 4L * column)).set(Depthwise.EDGES, constant(edgeMasks + 4L * column * edges.count(k)))
                    .set(Depthwise.PHASES, number(2)).set(Depthwise.WARM_UP, number(Depthwise.warmUp(k, s, machine))).set(Depthwise.WARM_UP_STEP, number(0))
                    .set(Depthwise.ROWS, number(to - from)).set(Depthwise.SUMS, sums == null ? number(0) : sums.from(image, first))
                    .set(Depthwise.FLAT, b.at(node.output(), out.at(image, first, 0, 0))).set(Depthwise.FLAT_VECTORS, number(flat ? flatVectors() : 0));
            for (int part = 0; part < parts.length; part++) block.set(Depthwise.PARTS + part, number(parts[part]));
            return PlanBuilder.call(block);
        }
    }

    /** The taps of each channel, then its bias. */
    private long weights(int taps) {
        long at = b.constants.align();
        for (int c = 0; c < conv.outChannels(); c++) {
            for (int i = 0; i < taps; i++) b.constants.add(conv.weight().values()[c * taps + i]);
            b.constants.add(conv.bias().values()[c]);
        }
        b.constants.mark(Words.Kind.WEIGHTS, 0, (int) (at / 4));
        return at;
    }
}
