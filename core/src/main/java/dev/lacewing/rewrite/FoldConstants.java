package dev.lacewing.rewrite;

import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import dev.lacewing.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Computes nodes whose inputs are all constants. */
final class FoldConstants implements Rule {
    @Override
    public String name() { return "fold-constants"; }

    @Override
    public Graph apply(Graph graph) {
        Edits edits = new Edits(graph);
        for (Node node : graph.nodes()) {
            List<Tensor> in = new ArrayList<>();
            for (String input : node.inputs()) {
                Tensor tensor = edits.constant(input);
                if (tensor != null) in.add(tensor);
            }
            if (in.isEmpty() || in.size() != node.inputs().size()) continue;
            Tensor value = ConstantOps.evaluate(node.op(), in, graph.shape(node.output()));
            if (value != null) edits.replace(node, new Node(node.name(), new Op.Constant(value), List.of(), node.output()));
        }
        return edits.done();
    }
}
