package dev.lacewing.rewrite;

import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import dev.lacewing.tensor.Shape;
import dev.lacewing.tensor.Tensor;
import java.util.Arrays;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;

/**
 * A constant for each output channel, or one for all, that is added to, subtracted from, multiplied with or divides the result of a convolution or Gemm
 * goes into its weights and bias. Constants that are not finite, and divisions by zero, stay.
 */
final class FuseChannelAffine implements Rule {
    @Override
    public String name() { return "fuse-channel-affine"; }

    @Override
    public Graph apply(Graph graph) {
        Edits edits = new Edits(graph);
        for (Node node : graph.nodes()) {
            if (!(node.op() instanceof Op.Binary binary)) continue;
            Op fused = null;
            for (int side = 0; side < 2 && fused == null; side++) {
                String value = node.inputs().get(side);
                Node before = edits.privateProducer(value);
                Tensor constant = edits.constant(node.inputs().get(1 - side));
                if (before == null || constant == null || !Fused.isOpen(before.op()) || before.op() instanceof Op.Binary) continue;
                Shape shape = graph.shape(value);
                double @Nullable [] channels = perChannel(constant, shape, before.op() instanceof Op.Conv ? 1 : shape.rank() - 1);
                if (channels == null || !shape.equals(graph.shape(node.output()))) continue;
                fused = fuse(before.op(), binary, channels, side == 0);
                if (fused != null) edits.fuse(before, fused, node);
            }
        }
        return edits.done();
    }

    private static @Nullable Op fuse(Op op, Op.Binary binary, double[] constant, boolean constantLast) {
        double[] one = new double[constant.length], zero = new double[constant.length];
        Arrays.fill(one, 1);
        return switch (binary.what()) {
            case ADD -> Fused.affine(op, one, constant, binary.activation());
            case SUB -> constantLast ? Fused.affine(op, one, negated(constant), binary.activation()) : Fused.affine(op, negated(one), constant, binary.activation());
            case MUL -> Fused.affine(op, constant, zero, binary.activation());
            case DIV -> {
                double[] inverse = DoubleStream.of(constant).map(c -> 1 / c).toArray();
                yield constantLast && DoubleStream.of(inverse).allMatch(Double::isFinite) ? Fused.affine(op, inverse, zero, binary.activation()) : null;
            }
        };
    }

    private static double[] negated(double[] values) { return DoubleStream.of(values).map(v -> -v).toArray(); }

    /** The constant's value for each channel, or null if it varies along another axis than {@code axis} or is not finite. */
    private static double @Nullable [] perChannel(Tensor constant, Shape shape, int axis) {
        int own = axis - shape.rank() + constant.shape().rank();
        for (int a = 0; a < constant.shape().rank(); a++) if (a != own && constant.shape().dim(a) != 1) return null;
        double[] values = new double[shape.dim(axis)];
        for (int c = 0; c < values.length; c++) values[c] = constant.values()[constant.size() == 1 ? 0 : c];
        return DoubleStream.of(values).allMatch(Double::isFinite) ? values : null;
    }
}
