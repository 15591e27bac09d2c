package dev.lacewing.cli.experiment;

import dev.lacewing.graph.Costs;
import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import java.util.Set;

/** What zeros leave of a network's multiplications. A weight of an early layer, which has many pixels, counts for more of them than one of a late layer. */
final class Work {
    private Work() {}

    /**
     * The share of multiplications that is left, 0 to 1; NaN if there are none.
     *
     * @param scope names of the layers that count
     */
    static double left(Graph graph, Set<String> scope) {
        double left = 0, all = 0;
        for (Node node : graph.nodes()) {
            if (!scope.contains(node.name())) continue;
            double work = Costs.multiplyAdds(graph, node);
            all += work;
            left += work * density(node.op());
        }
        return left / all;
    }

    private static double density(Op op) {
        return switch (op) {
            case Op.Conv c -> 1 - c.weight().sparsity();
            case Op.Gemm g -> 1 - g.weight().sparsity();
            case Op.SqueezeExcite s -> 1 - (s.reduce().sparsity() * s.reduce().size() + s.expand().sparsity() * s.expand().size()) / (s.reduce().size() + s.expand().size());
            default -> 1;
        };
    }
}
