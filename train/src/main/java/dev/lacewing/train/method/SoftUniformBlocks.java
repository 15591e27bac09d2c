package dev.lacewing.train.method;

import dev.lacewing.prune.Criterion;
import dev.lacewing.prune.Patterns;
import dev.lacewing.sparse.Pattern;

/**
 * Soft uniform block pruning, SUBP (Xiang et al. 2023, arXiv 2310.06218), from random weights.
 *
 * @param patterns 1xN where not dense
 * @param sparsity share of the blocks of every block row that are dead in the end, rounded down
 * @param criterion what a block is worth
 * @param alpha weight of the redundancy in BPAR
 * @param sampling how the blocks that come back are drawn
 * @param temperature of the softmax, above 0
 * @param ramp from dense to sparse
 * @param start first epoch of the ramp
 * @param end epoch from which on the final sparsity holds, before the last of the run; 0 with start 0 prunes at once
 * @param decay added to the gradient: decay * w where w is dead
 * @param hard whether dead weights get no gradient (HUBP of the authors' code); they keep their value and may come back
 * @param denseScores whether dead blocks are scored by the values they would have (V1 of the authors' code) instead of as zeros (V2, its default)
 */
public record SoftUniformBlocks(Patterns patterns, double sparsity, Criterion criterion, double alpha, Sampling sampling, double temperature, Ramp ramp, int start, int end,
        double decay, boolean hard, boolean denseScores) implements Method {
    /** How the candidates that stay alive for an epoch are drawn, without replacement. */
    public enum Sampling {
        /** With chances softmax(score / |scores| / temperature). */
        IMPORTANCE,
        /** With equal chances. */
        UNIFORM
    }

    public static final SoftUniformBlocks DEFAULT = new SoftUniformBlocks(Patterns.all(new Pattern.Block(16)), 0.5, Criterion.L1, 1, Sampling.IMPORTANCE, 1, Ramp.CUBIC, 10,
            180, 2e-4, false, false);

    @Override
    public void begin(Run run) { throw new UnsupportedOperationException(); }
}
