package dev.lacewing.prune;

import dev.lacewing.tensor.Shape;
import java.util.stream.IntStream;

/** Orders of a layer's output channels. An order holds at each position the channel that comes to stand there. */
public final class FilterOrder {
    private FilterOrder() {}

    /**
     * By ascending L1 norm of the filters, of equals those that stand first (1xN, Lin et al., arXiv 2105.14713, authors' code; their help text speaks of k-means, which is
     * nowhere computed). Channels stay in their group.
     *
     * @param weights [out, in / groups, ...] row-major
     */
    public static int[] ascending(float[] weights, Shape shape, int groups) {
        int out = shape.dim(0), size = weights.length / out, perGroup = out / groups;
        double[] norms = new double[out];
        for (int i = 0; i < weights.length; i++) norms[i / size] += Math.abs(weights[i]);
        return IntStream.range(0, groups)
                .flatMap(g -> IntStream.range(g * perGroup, (g + 1) * perGroup).boxed().sorted((a, b) -> Double.compare(norms[a], norms[b])).mapToInt(Integer::intValue)).toArray();
    }
}
