package dev.lacewing.prune;

import dev.lacewing.graph.Graph;
import java.util.List;

/**
 * The pruned network.
 *
 * @param layers those in scope, in the order of the graph
 * @param sparsity share of zeros among all weights of those layers, 0 if there is none
 */
public record PruneResult(Graph graph, List<LayerSparsity> layers, double sparsity) {
    public PruneResult { layers = List.copyOf(layers); }
}
