package dev.lacewing.prune;

import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import dev.lacewing.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** One-shot magnitude pruning, the same sparsity in every layer in scope. Biases stay. The same input gives the same zeros. */
public final class Pruner {
    private final Pruning pruning;
    private final List<LayerSparsity> layers = new ArrayList<>();

    private Pruner(Pruning pruning) { this.pruning = pruning; }

    /** Sparsity 0 returns all weights bit for bit. */
    public static PruneResult prune(Graph graph, Pruning pruning) {
        Pruner pruner = new Pruner(pruning);
        Layers roles = new Layers(graph);
        List<Node> nodes = graph.nodes().stream().map(n -> roles.isInScope(n, pruning.scope()) ? n.with(pruner.prune(n)) : n).toList();
        long weights = pruner.layers.stream().mapToLong(LayerSparsity::weights).sum(), nonzeros = pruner.layers.stream().mapToLong(LayerSparsity::nonzeros).sum();
        return new PruneResult(graph.withNodes(nodes), pruner.layers, weights == 0 ? 0 : 1 - (double) nonzeros / weights);
    }

    private Op prune(Node node) {
        return switch (node.op()) {
            case Op.Conv c -> new Op.Conv(prune(node.name(), c.weight(), c.groups()), c.bias(), c.window(), c.groups(), c.activation());
            case Op.Gemm g -> new Op.Gemm(prune(node.name(), g.weight(), 1), g.bias(), g.activation());
            case Op.SqueezeExcite s -> new Op.SqueezeExcite(prune(node.name() + "/reduce", s.reduce(), 1), s.reduceBias(), s.middle(),
                    prune(node.name() + "/expand", s.expand(), 1), s.expandBias(), s.gate());
            default -> node.op();
        };
    }

    private Tensor prune(String name, Tensor weight, int groups) {
        Tensor pruned = Magnitude.prune(weight, Blocks.of(pruning.pattern(), weight.shape(), groups, pruning.uniform()), pruning.sparsity());
        layers.add(new LayerSparsity(name, pruning.pattern(), pruned.sparsity(), pruned.size(), pruned.nonzeros()));
        return pruned;
    }
}
