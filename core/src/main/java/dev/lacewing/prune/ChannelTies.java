package dev.lacewing.prune;

import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import dev.lacewing.graph.Value;
import dev.lacewing.tensor.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which layers may put their output channels in another order, and which of them must share one: those whose channels meet in an element-wise operation, such as the add of a
 * residual. Channels are axis 1. Found by union-find over the values of the graph. Channels that the outside sees, or that an op mixes with positions, stay as they are.
 */
public final class ChannelTies {
    private final Graph graph;
    private final Map<String, Integer> members = new HashMap<>();
    private final List<Integer> parents = new ArrayList<>();
    private final List<Boolean> fixed = new ArrayList<>();

    private ChannelTies(Graph graph) { this.graph = graph; }

    /**
     * The layers whose output channels can be put in another order if all that reads them follows: convolutions without groups and matrices.
     *
     * @return names of nodes; those of one list must have the same order
     */
    public static List<List<String>> of(Graph graph) {
        ChannelTies ties = new ChannelTies(graph);
        for (Value input : graph.inputs()) ties.define(input.name(), true);
        for (Node node : graph.nodes()) ties.add(node);
        for (String output : graph.outputs()) ties.fix(output);
        Map<Integer, List<String>> lists = new LinkedHashMap<>();
        for (Node node : graph.nodes()) {
            int root = ties.root(node.output());
            if (isProducer(node.op()) && !ties.fixed.get(root)) lists.computeIfAbsent(root, r -> new ArrayList<>()).add(node.name());
        }
        return List.copyOf(lists.values());
    }

    private static boolean isProducer(Op op) { return op instanceof Op.Gemm || op instanceof Op.Conv conv && conv.groups() == 1; }

    private void add(Node node) {
        Shape out = graph.shape(node.output());
        boolean follows = switch (node.op()) {
            case Op.Conv c -> c.isDepthwise();
            case Op.Gemm g -> false;
            case Op.MatMul m -> false;
            case Op.BatchNormalization b -> true;
            case Op.Activate a -> true;
            case Op.Binary b -> node.inputs().stream().allMatch(in -> graph.shape(in).rank() == out.rank() && out.rank() > 1 && graph.shape(in).dim(1) == out.dim(1));
            case Op.Constant c -> false;
            case Op.Pool p -> true;
            case Op.GlobalAveragePool p -> true;
            case Op.ReduceMean r -> !r.axes().contains(0) && !r.axes().contains(1);
            case Op.SqueezeExcite s -> true;
            case Op.Concat c -> false;
            case Op.Reshape r -> keepsChannels(graph.shape(node.input()), out);
            case Op.Transpose t -> false;
            case Op.Slice s -> s.starts().size() > 1 && s.starts().get(1) == 0 && s.steps().get(1) == 1 && out.dim(1) == graph.shape(node.input()).dim(1);
            case Op.Pad p -> p.before().size() > 1 && p.before().get(1) == 0 && p.after().get(1) == 0;
            case Op.DepthToSpace d -> false;
            case Op.Resize r -> true;
            case Op.Softmax s -> true;
            case Op.Identity i -> true;
        };
        boolean open = node.op() instanceof Op.Gemm ? out.rank() == 2 : isProducer(node.op());
        define(node.output(), !open && !follows);
        for (String in : node.inputs())
            if (follows) join(in, node.output());
            else if (!open) fix(in);
    }

    private static boolean keepsChannels(Shape in, Shape out) { return in.rank() > 1 && out.rank() > 1 && in.dim(0) == out.dim(0) && in.dim(1) == out.dim(1); }

    private void define(String value, boolean isFixed) {
        members.put(value, parents.size());
        parents.add(parents.size());
        fixed.add(isFixed);
    }

    private void fix(String value) { fixed.set(root(value), true); }

    private void join(String a, String b) {
        int from = root(a), to = root(b);
        parents.set(from, to);
        if (fixed.get(from)) fixed.set(to, true);
    }

    private int root(String value) {
        int at = members.getOrDefault(value, -1);
        while (parents.get(at) != at) {
            parents.set(at, parents.get(parents.get(at)));
            at = parents.get(at);
        }
        return at;
    }
}
