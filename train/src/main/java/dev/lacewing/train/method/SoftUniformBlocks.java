package dev.lacewing.train.method;

import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.prune.Blocks;
import dev.lacewing.prune.Criterion;
import dev.lacewing.prune.Patterns;
import dev.lacewing.prune.Scores;
import dev.lacewing.prune.Selection;
import dev.lacewing.sparse.Pattern;
import dev.lacewing.train.parameter.Mask;
import dev.lacewing.train.parameter.Parameter;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Soft uniform block pruning, SUBP (Xiang et al. 2023, arXiv 2310.06218), from random weights; as in the authors' code. Before each epoch, in every block row (N output
 * channels; C blocks, one for each input channel, with {@code -tap} one for each input channel and kernel position): the int(p C) blocks of least score, p the final sparsity, are
 * candidates; int((p - p_t) C) of them are drawn by importance sampling and live for this epoch, the others are dead; p_t = p * ramp. So every block row has as many living blocks
 * as the next one, at all times. The forward pass sees dead weights as zeros, the gradient passes straight through, and dead weights decay: g += decay * w.
 *
 * <p>At temperature 1 the sampling is almost even (among many living candidates, chances differ by about a quarter; where few are alive among dead ones of score 0, by up to a factor e); the authors' script uses L1, the paper speaks of BPAR. Where N does not divide
 * the output channels, the last block of a row is smaller; the authors refuse that.
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
 * @param hard whether dead weights get no gradient (HUBP of the authors' code), but their decay; they keep their value and may come back
 * @param denseScores whether dead blocks are scored by the values they would have (V1 of the authors' code) instead of as zeros (V2, its default)
 */
public record SoftUniformBlocks(Patterns patterns, double sparsity, Criterion criterion, double alpha, Sampling sampling, double temperature, Ramp ramp, int start, int end,
        double decay, boolean hard, boolean denseScores) implements Patterned {
    /** How the candidates that stay alive for an epoch are drawn, without replacement. */
    public enum Sampling {
        /** With chances softmax(score / |scores| / temperature). */
        IMPORTANCE,
        /** With equal chances. */
        UNIFORM
    }

    private static final double TINY = 1e-12;

    public static final SoftUniformBlocks DEFAULT = new SoftUniformBlocks(Patterns.all(new Pattern.Block(16)), 0.5, Criterion.L1, 1, Sampling.IMPORTANCE, 1, Ramp.CUBIC, 10,
            180, 2e-4, false, false);

    public SoftUniformBlocks {
        Checks.share("sparsity", sparsity);
        Checks.atLeast("alpha", 0, alpha);
        Checks.atLeast("decay", 0, decay);
        if (!(temperature > 0)) throw new Invalid("temperature must be above 0, got " + temperature);
        if (start < 0 || end < start) throw new Invalid("start and end are epochs with 0 <= start <= end, got " + start + " and " + end);
        if (patterns.any(Pattern.Unstructured.class) || patterns.any(Pattern.NofM.class)) throw new Invalid("soft uniform block pruning prunes blocks 1xN, not " + patterns);
    }

    @Override
    public boolean uniform() { return true; }

    @Override
    public void begin(Run run) {
        if (end >= run.epochs()) throw new Invalid("the ramp must end before the last epoch: end is " + end + ", the run has " + run.epochs() + " epochs");
        Target.lay(run, patterns, Mask.Kind.STRAIGHT_THROUGH);
    }

    @Override
    public void beforeEpoch(Run run, int epoch) {
        double back = sparsity - sparsity * ramp.at(epoch, start, end);
        for (Target target : Target.of(run, patterns)) {
            Blocks blocks = target.blocks(true);
            double[] scores = scores(target, blocks);
            boolean[] go = new boolean[blocks.count()];
            SplittableRandom random = run.random(epoch, target.parameter().name() + "/blocks");
            for (int[] pool : blocks.byPool()) {
                int candidates = (int) (sparsity * pool.length), alive = Math.clamp((int) (back * pool.length), 0, candidates);
                Selection.smallest(scores, pool, candidates, go);
                if (alive > 0) revive(Arrays.stream(pool).filter(b -> go[b]).toArray(), scores, alive, random, go);
            }
            target.kill(blocks, go);
        }
    }

    @Override
    public boolean afterBackward(Run run, Step step) {
        for (Target target : Target.of(run, patterns)) {
            if (hard) target.mask().clear(target.parameter().gradient());
            Target.decayDead(target.parameter(), decay);
        }
        return true;
    }

    private double[] scores(Target target, Blocks blocks) {
        Parameter p = target.parameter();
        float[] weights = denseScores ? p.values() : p.read();
        return switch (criterion) {
            case L1 -> Scores.l1(weights, blocks);
            case L2 -> Scores.l2(weights, blocks);
            case BPAR -> Scores.bpar(weights, blocks, alpha, target.mask().live());
        };
    }

    /**
     * Draws {@code count} of the candidates one after another without replacement, each time with chances in proportion to exp(logit) among those left; done at once by the
     * Gumbel trick: those of largest logit + Gumbel noise (Yellott 1977).
     */
    private void revive(int[] candidates, double[] scores, int count, SplittableRandom random, boolean[] go) {
        double squares = 0;
        for (int b : candidates) squares += scores[b] * scores[b];
        double norm = Math.max(Math.sqrt(squares), TINY);
        double[] keys = new double[candidates.length];
        int[] all = new int[candidates.length];
        for (int i = 0; i < keys.length; i++) {
            all[i] = i;
            double logit = sampling == Sampling.IMPORTANCE ? scores[candidates[i]] / norm / temperature : 0;
            keys[i] = -logit + Math.log(-Math.log(1 - random.nextDouble()));
        }
        boolean[] drawn = new boolean[keys.length];
        Selection.smallest(keys, all, count, drawn);
        for (int i = 0; i < keys.length; i++) if (drawn[i]) go[candidates[i]] = false;
    }
}
