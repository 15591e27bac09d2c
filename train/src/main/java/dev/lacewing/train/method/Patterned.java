package dev.lacewing.train.method;

import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.graph.Graph;
import dev.lacewing.prune.Patterns;
import dev.lacewing.prune.Pruning;
import dev.lacewing.prune.Rearranger;
import dev.lacewing.prune.Scope;
import dev.lacewing.sparse.Pattern;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A method at whose end the weights have a pattern for each kind of operator. */
public interface Patterned extends Method {
    Patterns patterns();

    /** Share of zeros at the end. */
    double sparsity();

    /** Whether every block row keeps as many blocks as the others. */
    default boolean uniform() { return false; }

    /**
     * The network to start from, computing what it did, with output channels, all over it, in an order in which the blocks that this method prunes by hold more of the weights.
     * They are then runs of consecutive channels from the first step on to the network that is handed on.
     *
     * @throws Invalid if there are no blocks, blocks of several kinds, or no layer whose channels may move
     */
    default Graph rearranged(Graph start, Scope scope, Rearranger.By by) {
        if (by == Rearranger.By.NONE) return start;
        Set<Pattern> blocks = Stream.of(patterns().pointwise(), patterns().spatial(), patterns().gemm()).filter(Pattern.Block.class::isInstance).map(Objects::requireNonNull)
                .collect(Collectors.toSet());
        if (blocks.size() != 1) throw new Invalid("rearrange needs blocks of one kind, 1xN or 1xN-tap (the same in 1x1 layers), but the patterns are " + patterns());
        Graph ordered = Rearranger.rearrange(start, patterns(), new Pruning(blocks.iterator().next(), sparsity(), scope, uniform()), by);
        if (ordered == start) throw new Invalid("no layer of " + start.name() + " that is pruned by " + patterns() + " has output channels that may move; leave rearrange out");
        return ordered;
    }
}
