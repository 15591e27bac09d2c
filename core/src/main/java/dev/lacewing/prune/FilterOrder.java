package dev.lacewing.prune;

import java.util.Comparator;
import java.util.stream.IntStream;

/** Orders of a layer's output channels. An order holds at each position the channel that comes to stand there. */
public final class FilterOrder {
    private FilterOrder() {}

    /**
     * The L1 norm of each filter.
     *
     * @param weights [out, ...] row-major
     */
    public static double[] norms(float[] weights, int out) {
        double[] norms = new double[out];
        int size = weights.length / out;
        for (int i = 0; i < weights.length; i++) norms[i / size] += Math.abs(weights[i]);
        return norms;
    }

    /** Of equals, those that stand first come first. */
    public static int[] ascending(double[] norms) {
        return IntStream.range(0, norms.length).boxed().sorted(Comparator.comparingDouble(i -> norms[i])).mapToInt(Integer::intValue).toArray();
    }
}
