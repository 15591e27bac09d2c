package dev.lacewing.train.method;

import dev.lacewing.sparse.Pattern;

/**
 * N:M sparsity from random weights by the sparse-refined straight-through estimator, SR-STE (Zhou et al. 2021, arXiv 2102.04010).
 *
 * @param pattern N:M
 * @param lambda of the decay lambda * w of dead weights, added to the gradient; 0 is the plain straight-through estimator (STE). The authors' 2e-4 belongs to a run of
 *        600 000 steps: a short run wants up to a hundred times that
 */
public record SrSte(Pattern pattern, double lambda) implements Method {
    public static final SrSte DEFAULT = new SrSte(new Pattern.NofM(2, 4), 2e-4);

    @Override
    public void begin(Run run) { throw new UnsupportedOperationException(); }
}
