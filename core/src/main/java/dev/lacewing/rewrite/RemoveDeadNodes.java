package dev.lacewing.rewrite;

import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Node;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Drops nodes that no output of the graph depends on. */
final class RemoveDeadNodes implements Rule {
    @Override
    public String name() { return "remove-dead-nodes"; }

    @Override
    public Graph apply(Graph graph) {
        Set<String> needed = new HashSet<>(graph.outputs());
        List<Node> kept = new ArrayList<>();
        for (Node node : graph.nodes().reversed()) {
            if (!needed.contains(node.output())) continue;
            needed.addAll(node.inputs());
            kept.addFirst(node);
        }
        return kept.size() == graph.nodes().size() ? graph : graph.withNodes(kept);
    }
}
