package dev.lacewing.rewrite;

import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;

/** An activation moves into the convolution, Gemm or element-wise op that it follows, if that has none yet. */
final class FuseActivation implements Rule {
    @Override
    public String name() { return "fuse-activation"; }

    @Override
    public Graph apply(Graph graph) {
        Edits edits = new Edits(graph);
        for (Node node : graph.nodes()) {
            if (!(node.op() instanceof Op.Activate(var activation))) continue;
            Node before = edits.privateProducer(node.input());
            if (before != null && Fused.isOpen(before.op())) edits.fuse(before, Fused.with(before.op(), activation), node);
        }
        return edits.done();
    }
}
