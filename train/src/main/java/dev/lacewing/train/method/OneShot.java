package dev.lacewing.train.method;

import dev.lacewing.prune.Blocks;
import dev.lacewing.prune.Patterns;
import dev.lacewing.prune.Scores;
import dev.lacewing.prune.Selection;
import dev.lacewing.sparse.Pattern;
import dev.lacewing.train.parameter.Mask;
import dev.lacewing.train.parameter.Parameter;

/**
 * Pruning once, before the first step, and fine-tuning under that hard mask: with blocks, 1xN (Lin et al. 2021, arXiv 2105.14713).
 *
 * @param sparsity share of the blocks of each layer that go, rounded down; for N:M that of the pattern
 * @param rearrange whether the filters of a layer are put in ascending order of their L1 norms before they are cut into blocks, where the graph lets their order change
 * @param uniform whether every block row keeps as many blocks as the others, instead of the weakest of the layer going
 */
public record OneShot(Patterns patterns, double sparsity, boolean rearrange, boolean uniform) implements Method {
    public static final OneShot DEFAULT = new OneShot(Patterns.all(new Pattern.Block(4)), 0.5, true, false);

    public OneShot { Checks.share("sparsity", sparsity); }

    @Override
    public void begin(Run run) {
        Target.lay(run, patterns, Mask.Kind.HARD);
        for (Target target : Target.of(run, patterns)) {
            Parameter p = target.parameter();
            Blocks blocks = Blocks.of(target.pattern(), p.shape(), p.groups(), uniform);
            double[] scores = Scores.l1(p.values(), blocks);
            boolean[] go = new boolean[blocks.count()];
            for (int[] pool : blocks.byPool()) Selection.smallest(scores, pool, count(target.pattern(), blocks, pool.length), go);
            target.kill(blocks, go);
        }
    }

    @Override
    public boolean afterBackward(Run run, Step step) {
        Target.maskGradients(run);
        return true;
    }

    private int count(Pattern pattern, Blocks blocks, int size) {
        return pattern instanceof Pattern.NofM nm ? blocks.dropped(size, nm.sparsity()) : (int) (sparsity * size);
    }
}
