package dev.lacewing.train.method;

import dev.lacewing.prune.Patterns;
import dev.lacewing.sparse.Pattern;
import dev.lacewing.train.parameter.Mask;

/**
 * Gradual magnitude pruning (Zhu and Gupta 2017, arXiv 1710.01878): the blocks of least mean magnitude go, more of them step by step.
 *
 * @param sparsity share of zeros at the end: of each layer, or of all layers in scope together if {@code global}; for N:M that of the pattern
 * @param initial share of zeros at the beginning
 * @param begin when the ramp starts, as a share of the run's steps
 * @param end when it ends, as a share of the run's steps
 * @param frequency steps from one pruning to the next
 * @param global whether blocks of all layers compete, instead of those of a layer
 * @param dead what dead weights do: HARD (zero, and gone for good), FROZEN (as in the authors' code: they keep their value, get no gradient, and may come back when the
 *        living shrink below them), STRAIGHT_THROUGH (they are trained on, as in dynamic pruning with feedback, Lin et al. 2020, arXiv 2006.07253)
 */
public record GradualMagnitude(Patterns patterns, double sparsity, double initial, double begin, double end, int frequency, boolean global, Mask.Kind dead) implements Method {
    public static final GradualMagnitude DEFAULT = new GradualMagnitude(Patterns.all(new Pattern.Unstructured()), 0.9, 0, 0, 0.75, 100, false, Mask.Kind.FROZEN);

    @Override
    public void begin(Run run) { throw new UnsupportedOperationException(); }
}
