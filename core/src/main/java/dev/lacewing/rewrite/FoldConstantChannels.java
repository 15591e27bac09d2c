package dev.lacewing.rewrite;

import dev.lacewing.graph.Activation;
import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import dev.lacewing.graph.Op.Conv;
import dev.lacewing.tensor.Shape;
import dev.lacewing.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An output channel without a weight is constant: its bias, activated. A convolution or product that reads it gets its share into the bias and no longer reads
 * it, unless padding makes the share differ at the border.
 */
final class FoldConstantChannels implements Rule {
    @Override
    public String name() { return "fold-constant-channels"; }

    @Override
    public Graph apply(Graph graph) {
        Edits edits = new Edits(graph);
        for (Node node : graph.nodes()) {
            if (!(node.op() instanceof Conv conv ? Channels.isDense(conv) || conv.isDepthwise() : node.op() instanceof Op.Gemm && graph.shape(node.input()).rank() == 2)) continue;
            Conv writer = writer(edits, graph, node.input());
            Op folded = writer == null ? node.op() : fold(node.op(), writer);
            if (folded != node.op()) edits.replace(node, node.with(folded));
        }
        return edits.done();
    }

    /** The convolution whose channels these are, perhaps averaged. */
    private static @Nullable Conv writer(Edits edits, Graph graph, String value) {
        Node before = edits.producer(value);
        while (before != null && Channels.passes(before, graph)) before = edits.producer(before.input());
        return before != null && before.op() instanceof Conv conv ? conv : null;
    }

    private static Op fold(Op reader, Conv writer) {
        boolean mixes = Channels.mixes(reader), padded = reader instanceof Conv conv && conv.window().isPadded();
        Tensor before = Channels.weight(reader);
        float[] weight = null, bias = null;
        int taps = Channels.taps(reader), rows = before.shape().dim(0), row = before.size() / rows;
        for (int c = 0; c < writer.outChannels(); c++) {
            if (Channels.hasFilter(writer, c) || !(mixes ? Channels.reads(reader, c) : Channels.hasFilter((Conv) reader, c))) continue;
            float value = constant(writer, c);
            if (!Float.isFinite(value) || value != 0 && padded) continue;
            if (weight == null || bias == null) {
                weight = before.values().clone();
                bias = bias(reader).values().clone();
            }
            for (int out = mixes ? 0 : c; out < (mixes ? rows : c + 1); out++) {
                int at = out * row + (mixes ? c * taps : 0);
                double sum = 0;
                for (int i = at; i < at + taps; i++) {
                    sum += weight[i];
                    weight[i] = 0;
                }
                bias[out] += (float) (sum * value);
            }
        }
        return weight == null || bias == null ? reader : with(reader, new Tensor(before.shape(), weight), new Tensor(Shape.of(rows), bias));
    }

    private static Tensor bias(Op op) { return op instanceof Conv conv ? conv.bias() : ((Op.Gemm) op).bias(); }

    private static Op with(Op op, Tensor weight, Tensor bias) {
        return op instanceof Conv conv ? new Conv(weight, bias, conv.window(), conv.groups(), conv.activation()) : new Op.Gemm(weight, bias, ((Op.Gemm) op).activation());
    }

    private static float constant(Conv conv, int channel) {
        Activation activation = conv.activation() instanceof Activation.PRelu(var slopes)
                ? new Activation.LeakyRelu(slopes.values()[slopes.size() == 1 ? 0 : channel]) : conv.activation();
        Tensor value = ConstantOps.evaluate(new Op.Activate(activation), List.of(new Tensor(Shape.of(1), new float[] {conv.bias().values()[channel]})), Shape.of(1));
        return value == null ? Float.NaN : value.values()[0];
    }
}
