package dev.lacewing.prune;

import org.jspecify.annotations.Nullable;

/** What each block is worth by a {@link Criterion}: the less, the sooner it goes. */
public final class Scores {
    private Scores() {}

    /**
     * By magnitude.
     *
     * @return for each block, sum |w| / size
     */
    public static double[] l1(float[] weights, Blocks blocks) {
        double[] sums = new double[blocks.count()];
        for (int i = 0; i < weights.length; i++) sums[blocks.block()[i]] += Math.abs(weights[i]);
        int[] sizes = blocks.sizes();
        for (int b = 0; b < sums.length; b++) sums[b] /= sizes[b];
        return sums;
    }

    /** @return for each block, sqrt(sum w^2 / size) */
    public static double[] l2(float[] weights, Blocks blocks) {
        double[] sums = new double[blocks.count()];
        for (int i = 0; i < weights.length; i++) sums[blocks.block()[i]] += (double) weights[i] * weights[i];
        int[] sizes = blocks.sizes();
        for (int b = 0; b < sums.length; b++) sums[b] = Math.sqrt(sums[b] / sizes[b]);
        return sums;
    }

    /**
     * Magnitude less angular redundancy (BPAR, SUBP, arXiv 2310.06218, as in the authors' code). For the blocks v of a pool: a = |v|_1 over its sum in the pool;
     * u = v / |v|_2 of the living weights; r = sum over the pool of |u . u'|, itself included, over the sum of these in the pool, but 1 where that is 0, as it is for a dead block.
     * The score is a - alpha * r. Takes the square of the blocks in each pool.
     *
     * @param live which weights live, null for all; the magnitude is that of all
     */
    public static double[] bpar(float[] weights, Blocks blocks, double alpha, boolean @Nullable [] live) {
        double[] scores = l1(weights, blocks);
        int[][] members = blocks.byPool(), of = blocks.weights();
        for (int[] pool : members) {
            double sum = 0;
            for (int b : pool) sum += scores[b] *= of[b].length;
            double[] redundancy = redundancy(weights, pool, of, live);
            for (int i = 0; i < pool.length; i++) scores[pool[i]] = (sum == 0 ? 0 : scores[pool[i]] / sum) - alpha * redundancy[i];
        }
        return scores;
    }

    private static double[] redundancy(float[] weights, int[] pool, int[][] of, boolean @Nullable [] live) {
        double[][] unit = new double[pool.length][];
        for (int i = 0; i < pool.length; i++) {
            int[] indices = of[pool[i]];
            unit[i] = new double[indices.length];
            double squares = 0;
            for (int k = 0; k < indices.length; k++) {
                double v = live == null || live[indices[k]] ? weights[indices[k]] : 0;
                unit[i][k] = v;
                squares += v * v;
            }
            if (squares > 0) for (int k = 0; k < indices.length; k++) unit[i][k] /= Math.sqrt(squares);
        }
        double[] sums = new double[pool.length];
        double total = 0;
        for (int i = 0; i < pool.length; i++)
            for (int j = i; j < pool.length; j++) {
                double cosine = Math.abs(dot(unit[i], unit[j]));
                sums[i] += cosine;
                if (j != i) sums[j] += cosine;
                total += j == i ? cosine : 2 * cosine;
            }
        for (int i = 0; i < pool.length; i++) sums[i] = sums[i] == 0 ? 1 : sums[i] / total;
        return sums;
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int k = 0; k < a.length; k++) sum += a[k] * b[k];
        return sum;
    }
}
