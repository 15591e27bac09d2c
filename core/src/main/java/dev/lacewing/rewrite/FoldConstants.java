package dev.lacewing.rewrite;

import dev.lacewing.graph.Costs;
import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import dev.lacewing.tensor.Shape;
import dev.lacewing.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Computes nodes whose inputs are all constants, unless that makes a large constant of smaller ones, or many. */
final class FoldConstants implements Rule {
    private static final int LARGE = 1 << 20;

    private final long most;

    /** Constants, weights among them, may grow to four times what they take in {@code original}, and 16 MB more. */
    FoldConstants(Graph original) { most = (1L << 22) + 4 * Costs.parameters(original); }

    @Override
    public String name() { return "fold-constants"; }

    /** Where there is no room for a result, there may be once {@link RemoveDeadNodes} has dropped what others were made of. */
    @Override
    public Graph apply(Graph graph) {
        Edits edits = new Edits(graph);
        long floats = Costs.parameters(graph);
        for (Node node : graph.nodes()) {
            List<Tensor> in = new ArrayList<>();
            for (String input : node.inputs()) {
                Tensor tensor = edits.constant(input);
                if (tensor != null) in.add(tensor);
            }
            if (in.isEmpty() || in.size() != node.inputs().size()) continue;
            Shape out = graph.shape(node.output());
            if (out.size() > Math.max(LARGE, in.stream().mapToLong(Tensor::size).sum()) || floats + out.size() > most) continue;
            Tensor value = ConstantOps.evaluate(node.op(), in, out);
            if (value == null) continue;
            floats += out.size();
            edits.replace(node, new Node(node.name(), new Op.Constant(value), List.of(), node.output()));
        }
        return edits.done();
    }
}
