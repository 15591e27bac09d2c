package dev.lacewing.prune;

import dev.lacewing.tensor.Tensor;
import java.util.Arrays;

/**
 * Drops the blocks whose weights have the smallest mean magnitude: among blocks of one size, the smallest L1 norm. Of equals, those that stand first go.
 */
final class Magnitude {
    private Magnitude() {}

    /** The weights with zeros in place of the dropped blocks, all others bit for bit; {@code weight} itself if none is dropped. */
    static Tensor prune(Tensor weight, Blocks blocks, double sparsity) {
        double[] scores = scores(weight.values(), blocks);
        boolean[] drop = new boolean[scores.length];
        int dropped = 0;
        for (int[] pool : blocks.byPool()) dropped += mark(pool, scores, blocks.dropped(pool.length, sparsity), drop);
        if (dropped == 0) return weight;
        float[] values = weight.values().clone();
        for (int i = 0; i < values.length; i++) if (drop[blocks.block()[i]]) values[i] = 0;
        return new Tensor(weight.shape(), values);
    }

    private static double[] scores(float[] weights, Blocks blocks) {
        double[] sums = new double[blocks.pool().length];
        int[] sizes = new int[sums.length];
        for (int i = 0; i < weights.length; i++) {
            sums[blocks.block()[i]] += Math.abs(weights[i]);
            sizes[blocks.block()[i]]++;
        }
        for (int b = 0; b < sums.length; b++) sums[b] /= sizes[b];
        return sums;
    }

    private static int mark(int[] pool, double[] scores, int count, boolean[] drop) {
        if (count == 0) return 0;
        double[] sorted = Arrays.stream(pool).mapToDouble(b -> scores[b]).sorted().toArray();
        double threshold = sorted[count - 1];
        int equals = 0;
        while (equals < count && sorted[count - 1 - equals] == threshold) equals++;
        for (int b : pool) drop[b] = scores[b] < threshold || scores[b] == threshold && equals-- > 0;
        return count;
    }
}
