package dev.lacewing.cli;

import dev.lacewing.graph.Graph;
import dev.lacewing.prune.Pruner;
import dev.lacewing.prune.Pruning;
import dev.lacewing.prune.Scope;
import dev.lacewing.sparse.Pattern;

/** Pruning as the demo does it: the pointwise convolutions. */
final class Pruned {
    private Pruned() {}

    static Graph by(String pattern, double sparsity, Graph graph) { return Pruner.prune(graph, new Pruning(Pattern.parse(pattern), sparsity, Scope.POINTWISE)).graph(); }
}
