package dev.lacewing.plan;

import static dev.lacewing.plan.PlanBuilder.bytes;
import static dev.lacewing.plan.PlanBuilder.constant;
import static dev.lacewing.plan.PlanBuilder.number;

import dev.lacewing.graph.Activation;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import dev.lacewing.kernel.ElementFunction;
import dev.lacewing.kernel.Elementwise;
import dev.lacewing.kernel.Epilogue;
import dev.lacewing.plan.Plan.Argument;
import dev.lacewing.plan.Plan.Call;
import dev.lacewing.program.ArgumentBlock;
import dev.lacewing.program.Instruction.Arithmetic;
import dev.lacewing.program.Machine;
import dev.lacewing.program.Program;
import dev.lacewing.tensor.Layout;
import dev.lacewing.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Functions of single elements: over flat planes, or over a contiguous tensor as one run. */
final class ElementwiseLowering {
    private ElementwiseLowering() {}

    /** What a function reads or writes; {@code value} is the graph's name for it, if it has one. */
    record Operand(int buffer, Layout layout, @Nullable String value) {
        static Operand of(PlanBuilder b, String value) { return new Operand(b.buffer(value), b.layout(value), value); }

        Argument at(int image, int channel) { return PlanBuilder.at(buffer, layout.at(image, channel, 0, 0)); }

        Argument pitch() { return bytes(layout.planePitch()); }

        /** Whole vectors of a plane end before the next begins. */
        boolean isPlanes() { return LayoutPlanner.isPlanes(layout.shape()) && layout.planePitch() % Layout.ALIGN == 0; }

        /** As planes of the channels, which are along axis 1; one channel if there is no such axis. */
        Operand byChannel() {
            Shape s = layout.shape();
            return switch (s.rank()) {
                case 2, 4 -> this;
                case 0, 1 -> new Operand(buffer, Layout.contiguous(Shape.of(1, 1, 1, s.size())), null);
                default -> new Operand(buffer, Layout.contiguous(Shape.of(s.dim(0), s.dim(1), 1, s.size() / (s.dim(0) * s.dim(1)))), null);
            };
        }
    }

    /** Where the values for a channel and those after it stand. */
    private interface Table {
        Argument from(int image, int channel);
    }

    static LayerReport activate(PlanBuilder b, Node node, Activation activation) {
        Operand x = Operand.of(b, node.input()), y = Operand.of(b, node.output());
        activation(b, x, y, activation);
        return report(b, node, activation.getClass().getSimpleName(), nanos(b, function(activation), y.layout()));
    }

    /** All images of what has been written but for its activation. */
    static void inPlace(PlanBuilder b, Operand y, Activation activation) { activation(b, y, y, activation); }

    static LayerReport batchNormalization(PlanBuilder b, Node node, Op.BatchNormalization bn) {
        Operand x = Operand.of(b, node.input()).byChannel(), y = Operand.of(b, node.output()).byChannel();
        long table = b.constants.align();
        for (int c = 0; c < y.layout().channels(); c++) {
            b.constants.add((float) bn.factor(c));
            b.constants.add((float) bn.addend(c));
        }
        ElementFunction function = new ElementFunction.Affine();
        step(b, "batch normalization", function, x, y, null, (n, c) -> constant(table + 8L * c));
        return report(b, node, "BatchNormalization", nanos(b, function, y.layout()));
    }

    /** The operands have one shape, or one is a factor for each channel of the other's planes. */
    static boolean isFlat(PlanBuilder b, Node node, Op.Binary binary) {
        Shape out = b.graph.shape(node.output());
        return factor(b, node, binary) >= 0 || PortableLowering.applies(b) || node.inputs().stream().allMatch(in -> b.graph.shape(in).equals(out));
    }

    /** Which input holds the factors; -1 for neither. */
    private static int factor(PlanBuilder b, Node node, Op.Binary binary) {
        Shape out = b.graph.shape(node.output());
        if (binary.what() != Op.Arithmetic.MUL || !LayoutPlanner.isPlanes(out)) return -1;
        Shape factors = Shape.of(out.dim(0), out.dim(1), 1, 1);
        for (int i = 0; i < 2; i++) if (b.graph.shape(node.inputs().get(i)).equals(factors) && b.graph.shape(node.inputs().get(1 - i)).equals(out)) return i;
        return -1;
    }

    static LayerReport binary(PlanBuilder b, Node node, Op.Binary binary) {
        Operand y = Operand.of(b, node.output());
        int factor = factor(b, node, binary);
        boolean fused = factor < 0 && !Activations.isSeparate(binary.activation());
        ElementFunction function = factor >= 0 ? new ElementFunction.Scale() : new ElementFunction.Binary(arithmetic(binary.what()), Activations.epilogue(binary.activation()));
        if (factor >= 0) scale(b, Operand.of(b, node.inputs().get(1 - factor)), Operand.of(b, node.inputs().get(factor)), y);
        else step(b, "binary", function, PortableLowering.broadcast(b, node.inputs().get(0), y), y, PortableLowering.broadcast(b, node.inputs().get(1), y), null);
        double nanos = nanos(b, function, y.layout());
        if (!fused && !(binary.activation() instanceof Activation.None)) {
            inPlace(b, y, binary.activation());
            nanos += nanos(b, function(binary.activation()), y.layout());
        }
        return report(b, node, binary.what().name().toLowerCase(Locale.ROOT), nanos);
    }

    /** y = x times one factor for each channel of each image; the factors are contiguous. */
    static void scale(PlanBuilder b, Operand x, Operand factors, Operand y) {
        if (y.isPlanes()) step(b, "scale", new ElementFunction.Scale(), x, y, null, factors::at);
        else step(b, "scale", new ElementFunction.Binary(Arithmetic.MUL, Epilogue.NONE), x, y, factors, null);
    }

    private static void activation(PlanBuilder b, Operand from, Operand to, Activation activation) {
        if (activation instanceof Activation.PRelu(var slopes)) {
            Operand x = from.byChannel(), y = to.byChannel();
            long table = b.constants.align();
            for (int c = 0; c < y.layout().channels(); c++) b.constants.add(slopes.values()[slopes.size() == 1 ? 0 : c]);
            step(b, "activation", function(activation), x, y, null, (n, c) -> constant(table + 4L * c));
        } else {
            step(b, "activation", function(activation), from, to, null, null);
        }
    }

    /**
     * Planes: whole vectors of each plane. Contiguous: one run, or, where a channel has values of its own, by single floats.
     */
    private static void step(PlanBuilder b, String what, ElementFunction function, Operand x, Operand y, @Nullable Operand z, @Nullable Table table) {
        Layout out = y.layout();
        boolean masked = y.value() != null && b.isMasked(y.value()), oneRun = !y.isPlanes() && table == null;
        Program program = Elementwise.program(function, masked, y.isPlanes() || oneRun ? b.machine : Machine.SCALAR.atMost(b.machine.vectors()));
        int vectors = y.isPlanes() ? b.vectors(out) : oneRun ? Math.ceilDiv(out.shape().size(), b.machine.lanes()) : out.planeFloats();
        long floats = (long) vectors * (y.isPlanes() || oneRun ? b.machine.lanes() : 1);
        int channels = oneRun ? 1 : out.channels(), images = oneRun ? 1 : out.images();
        Argument mask = masked ? constant(b.planeMask(out)) : number(0);
        double planeNanos = b.costs.pass(function, 1, vectors) + b.costs.fetch(12 * floats);
        b.step(what, t -> {
            List<Call> calls = new ArrayList<>(y.value() == null || x.equals(y) ? List.of() : b.clearMargins(y.value(), t));
            int first = b.split(channels, t), last = b.split(channels, t + 1);
            for (int n = 0; n < images && last > first; n++) {
                for (Operand o : z == null ? List.of(x, y) : List.of(x, y, z)) b.checkReach(what, o.buffer(), o.layout().at(n, first, 0, 0), o.layout().at(n, last - 1, 0, 0) + floats);
                int image = n;
                calls.addAll(Pieces.of(first, last, planeNanos, (i, j) -> {
                    ArgumentBlock<Argument> block = new ArgumentBlock<Argument>(program).set(Elementwise.CHANNELS, number(j - i))
                            .set(Elementwise.VECTORS, number(vectors)).set(Elementwise.MASK, mask)
                            .set(Elementwise.X, x.at(image, i)).set(Elementwise.X_PLANE, x.pitch()).set(Elementwise.Y, y.at(image, i))
                            .set(Elementwise.Y_PLANE, y.pitch());
                    if (z != null) block.set(Elementwise.Z, z.at(image, i)).set(Elementwise.Z_PLANE, z.pitch());
                    if (table != null) block.set(Elementwise.TABLE, table.from(image, i));
                    return PlanBuilder.call(block);
                }));
            }
            return calls;
        });
    }

    private static Arithmetic arithmetic(Op.Arithmetic what) {
        return switch (what) {
            case ADD -> Arithmetic.ADD;
            case SUB -> Arithmetic.SUB;
            case MUL -> Arithmetic.MUL;
            case DIV -> Arithmetic.DIV;
        };
    }

    /** A pass that writes {@code out}, all images. */
    static double nanos(PlanBuilder b, ElementFunction function, Layout out) {
        double other = function instanceof ElementFunction.Binary ? b.costs.fetch(4L * out.imagePitch() * out.images()) : 0;   // the operand that was not just computed
        if (!LayoutPlanner.isPlanes(out.shape())) return b.costs.pass(function, 1, Math.ceilDiv(out.shape().size(), b.machine.lanes()));
        return b.costs.pass(function, (long) out.images() * out.channels(), b.vectors(out)) + b.fetchPlanes(out, out) + other;
    }

    static double nanos(PlanBuilder b, Activation activation, Layout out) { return nanos(b, function(activation), out); }

    private static ElementFunction function(Activation activation) {
        return activation instanceof Activation.PRelu ? new ElementFunction.PRelu() : new ElementFunction.Apply(Activations.epilogue(activation));
    }

    private static LayerReport report(PlanBuilder b, Node node, String op, double nanos) { return LayerReport.plain(b, node, op, "elementwise", nanos, "one pass over the values"); }
}
