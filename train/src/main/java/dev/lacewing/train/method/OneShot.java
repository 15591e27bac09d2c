package dev.lacewing.train.method;

import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import dev.lacewing.prune.Blocks;
import dev.lacewing.prune.Patterns;
import dev.lacewing.prune.Rearranger;
import dev.lacewing.prune.Scores;
import dev.lacewing.prune.Selection;
import dev.lacewing.rewrite.ChannelOrders;
import dev.lacewing.sparse.Pattern;
import dev.lacewing.tensor.Tensor;
import dev.lacewing.train.parameter.Mask;
import dev.lacewing.train.parameter.Parameter;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Pruning once, before the first step, and fine-tuning under that hard mask: with blocks, 1xN (Lin et al. 2021, arXiv 2105.14713, section 3). The int(sparsity * blocks) blocks
 * of a layer of least mean magnitude go, which among blocks of one size is the least L1 norm.
 *
 * <p>With a rearrangement, blocks are runs of filters in the order of ascending L1 norms, as in the authors' code. Weights stay where they are while they are trained: only the
 * mask is computed in that order and mapped back; at the end {@link #finish} puts the channels themselves in that order, so that blocks are consecutive. The authors leave layers alone
 * whose channels a residual ties to others (FREE); ALL gives tied layers one order, by the sum of their norms, which is ours. A network that was rearranged before the run
 * wants NONE.
 *
 * @param sparsity share of the blocks of each layer that go, rounded down; for N:M that of the pattern
 * @param rearrangement which layers are cut into blocks in another order than their own
 * @param uniform whether every block row keeps as many blocks as the others, instead of the weakest of the layer going
 */
public record OneShot(Patterns patterns, double sparsity, Rearrangement rearrangement, boolean uniform) implements Patterned {
    /** Which layers' output channels may be put in another order; only those pruned by blocks are. */
    public enum Rearrangement {
        NONE,
        /** Those that no other layer must follow. */
        FREE,
        /** Those too whose order is tied to that of others. */
        ALL
    }

    public static final OneShot DEFAULT = new OneShot(Patterns.all(new Pattern.Block(4)), 0.5, Rearrangement.FREE, false);

    public OneShot {
        Checks.share("sparsity", sparsity);
        boolean blocks = patterns.any(Pattern.Block.class), runs = patterns.any(Pattern.NofM.class);
        if (rearrangement != Rearrangement.NONE && blocks && runs)
            throw new Invalid("N:M counts input channels in their order, which the rearrangement of the layer before changes; take " + Rearrangement.NONE + " with " + patterns);
    }

    @Override
    public void begin(Run run) {
        Target.lay(run, patterns, Mask.Kind.HARD);
        Map<String, int[]> orders = orders(run);
        for (Target target : Target.of(run, patterns)) {
            Parameter p = target.parameter();
            int[] order = orders.get(node(p));
            Blocks blocks = order == null ? target.blocks(uniform) : Blocks.of(target.pattern(), p.shape(), p.groups(), uniform, order);
            double[] scores = Scores.l1(p.values(), blocks);
            boolean[] go = new boolean[blocks.count()];
            for (int[] pool : blocks.byPool()) Selection.smallest(scores, pool, count(target.pattern(), blocks, pool.length), go);
            target.kill(blocks, go);
        }
    }

    /** The blocks become runs of consecutive channels; the network computes what it did. */
    @Override
    public Graph finish(Run run, Graph trained) { return ChannelOrders.of(trained).apply(orders(run)); }

    /**
     * For each node that is rearranged: at each position the output channel that must come to stand there for the blocks to be runs of consecutive channels. Follows from the
     * weights before the run, so it is the same before, during and after it.
     */
    public Map<String, int[]> orders(Run run) {
        Map<String, int[]> orders = new LinkedHashMap<>();
        if (rearrangement == Rearrangement.NONE) return orders;
        Set<String> blocked = new HashSet<>();
        for (Target target : Target.of(run, patterns)) if (target.pattern() instanceof Pattern.Block) blocked.add(node(target.parameter()));
        Map<String, Tensor> weights = weights(run.graph());
        for (List<String> tied : ChannelOrders.of(run.graph()).ties()) {
            List<Tensor> counted = tied.stream().filter(blocked::contains).map(weights::get).toList();
            if (counted.isEmpty() || rearrangement == Rearrangement.FREE && tied.size() > 1) continue;
            int[] order = Rearranger.byNorm(counted);
            for (String node : tied) orders.put(node, order);
        }
        return orders;
    }

    private static Map<String, Tensor> weights(Graph graph) {
        Map<String, Tensor> weights = new HashMap<>();
        for (Node node : graph.nodes())
            switch (node.op()) {
                case Op.Conv c -> weights.put(node.name(), c.weight());
                case Op.Gemm g -> weights.put(node.name(), g.weight());
                default -> {}
            }
        return weights;
    }

    private int count(Pattern pattern, Blocks blocks, int size) {
        return pattern instanceof Pattern.NofM nm ? blocks.dropped(size, nm.sparsity()) : (int) (sparsity * size);
    }

    /** Of convolutions and matrices, the name of the parameter before its last slash. */
    private static String node(Parameter parameter) { return parameter.name().substring(0, parameter.name().lastIndexOf('/')); }
}
