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
public record Blocks(Pattern pattern, int[] block, int[] pool, int pools) {
    private static final double ROUNDED = 1e-3;

    /**
     * @param weight [out, in / groups, ...]
     * @param uniform the blocks of one block row are a pool, instead of those of the layer
     */
    public static Blocks of(Pattern pattern, Shape weight, int groups, boolean uniform) { return of(pattern, weight, groups, uniform, numbers(weight.dim(0))); }

    /**
     * As if the output channels stood in another order.
     *
     * @param order at each position the channel that comes to stand there, each in its group
     */
    public static Blocks of(Pattern pattern, Shape weight, int groups, boolean uniform, int[] order) {
        int out = weight.dim(0), in = weight.dim(1), taps = weight.size() / out / in;
        return switch (pattern) {
            case Pattern.Unstructured u -> blocks(pattern, numbers(weight.size()), weight.size(), uniform ? in * taps : weight.size());
            case Pattern.Block(int n, boolean tap) -> {
                int perGroup = out / groups, runs = Math.ceilDiv(perGroup, n), kernel = tap ? 1 : taps, columns = in * taps / kernel;
                int[] block = new int[weight.size()], position = new int[out];
                for (int i = 0; i < out; i++) position[order[i]] = i;
                for (int i = 0; i < block.length; i++) {
                    int o = position[i / (in * taps)], run = o / perGroup * runs + o % perGroup / n;
                    block[i] = run * columns + i / kernel % columns;
                }
                yield blocks(pattern, block, groups * runs * columns, uniform ? columns : groups * runs * columns);
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

    /** How many blocks there are. */
    public int count() { return pool.length; }

    /** How many weights each block has. */
    public int[] sizes() {
        int[] sizes = new int[pool.length];
        for (int b : block) sizes[b]++;
        return sizes;
    }

    /** The weights of each block, in ascending order. */
    public int[][] weights() { return members(block, pool.length); }

    /** How many of the {@code size} blocks of a pool go, rounded to the nearest; of N:M never more than the pattern asks for. */
    public int dropped(int size, double sparsity) {
        return switch (pattern) {
            case Pattern.Unstructured u -> (int) Math.round(sparsity * size);
            case Pattern.Block b -> (int) Math.round(sparsity * size);
            case Pattern.NofM nm -> {
                int all = size - Math.ceilDiv(size * nm.n(), nm.m());
                yield sparsity > nm.sparsity() - ROUNDED ? all : Math.min(all, (int) Math.round(sparsity * size));
            }
        };
    }

    /** The blocks of each pool, in ascending order. */
    public int[][] byPool() { return members(pool, pools); }

    /** For each owner, those that have it, in ascending order. */
    private static int[][] members(int[] owner, int owners) {
        int[] sizes = new int[owners];
        for (int o : owner) sizes[o]++;
        int[][] members = new int[owners][];
        for (int o = 0; o < owners; o++) members[o] = new int[sizes[o]];
        Arrays.fill(sizes, 0);
        for (int i = 0; i < owner.length; i++) members[owner[i]][sizes[owner[i]]++] = i;
        return members;
    }

    private static int[] numbers(int n) {
        int[] numbers = new int[n];
        Arrays.setAll(numbers, i -> i);
        return numbers;
    }
}
