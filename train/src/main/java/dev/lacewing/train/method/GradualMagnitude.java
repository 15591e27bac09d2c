package dev.lacewing.train.method;

import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.prune.Blocks;
import dev.lacewing.prune.Patterns;
import dev.lacewing.prune.Scores;
import dev.lacewing.prune.Selection;
import dev.lacewing.sparse.Pattern;
import dev.lacewing.train.parameter.Mask;
import java.util.Arrays;
import java.util.List;

/**
 * Gradual magnitude pruning (Zhu and Gupta 2017, arXiv 1710.01878, section 3): the blocks of least mean magnitude go, more of them step by step. At s, the share of the
 * ramp gone by, the share of zeros is final + (initial - final) * (1 - s)^3, rounded to whole blocks. The paper prunes single weights of one layer at a time; patterns and
 * {@code global} are added. The last pruning is that at {@code end}, even off the beat of {@code frequency}, so the final share is always reached.
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
public record GradualMagnitude(Patterns patterns, double sparsity, double initial, double begin, double end, int frequency, boolean global, Mask.Kind dead) implements Patterned {
    public static final GradualMagnitude DEFAULT = new GradualMagnitude(Patterns.all(new Pattern.Unstructured()), 0.9, 0, 0, 0.75, 100, false, Mask.Kind.FROZEN);

    public GradualMagnitude {
        Checks.share("sparsity", sparsity);
        if (!(initial >= 0 && initial <= sparsity)) throw new Invalid("the initial sparsity must be 0 to the final " + sparsity + ", got " + initial);
        Checks.window(begin, end);
        Checks.atLeast("frequency", 1, frequency);
        if (global && patterns.any(Pattern.NofM.class))
            throw new Invalid("N:M fixes the share of each layer, so layers cannot compete for it; leave global out");
    }

    @Override
    public void begin(Run run) {
        Checks.steps(run, "gradual");
        Target.lay(run, patterns, dead);
    }

    @Override
    public void beforeForward(Run run, Step step) {
        long first = (long) (begin * run.steps()), last = Math.min((long) (end * run.steps()), run.steps() - 1), t = step.number();
        if (t < first || t > last || (t - first) % frequency != 0 && t != last) return;
        double s = t == last ? 1 : (double) (t - first) / (last - first);
        List<Target> targets = Target.of(run, patterns);
        if (global) pruneTogether(targets, ramp(initial, sparsity, s));
        else for (Target target : targets) prune(target, s);
    }

    /** final + (initial - final) * (1 - s)^3. */
    static double ramp(double initial, double last, double s) { return last + (initial - last) * Math.pow(1 - s, 3); }

    private void prune(Target target, double s) {
        double last = target.pattern() instanceof Pattern.NofM nm ? nm.sparsity() : sparsity, now = ramp(Math.min(initial, last), last, s);
        Blocks blocks = target.blocks(false);
        double[] scores = Scores.l1(target.parameter().values(), blocks);
        boolean[] go = new boolean[blocks.count()];
        for (int[] pool : blocks.byPool()) Selection.smallest(scores, pool, blocks.dropped(pool.length, now), go);
        target.kill(blocks, go);
    }

    /** As many blocks as fit into the share of all weights. */
    private static void pruneTogether(List<Target> targets, double share) {
        List<Blocks> layers = targets.stream().map(t -> t.blocks(false)).toList();
        int count = layers.stream().mapToInt(Blocks::count).sum(), at = 0;
        double[] scores = new double[count];
        int[] sizes = new int[count], all = new int[count];
        Arrays.setAll(all, i -> i);
        long weights = 0;
        for (int l = 0; l < layers.size(); l++) {
            Blocks blocks = layers.get(l);
            System.arraycopy(Scores.l1(targets.get(l).parameter().values(), blocks), 0, scores, at, blocks.count());
            System.arraycopy(blocks.sizes(), 0, sizes, at, blocks.count());
            at += blocks.count();
            weights += targets.get(l).parameter().size();
        }
        boolean[] go = new boolean[count];
        Selection.within(scores, all, sizes, Math.round(share * weights), go);
        at = 0;
        for (int l = 0; l < layers.size(); l++) {
            targets.get(l).kill(layers.get(l), Arrays.copyOfRange(go, at, at + layers.get(l).count()));
            at += layers.get(l).count();
        }
    }
}
