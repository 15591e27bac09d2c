package dev.lacewing.prune;

import dev.lacewing.sparse.Pattern;
import dev.lacewing.tensor.Shape;
import java.util.Arrays;

/**
 * How a pattern divides a layer's weights. A block lives or dies as a whole; the blocks of a pool compete with one another.
 *
 * @param block number of the block that each weight belongs to
 * @param pool number of the pool that each block belongs to
 */
record Blocks(Pattern pattern, int[] block, int[] pool, int pools) {
    /**
     * @param weight [out, in / groups, ...]
     * @param uniform the blocks of one block row are a pool, instead of those of the layer
     */
    static Blocks of(Pattern pattern, Shape weight, int groups, boolean uniform) {
        int out = weight.dim(0), in = weight.dim(1), taps = weight.size() / out / in;
        return switch (pattern) {
            case Pattern.Unstructured u -> blocks(pattern, numbers(weight.size()), weight.size(), uniform ? in * taps : weight.size());
            case Pattern.Block(int n) -> {
                int perGroup = out / groups, runs = Math.ceilDiv(perGroup, n);
                int[] block = new int[weight.size()];
                for (int i = 0; i < block.length; i++) {
                    int o = i / (in * taps), run = o / perGroup * runs + o % perGroup / n;
                    block[i] = run * in + i / taps % in;
                }
                yield blocks(pattern, block, groups * runs * in, uniform ? in : groups * runs * in);
            }
            case Pattern.NofM(int n, int m) -> {
                int runs = Math.ceilDiv(in, m);
                int[] pool = new int[weight.size()];
                for (int i = 0; i < pool.length; i++) pool[i] = (i / (in * taps) * runs + i / taps % in / m) * taps + i % taps;
                yield new Blocks(pattern, numbers(weight.size()), pool, out * runs * taps);
            }
        };
    }

    /** In pools of {@code poolSize} consecutive blocks. */
    private static Blocks blocks(Pattern pattern, int[] block, int blocks, int poolSize) {
        int[] pool = new int[blocks];
        Arrays.setAll(pool, b -> b / poolSize);
        return new Blocks(pattern, block, pool, blocks / poolSize);
    }

    /** How many of the {@code size} blocks of a pool go. */
    int dropped(int size, double sparsity) {
        return switch (pattern) {
            case Pattern.Unstructured u -> (int) Math.round(sparsity * size);
            case Pattern.Block b -> (int) Math.round(sparsity * size);
            case Pattern.NofM(int n, int m) -> size - Math.ceilDiv(size * n, m);
        };
    }

    /** The blocks of each pool, in ascending order. */
    int[][] byPool() {
        int[] sizes = new int[pools];
        for (int p : pool) sizes[p]++;
        int[][] members = new int[pools][];
        for (int p = 0; p < pools; p++) members[p] = new int[sizes[p]];
        Arrays.fill(sizes, 0);
        for (int b = 0; b < pool.length; b++) members[pool[b]][sizes[pool[b]]++] = b;
        return members;
    }

    private static int[] numbers(int n) {
        int[] numbers = new int[n];
        Arrays.setAll(numbers, i -> i);
        return numbers;
    }
}
