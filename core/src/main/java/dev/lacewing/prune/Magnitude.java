package dev.lacewing.prune;

import dev.lacewing.tensor.Tensor;

/**
 * Drops the blocks whose weights have the smallest mean magnitude: among blocks of one size, the smallest L1 norm. Of equals, those that stand first go.
 */
final class Magnitude {
    private Magnitude() {}

    /** The weights with zeros in place of the dropped blocks, all others bit for bit; {@code weight} itself if none is dropped. */
    static Tensor prune(Tensor weight, Blocks blocks, double sparsity) {
        double[] scores = Scores.l1(weight.values(), blocks);
        boolean[] drop = new boolean[scores.length];
        int dropped = 0;
        for (int[] pool : blocks.byPool()) {
            int count = blocks.dropped(pool.length, sparsity);
            Selection.smallest(scores, pool, count, drop);
            dropped += count;
        }
        if (dropped == 0) return weight;
        float[] values = weight.values().clone();
        for (int i = 0; i < values.length; i++) if (drop[blocks.block()[i]]) values[i] = 0;
        return new Tensor(weight.shape(), values);
    }
}
