package dev.lacewing.train.method;

import dev.lacewing.prune.Patterns;
import dev.lacewing.sparse.Pattern;

/**
 * Pruning once, before the first step, and fine-tuning under that hard mask: with blocks, 1xN (Lin et al. 2021, arXiv 2105.14713).
 *
 * @param sparsity share of the blocks of each layer that go, rounded down; for N:M that of the pattern
 * @param rearrange whether the filters of a layer are put in ascending order of their L1 norms before they are cut into blocks, where the graph lets their order change
 * @param uniform whether every block row keeps as many blocks as the others, instead of the weakest of the layer going
 */
public record OneShot(Patterns patterns, double sparsity, boolean rearrange, boolean uniform) implements Method {
    public static final OneShot DEFAULT = new OneShot(Patterns.all(new Pattern.Block(4)), 0.5, true, false);

    @Override
    public void begin(Run run) { throw new UnsupportedOperationException(); }
}
