package dev.lacewing.prune;

import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import dev.lacewing.rewrite.ChannelOrders;
import dev.lacewing.sparse.Pattern;
import dev.lacewing.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Puts output channels in an order in which pruning in blocks of N of them loses less, all over the network. A layer that is pruned and not tied to others has an order of
 * its own; tied layers get the one that suits them together.
 */
public final class Rearranger {
    /** How an order is chosen. */
    public enum By {
        /** Channels stay where they are. */
        NONE,
        /** By ascending L1 norm of the filters, as in 1xN's code (arXiv 2105.14713). */
        NORM,
        /** So that the pruned layers keep the most L1 norm: {@link Grouping}, a method of ours. Never less than in the order that is there. */
        RETAINED
    }

    private final Pruning pruning;
    private final Pattern.Block block;
    private final By by;

    private Rearranger(Pruning pruning, Pattern.Block block, By by) {
        this.pruning = pruning;
        this.block = block;
        this.by = by;
    }

    /**
     * The network with its channels in the orders for this pruning, not pruned yet.
     *
     * @throws Invalid if the pattern is not 1xN
     */
    public static Graph rearrange(Graph graph, Pruning pruning, By by) { return rearrange(graph, Patterns.all(pruning.pattern()), pruning, by); }

    /**
     * The same where only some layers are pruned in these blocks.
     *
     * @param patterns say which: those that they have {@code pruning}'s pattern for
     */
    public static Graph rearrange(Graph graph, Patterns patterns, Pruning pruning, By by) {
        if (by == By.NONE) return graph;
        if (!(pruning.pattern() instanceof Pattern.Block block)) throw new Invalid("a rearrangement is for blocks, 1xN, not for the pattern " + pruning.pattern());
        ChannelOrders channels = ChannelOrders.of(graph);
        return channels.apply(new Rearranger(pruning, block, by).orders(graph, patterns, channels));
    }

    /** For each layer that gets another order: at each position the output channel that comes to stand there. */
    private Map<String, int[]> orders(Graph graph, Patterns patterns, ChannelOrders channels) {
        Layers roles = new Layers(graph);
        Map<String, Tensor> weights = new LinkedHashMap<>();
        for (Node node : graph.nodes()) {
            if (!roles.isInScope(node, pruning.scope())) continue;
            if (node.op() instanceof Op.Conv c && c.groups() == 1) weights.put(node.name(), c.weight());
            if (node.op() instanceof Op.Gemm g) weights.put(node.name(), g.weight());
        }
        weights.values().removeIf(w -> !pruning.pattern().equals(patterns.of(w.shape(), 1)));
        Map<String, int[]> orders = new LinkedHashMap<>();
        for (List<String> tie : channels.ties()) {
            List<Tensor> pruned = tie.stream().filter(weights::containsKey).map(weights::get).toList();
            if (pruned.isEmpty()) continue;
            int[] order = by == By.NORM ? byNorm(pruned) : byRetained(pruned);
            for (String layer : tie) orders.put(layer, order);
        }
        return orders;
    }

    /**
     * Output channels by ascending L1 norm of their filters; of equals, those that stand first come first.
     *
     * @param tied weights [out, ...] whose norms are added up; not none
     * @return at each position the channel that comes to stand there
     */
    public static int[] byNorm(List<Tensor> tied) {
        int out = tied.getFirst().shape().dim(0);
        double[] norms = new double[out];
        for (Tensor weight : tied) for (int i = 0; i < weight.size(); i++) norms[i / (weight.size() / out)] += Math.abs(weight.values()[i]);
        return IntStream.range(0, out).boxed().sorted(Comparator.comparingDouble(o -> norms[o])).mapToInt(Integer::intValue).toArray();
    }

    private int[] byRetained(List<Tensor> tied) {
        int[] best = IntStream.range(0, tied.getFirst().shape().dim(0)).toArray();
        double most = retained(tied, best);
        for (int[] candidate : List.of(byNorm(tied), new Grouping(tied, block, pruning.sparsity()).order())) {
            double kept = retained(tied, candidate);
            if (kept <= most) continue;
            most = kept;
            best = candidate;
        }
        return best;
    }

    private double retained(List<Tensor> tied, int[] order) {
        double sum = 0;
        for (Tensor weight : tied) {
            Tensor ordered = rows(weight, order), pruned = Magnitude.prune(ordered, Blocks.of(pruning.pattern(), ordered.shape(), 1, pruning.uniform()), pruning.sparsity());
            sum += norm(pruned) / Math.max(norm(ordered), Double.MIN_NORMAL);
        }
        return sum;
    }

    private static Tensor rows(Tensor weight, int[] order) {
        int row = weight.size() / order.length;
        float[] values = new float[weight.size()];
        for (int i = 0; i < order.length; i++) System.arraycopy(weight.values(), order[i] * row, values, i * row, row);
        return new Tensor(weight.shape(), values);
    }

    static double norm(Tensor tensor) {
        double sum = 0;
        for (float v : tensor.values()) sum += Math.abs(v);
        return sum;
    }

    /** The share of its L1 norm that each layer in scope keeps when it is pruned; by layer, in the order of the graph. */
    public static Map<String, Double> retained(Graph graph, Pruning pruning) {
        Map<String, double[]> before = norms(graph, pruning.scope()), after = norms(Pruner.prune(graph, pruning).graph(), pruning.scope());
        Map<String, Double> shares = new LinkedHashMap<>();
        before.forEach((layer, norm) -> shares.put(layer, norm[0] == 0 ? 1 : after.getOrDefault(layer, norm)[0] / norm[0]));
        return shares;
    }

    private static Map<String, double[]> norms(Graph graph, Scope scope) {
        Layers roles = new Layers(graph);
        Map<String, double[]> norms = new LinkedHashMap<>();
        for (Node node : graph.nodes()) {
            if (!roles.isInScope(node, scope)) continue;
            List<Tensor> weights = new ArrayList<>();
            if (node.op() instanceof Op.Conv c) weights.add(c.weight());
            if (node.op() instanceof Op.Gemm g) weights.add(g.weight());
            if (node.op() instanceof Op.SqueezeExcite s) weights.addAll(Arrays.asList(s.reduce(), s.expand()));
            norms.put(node.name(), new double[] {weights.stream().mapToDouble(Rearranger::norm).sum()});
        }
        return norms;
    }
}
