package dev.lacewing.train.method;

import dev.lacewing.prune.Allocation;

/**
 * Training with a constant number of nonzeros: static random masks, SET (Mocanu et al. 2018, arXiv 1707.04780), RigL (Evci et al. 2020, arXiv 1911.11134).
 *
 * @param sparsity share of zeros, shared out by {@code allocation}
 * @param firstDense whether the network's first weight keeps everything
 * @param growth NONE is static, RANDOM is SET, GRADIENT is RigL
 * @param interval steps from one topology step to the next
 * @param fraction share of the living that the first topology step drops, falling to 0 by a cosine
 * @param begin of the topology steps, as a share of the run's steps
 * @param end of the topology steps, as a share of the run's steps
 */
public record DynamicSparse(double sparsity, Allocation allocation, boolean firstDense, Growth growth, int interval, double fraction, double begin, double end)
        implements Method {
    public static final DynamicSparse DEFAULT = new DynamicSparse(0.9, Allocation.ERK, false, Growth.GRADIENT, 100, 0.3, 0, 0.75);

    @Override
    public void begin(Run run) { throw new UnsupportedOperationException(); }
}
