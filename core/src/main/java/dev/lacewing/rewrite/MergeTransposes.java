package dev.lacewing.rewrite;

import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import java.util.List;

/** A transposition of a transposition is one transposition. */
final class MergeTransposes implements Rule {
    @Override
    public String name() { return "merge-transposes"; }

    @Override
    public Graph apply(Graph graph) {
        Edits edits = new Edits(graph);
        for (Node node : graph.nodes()) {
            if (!(node.op() instanceof Op.Transpose(var second))) continue;
            Node before = edits.producer(node.input());
            if (before == null || !(before.op() instanceof Op.Transpose(var first))) continue;
            edits.replace(node, new Node(node.name(), new Op.Transpose(second.stream().map(first::get).toList()), List.of(before.input()), node.output()));
        }
        return edits.done();
    }
}
