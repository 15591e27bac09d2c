package dev.lacewing.prune;

import dev.lacewing.sparse.Pattern;
import dev.lacewing.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Filters in groups of N so that the blocks which pruning keeps hold much of the L1 norm. First greedily: a group starts with the largest filter that is left and takes, N - 1
 * times, the one with the most L1 norm in those inputs that the group as it is would keep. Then by exchange: two filters of different groups change places wherever
 * that raises the sum over all blocks of what they hold above the threshold t of pruning, max(0, L1 - t); a few rounds, t measured anew before each. Deterministic.
 */
final class Grouping {
    private static final int ROUNDS = 6, TRIES = 30;

    /** Of each filter: L1 norm of what it adds to each block, as a share of its layer's; of all tied layers, one after the other. */
    private final float[][] filters;
    /** End of each layer's inputs in a filter. */
    private final int[] ends;
    private final int block;
    private final double density;
    private final int[] order;

    Grouping(List<Tensor> tied, Pattern.Block block, double sparsity) {
        this.block = block.n();
        density = 1 - sparsity;
        int out = tied.getFirst().shape().dim(0);
        ends = new int[tied.size()];
        for (int t = 0; t < ends.length; t++) ends[t] = (t == 0 ? 0 : ends[t - 1]) + columns(tied.get(t), block.tap());
        filters = new float[out][ends[ends.length - 1]];
        for (int t = 0; t < ends.length; t++) fill(tied.get(t), t == 0 ? 0 : ends[t - 1], ends[t]);
        order = new int[out];
    }

    private static int columns(Tensor weight, boolean tap) { return tap ? weight.size() / weight.shape().dim(0) : weight.shape().dim(1); }

    private void fill(Tensor weight, int start, int end) {
        int filter = weight.size() / filters.length, kernel = filter / (end - start);
        float scale = (float) (1 / Math.max(Rearranger.norm(weight), Double.MIN_NORMAL));
        for (int i = 0; i < weight.size(); i++) filters[i / filter][start + i % filter / kernel] += scale * Math.abs(weight.values()[i]);
    }

    /** At each position the filter that comes to stand there. */
    int[] order() {
        greedy();
        SplittableRandom random = new SplittableRandom(1);
        for (int round = 0; round < ROUNDS; round++) exchange(random);
        return order;
    }

    private void greedy() {
        double[] norms = new double[filters.length];
        for (int f = 0; f < norms.length; f++) for (float v : filters[f]) norms[f] += v;
        boolean[] taken = new boolean[filters.length];
        float[] sum = new float[filters[0].length];
        boolean[] kept = new boolean[sum.length];
        for (int i = 0; i < order.length; i++) {
            int best = -1;
            double most = -1;
            if (i % block == 0) Arrays.fill(sum, 0);
            else keep(sum, kept);
            for (int f = 0; f < filters.length; f++) {
                if (taken[f]) continue;
                double gain = i % block == 0 ? norms[f] : within(filters[f], kept);
                if (gain <= most) continue;
                most = gain;
                best = f;
            }
            order[i] = best;
            taken[best] = true;
            for (int c = 0; c < sum.length; c++) sum[c] += filters[best][c];
        }
    }

    private static double within(float[] filter, boolean[] kept) {
        double sum = 0;
        for (int c = 0; c < filter.length; c++) if (kept[c]) sum += filter[c];
        return sum;
    }

    /** The largest inputs of each layer, in the share that pruning keeps. */
    private void keep(float[] sum, boolean[] kept) {
        for (int t = 0, start = 0; t < ends.length; start = ends[t++]) {
            float threshold = threshold(Arrays.copyOfRange(sum, start, ends[t]));
            for (int c = start; c < ends[t]; c++) kept[c] = sum[c] >= threshold;
        }
    }

    private float threshold(float[] values) {
        Arrays.sort(values);
        int keep = (int) Math.round(density * values.length);
        return keep == 0 ? Float.POSITIVE_INFINITY : values[values.length - keep];
    }

    private void exchange(SplittableRandom random) {
        int groups = Math.ceilDiv(order.length, block), width = filters[0].length;
        if (groups < 2) return;
        float[][] sums = new float[groups][width];
        for (int i = 0; i < order.length; i++) for (int c = 0; c < width; c++) sums[i / block][c] += filters[order[i]][c];
        float[] thresholds = new float[width];
        for (int t = 0, start = 0; t < ends.length; start = ends[t++]) Arrays.fill(thresholds, start, ends[t], threshold(strip(sums, start, ends[t])));
        for (int i = 0; i < order.length; i++)
            for (int n = 0; n < TRIES; n++) {
                int j = random.nextInt(order.length);
                if (i / block == j / block || gain(sums[i / block], sums[j / block], filters[order[i]], filters[order[j]], thresholds) <= 0) continue;
                float[] a = sums[i / block], b = sums[j / block], f = filters[order[i]], g = filters[order[j]];
                for (int c = 0; c < width; c++) {
                    a[c] += g[c] - f[c];
                    b[c] += f[c] - g[c];
                }
                int swapped = order[i];
                order[i] = order[j];
                order[j] = swapped;
            }
    }

    private static float[] strip(float[][] sums, int start, int end) {
        float[] all = new float[sums.length * (end - start)];
        for (int g = 0; g < sums.length; g++) System.arraycopy(sums[g], start, all, g * (end - start), end - start);
        return all;
    }

    /** Of changing f, which is in a, for g, which is in b. */
    private static double gain(float[] a, float[] b, float[] f, float[] g, float[] thresholds) {
        double gain = -1e-9;
        for (int c = 0; c < a.length; c++) {
            float t = thresholds[c], d = g[c] - f[c];
            gain += Math.max(0, a[c] + d - t) - Math.max(0, a[c] - t) + Math.max(0, b[c] - d - t) - Math.max(0, b[c] - t);
        }
        return gain;
    }
}
