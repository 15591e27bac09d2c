package dev.lacewing.rewrite;

import dev.lacewing.graph.Activation;
import dev.lacewing.graph.Activation.Clamp;
import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;

/** A clamp after a clamp is one clamp. */
final class MergeClamps implements Rule {
    @Override
    public String name() { return "merge-clamps"; }

    @Override
    public Graph apply(Graph graph) {
        Edits edits = new Edits(graph);
        for (Node node : graph.nodes()) {
            if (!(node.op() instanceof Op.Activate(Clamp second))) continue;
            Node before = edits.privateProducer(node.input());
            if (before == null) continue;
            if (before.op() instanceof Op.Activate(Clamp first)) edits.fuse(before, new Op.Activate(merge(first, second)), node);
            else if (Fused.activation(before.op()) instanceof Clamp first) edits.fuse(before, Fused.with(before.op(), merge(first, second)), node);
        }
        return edits.done();
    }

    private static Activation merge(Clamp first, Clamp second) { return new Clamp(clamp(first.lo(), second), clamp(first.hi(), second)); }

    private static float clamp(float x, Clamp by) { return Math.min(Math.max(x, by.lo()), by.hi()); }
}
