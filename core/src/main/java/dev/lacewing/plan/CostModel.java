package dev.lacewing.plan;

import dev.lacewing.kernel.Baked;

/**
 * Predicts the time of a kernel on one thread, in nanoseconds, from counts of vectors. The constants of the matrix and depthwise kernels follow measurements on an
 * AMD Zen 5 core at 4.3 GHz with the Vector API at 16 lanes; those of tails, vectors, passes and the general path are estimates. A vector operation of fewer
 * lanes is taken to last as long, so the lanes enter through the number of vectors only. All of this serves to compare kernels with one another; what a layer
 * takes on this machine, {@code explain --measure} tells.
 */
final class CostModel {
    private CostModel() {}

    /** Storing one vector of results: bias, clamp, loop over the block row. */
    private static final double RESULT = 0.9;
    /** The pixels of a last, narrower tile cost more: its weights are read for one vector only. */
    private static final double NARROW = 2.0;
    /** Bytes of the instruction cache. */
    private static final double CODE_CACHE = 32 << 10;

    /** For each vector of pixels: one block of {@code rows} weights. */
    private static double block(int rows) {
        return switch (rows) {
            case 1 -> 0.25;
            case 2 -> 0.38;
            case 4 -> 0.47;
            default -> 0.118 * rows;   // no faster than two of 4: C1 gives up the widest kernels of 8, and C2 may then never see them
        };
    }

    /**
     * Sparse times dense.
     *
     * @param vectors of pixels in a plane
     * @param tile vectors that the kernel handles at once
     */
    static double spmm(int rows, int tile, long blocks, long outputs, int vectors) {
        int narrow = vectors % tile;
        return (vectors - narrow + NARROW * narrow) * (blocks * block(rows) + outputs * RESULT);
    }

    /** Dense times dense; {@code rows} output channels at once. */
    static double gemm(int rows, int tile, long depth, long outputs, int vectors) {
        long blocks = Math.ceilDiv(outputs, rows) * depth;
        return 0.97 * spmm(rows, tile, blocks, outputs, vectors);
    }

    /**
     * Sparse times dense with its pattern as code.
     *
     * @param rows of a tile of channels
     * @param columns with a non-zero, counted for each tile
     */
    static double baked(int rows, long nonzeros, long columns, long outputs, int vectors) {
        double tileBytes = (double) Baked.Pattern.codeBytes(outputs, columns, nonzeros) * rows / outputs;
        double missed = Math.max(0, 1 - CODE_CACHE / tileBytes);   // of the code, which is then read from the second-level cache
        return vectors * (nonzeros * 0.125 * (1 + missed) + columns * 0.22 + outputs * RESULT);
    }

    static double depthwise(int kernel, int stride, long vectors) { return vectors * (kernel * kernel * (stride == 1 ? 0.24 : 0.6)); }

    /** Bound by memory: taken as 25 bytes a nanosecond from beyond the cache, 64 within. */
    static double fullyConnected(long weights) { return weights * 4 / (weights > 250_000 ? 25.0 : 64.0); }

    /** One lane. */
    static double sparseVector(int rows, long blocks, long outputs) { return blocks * (0.5 + 0.22 * rows) + outputs * 1.5; }

    /** A block's weights are one vector; beyond the cache, bound by memory as a dense layer is. */
    static double sparseFullyConnected(int rows, long blocks, long outputs) {
        double bytes = blocks * (4.0 + 4 * rows);
        return Math.max(blocks * (0.42 + 0.025 * rows), bytes / (bytes > 1e6 ? 25.0 : 64.0)) + outputs * 3.0 / rows;
    }

    /** A pass of a few operations over vectors in the cache. */
    static double pass(long vectors) { return vectors * 0.8; }

    /** The general path, for each element written. */
    static double general(long elements) { return elements * 1.5; }
}
