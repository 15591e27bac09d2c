package dev.lacewing.rewrite;

import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;

/** A transposition that moves only axes of extent 1 is a reshape. */
final class TransposeToReshape implements Rule {
    @Override
    public String name() { return "transpose-to-reshape"; }

    @Override
    public Graph apply(Graph graph) {
        Edits edits = new Edits(graph);
        for (Node node : graph.nodes()) {
            if (!(node.op() instanceof Op.Transpose(var permutation))) continue;
            var moved = permutation.stream().filter(axis -> graph.shape(node.input()).dim(axis) > 1).toList();
            if (moved.equals(moved.stream().sorted().toList())) edits.replace(node, node.with(new Op.Reshape(graph.shape(node.output()))));
        }
        return edits.done();
    }
}
