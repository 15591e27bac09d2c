package dev.lacewing.rewrite;

import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import java.util.List;

/** A reshape of a reshape reads the first one's input. */
final class MergeReshapes implements Rule {
    @Override
    public String name() { return "merge-reshapes"; }

    @Override
    public Graph apply(Graph graph) {
        Edits edits = new Edits(graph);
        for (Node node : graph.nodes()) {
            if (!(node.op() instanceof Op.Reshape)) continue;
            Node before = edits.producer(node.input());
            if (before != null && before.op() instanceof Op.Reshape) edits.replace(node, new Node(node.name(), node.op(), List.of(before.input()), node.output()));
        }
        return edits.done();
    }
}
