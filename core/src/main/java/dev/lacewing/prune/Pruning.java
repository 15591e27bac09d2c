package dev.lacewing.prune;

import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.sparse.Pattern;
import java.util.OptionalDouble;

/**
 * What to prune away.
 *
 * @param sparsity share of zeros in each pruned layer, 0 to 1; for N:M the share that the pattern implies
 * @param uniform every block row of a layer (1xN: N output channels; unstructured: one) keeps as many weights as the others, so that threads that share
 *        the block rows get equal work (SUBP, arXiv 2310.06218); N:M is so anyway
 */
public record Pruning(Pattern pattern, double sparsity, Scope scope, boolean uniform) {
    private static final double ROUNDED = 1e-3;

    public Pruning {
        if (!(sparsity >= 0 && sparsity <= 1)) throw new Invalid("sparsity is a share of zeros and must be 0 to 1, got " + sparsity);
        if (pattern instanceof Pattern.NofM nm && Math.abs(sparsity - nm.sparsity()) > ROUNDED)
            throw new Invalid("the pattern " + nm + " makes a share of " + nm.sparsity() + " zero, not " + sparsity + "; leave the sparsity out, or choose another N:M");
    }

    /** Not uniform: the weakest blocks of the whole layer go. */
    public Pruning(Pattern pattern, double sparsity, Scope scope) { this(pattern, sparsity, scope, false); }

    public Pruning withUniform(boolean uniform) { return new Pruning(pattern, sparsity, scope, uniform); }

    /** @param sparsity may be left out for N:M, which implies it */
    public static Pruning of(Pattern pattern, OptionalDouble sparsity, Scope scope) {
        if (sparsity.isPresent()) return new Pruning(pattern, sparsity.getAsDouble(), scope);
        if (pattern instanceof Pattern.NofM nm) return new Pruning(pattern, nm.sparsity(), scope);
        throw new Invalid("the pattern " + pattern + " needs a sparsity from 0 to 1");
    }
}
