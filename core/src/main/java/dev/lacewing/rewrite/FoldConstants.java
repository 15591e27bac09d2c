package dev.lacewing.rewrite;

import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import dev.lacewing.tensor.Shape;
import dev.lacewing.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Computes nodes whose inputs are all constants, unless that makes a large constant of smaller ones. */
final class FoldConstants implements Rule {
    private static final int LARGE = 1 << 20;

    @Override
    public String name() { return "fold-constants"; }

    @Override
    public Graph apply(Graph graph) {
        Edits edits = new Edits(graph);
        Map<String, Tensor> computed = new HashMap<>();
        for (Node node : graph.nodes()) {
            List<Tensor> in = new ArrayList<>();
            for (String input : node.inputs()) {
                Tensor known = computed.get(input), tensor = known != null ? known : edits.constant(input);
                if (tensor != null) in.add(tensor);
            }
            if (in.isEmpty() || in.size() != node.inputs().size()) continue;
            Shape out = graph.shape(node.output());
            if (out.size() > Math.max(LARGE, in.stream().mapToInt(Tensor::size).max().orElse(0))) continue;
            Tensor value = ConstantOps.evaluate(node.op(), in, out);
            if (value == null) continue;
            computed.put(node.output(), value);
            edits.replace(node, new Node(node.name(), new Op.Constant(value), List.of(), node.output()));
        }
        return edits.done();
    }
}
