package dev.lacewing.bench;

import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op.Conv;
import dev.lacewing.prune.Pruner;
import dev.lacewing.prune.Pruning;
import dev.lacewing.tensor.Tensor;

/**
 * Pruning of networks with random weights. The weights of a convolution that stay are scaled up to the energy that the layer had before: an untrained network has
 * no fine-tuning to restore its signal, and a comparison of outputs says little where the input no longer shows in them.
 */
public final class Pruned {
    private Pruned() {}

    public static Graph by(Pruning pruning, Graph graph) {
        Graph pruned = Pruner.prune(graph, pruning).graph();
        return pruned.withNodes(pruned.nodes().stream().map(node -> restored(node, graph)).toList());
    }

    private static Node restored(Node node, Graph before) {
        Node old = before.producer(node.output());
        if (!(node.op() instanceof Conv conv) || old == null || !(old.op() instanceof Conv dense) || dense.weight() == conv.weight()) return node;
        float factor = (float) Math.sqrt(energy(dense.weight()) / energy(conv.weight()));
        float[] scaled = conv.weight().values().clone();
        for (int i = 0; i < scaled.length; i++) scaled[i] *= factor;
        return node.with(new Conv(new Tensor(conv.weight().shape(), scaled), conv.bias(), conv.window(), conv.groups(), conv.activation()));
    }

    private static double energy(Tensor t) {
        double sum = 0;
        for (float v : t.values()) sum += (double) v * v;
        return sum;
    }
}
