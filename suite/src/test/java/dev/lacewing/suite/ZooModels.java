package dev.lacewing.suite;

import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import dev.lacewing.tensor.Tensor;
import dev.lacewing.zoo.Zoo;
import dev.lacewing.zoo.ZooOptions;
import java.util.List;
import java.util.Random;

/** The zoo's networks made small enough to test: narrow, at an odd resolution, with 90 % of the pointwise weights zeroed where asked. */
final class ZooModels {
    private static final double DENSITY = 0.1;

    private ZooModels() {}

    static List<String> names() { return Zoo.names(); }

    static Graph dense(String name) { return Zoo.build(name, new ZooOptions(0.25, name.equals("resnet20") ? 32 : 65, 10, 1)); }

    /** {@code block} output channels share their input channels; scaled up so that the signal survives the loss. */
    static Graph sparse(String name, int block) {
        Random random = new Random(block);
        Graph graph = dense(name);
        return graph.withNodes(graph.nodes().stream().map(node -> sparse(node, block, random)).toList());
    }

    private static Node sparse(Node node, int block, Random random) {
        if (!(node.op() instanceof Op.Conv conv) || !conv.isPointwise()) return node;
        int columns = conv.inChannels();
        float[] weights = conv.weight().values().clone();
        for (int row = 0; row < conv.outChannels(); row += block)
            for (int column = 0; column < columns; column++) {
                float factor = random.nextDouble() < DENSITY ? (float) (1 / Math.sqrt(DENSITY)) : 0;
                for (int r = row; r < Math.min(row + block, conv.outChannels()); r++) weights[r * columns + column] *= factor;
            }
        return node.with(new Op.Conv(new Tensor(conv.weight().shape(), weights), conv.bias(), conv.window(), conv.groups(), conv.activation()));
    }
}
