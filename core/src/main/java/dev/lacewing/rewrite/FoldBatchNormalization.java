package dev.lacewing.rewrite;

import dev.lacewing.graph.Activation;
import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import java.util.stream.IntStream;

/** Batch normalisation after a convolution or a Gemm over [images, channels] changes its weights and bias instead. */
final class FoldBatchNormalization implements Rule {
    @Override
    public String name() { return "fold-batch-normalization"; }

    @Override
    public Graph apply(Graph graph) {
        Edits edits = new Edits(graph);
        for (Node node : graph.nodes()) {
            if (!(node.op() instanceof Op.BatchNormalization bn)) continue;
            Node before = edits.privateProducer(node.input());
            if (before == null || !Fused.isOpen(before.op())) continue;
            if (before.op() instanceof Op.Conv || before.op() instanceof Op.Gemm && graph.shape(node.output()).rank() == 2) edits.fuse(before, fold(before.op(), bn), node);
        }
        return edits.done();
    }

    private static Op fold(Op op, Op.BatchNormalization bn) {
        double[] scale = IntStream.range(0, bn.channels()).mapToDouble(bn::factor).toArray(), shift = IntStream.range(0, bn.channels()).mapToDouble(bn::addend).toArray();
        return Fused.affine(op, scale, shift, Activation.NONE);
    }
}
