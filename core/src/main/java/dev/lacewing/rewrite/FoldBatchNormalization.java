package dev.lacewing.rewrite;

import dev.lacewing.graph.Activation;
import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;

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
        double[] scale = new double[bn.scale().size()], shift = new double[scale.length];
        for (int c = 0; c < scale.length; c++) {
            scale[c] = bn.scale().values()[c] / Math.sqrt((double) bn.variance().values()[c] + bn.epsilon());
            shift[c] = bn.shift().values()[c] - bn.mean().values()[c] * scale[c];
        }
        return Fused.affine(op, scale, shift, Activation.NONE);
    }
}
