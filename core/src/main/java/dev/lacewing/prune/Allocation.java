package dev.lacewing.prune;

import dev.lacewing.tensor.Shape;
import java.util.List;

/** How the nonzeros are shared out among layers (RigL, arXiv 1911.11134, section 3). */
public enum Allocation {
    /** The same density everywhere. */
    UNIFORM,
    /** Erdos-Renyi: density in proportion to (in + out) / (in * out), kernels not looked at. */
    ER,
    /** Erdos-Renyi-kernel: density in proportion to the sum of a weight's extents over their product. */
    ERK;

    /**
     * The density of each layer. ER and ERK hold the whole to {@code 1 - sparsity} of all weights given: what a layer cannot take, because it is full, the others get.
     * UNIFORM holds each layer to it, except those that are dense, so the whole is denser.
     *
     * @param weights [out, in / groups, ...] each
     * @param dense which of them keep everything
     * @return one for each weight, 0 to 1
     */
    public double[] densities(List<Shape> weights, double sparsity, boolean[] dense) { throw new UnsupportedOperationException(); }
}
