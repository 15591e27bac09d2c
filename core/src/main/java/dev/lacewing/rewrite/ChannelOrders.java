package dev.lacewing.rewrite;

import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.graph.Activation;
import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import dev.lacewing.graph.Value;
import dev.lacewing.tensor.Shape;
import dev.lacewing.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * In which orders the channels of a network can stand. A convolution or matrix may write its output channels in another order if what stands behind it (biases, normalisations,
 * depthwise filters, the input channels of its readers) follows; the network then computes what it did before, but for the order of its sums. Layers whose channels meet
 * in an element-wise op must share one order. Channels that the outside sees, that a grouped convolution reads or writes, or that an op mixes with positions, stay.
 *
 * <p>The channels (axis 1) of a value are strips, end to end: a layer writes one strip, a concatenation those of its inputs, most other ops those of their input. A
 * union-find over strips ties those that an element-wise op pairs.
 */
public final class ChannelOrders {
    private final Graph graph;
    private final Map<String, int[]> strips = new HashMap<>();
    private final List<Integer> parents = new ArrayList<>(), sizes = new ArrayList<>();
    private final List<Boolean> fixed = new ArrayList<>();
    /** For each layer that writes a strip of its own, in the order of the graph. */
    private final Map<String, Integer> written = new LinkedHashMap<>();

    private ChannelOrders(Graph graph) { this.graph = graph; }

    public static ChannelOrders of(Graph graph) {
        ChannelOrders orders = new ChannelOrders(graph);
        for (Value input : graph.inputs()) orders.define(input.name(), true);
        for (Node node : graph.nodes()) orders.follow(node);
        for (String output : graph.outputs()) orders.fix(output);
        return orders;
    }

    /** Names of the layers (convolutions without groups, matrices) whose output channels can be put in another order, those that must share one in one list. */
    public List<List<String>> ties() {
        Map<Integer, List<String>> ties = new LinkedHashMap<>();
        written.forEach((layer, strip) -> {
            if (!fixed.get(root(strip))) ties.computeIfAbsent(root(strip), r -> new ArrayList<>()).add(layer);
        });
        return ties.values().stream().map(List::copyOf).toList();
    }

    /**
     * @param wanted by a layer's name: at each position the output channel that comes to stand there. One layer of those that share an order is enough.
     * @throws Invalid if a layer's channels must stay, if an order is none, or if tied layers get different ones
     */
    public Graph apply(Map<String, int[]> wanted) {
        Map<Integer, int[]> orders = new HashMap<>();
        wanted.forEach((layer, order) -> {
            Integer strip = written.get(layer);
            if (strip == null || fixed.get(root(strip))) throw new Invalid("the output channels of " + layer + " must stay in their order");
            if (!Arrays.equals(Arrays.stream(order).sorted().toArray(), identity(sizes.get(strip))))
                throw new Invalid("an order of the " + sizes.get(strip) + " output channels of " + layer + " must name each of them once");
            int[] other = orders.putIfAbsent(root(strip), order);
            if (other != null && !Arrays.equals(other, order)) throw new Invalid(layer + " is tied to another layer, which has got another order");
        });
        if (orders.isEmpty()) return graph;
        return graph.withNodes(graph.nodes().stream().map(n -> n.with(reorder(n, orders))).toList());
    }

    private void follow(Node node) {
        switch (node.op()) {
            case Op.Conv c when c.groups() == 1 -> layer(node);
            case Op.Conv c when c.isDepthwise() -> pass(node);
            case Op.Conv c -> stay(node);
            case Op.Gemm g when graph.shape(node.output()).rank() == 2 -> layer(node);
            case Op.Gemm g -> stay(node);
            case Op.MatMul m -> stay(node);
            case Op.Constant c -> stay(node);
            case Op.BatchNormalization b -> pass(node);
            case Op.Activate a -> pass(node);
            case Op.Binary b -> meet(node);
            case Op.Pool p -> pass(node);
            case Op.GlobalAveragePool p -> pass(node);
            case Op.ReduceMean r -> passIf(!r.axes().contains(0) && !r.axes().contains(1), node);
            case Op.SqueezeExcite s -> pass(node);
            case Op.Concat c -> concat(node, c.axis());
            case Op.Reshape r -> passIf(true, node);
            case Op.Transpose t -> passIf(t.permutation().size() > 1 && t.permutation().getFirst() == 0 && t.permutation().get(1) == 1, node);
            case Op.Slice s -> passIf(s.starts().size() > 1 && s.starts().get(1) == 0 && s.steps().get(1) == 1, node);
            case Op.Pad p -> passIf(p.before().size() > 1 && p.before().get(1) == 0 && p.after().get(1) == 0, node);
            case Op.DepthToSpace d -> stay(node);
            case Op.Resize r -> pass(node);
            case Op.Softmax s -> pass(node);
            case Op.Identity i -> pass(node);
        }
    }

    private void layer(Node node) {
        define(node.output(), false);
        written.put(node.name(), strips(node.output())[0]);
    }

    private void pass(Node node) { strips.put(node.output(), strips(node.input())); }

    /** Also asks for the same images and channels on both sides. */
    private void passIf(boolean keepsChannels, Node node) {
        Shape in = graph.shape(node.input()), out = graph.shape(node.output());
        if (keepsChannels && in.rank() > 1 && out.rank() > 1 && in.dim(0) == out.dim(0) && in.dim(1) == out.dim(1)) pass(node);
        else stay(node);
    }

    private void stay(Node node) {
        for (String in : node.inputs()) fix(in);
        define(node.output(), true);
    }

    private void concat(Node node, int axis) {
        if (axis == 1) strips.put(node.output(), node.inputs().stream().flatMapToInt(in -> Arrays.stream(strips(in))).toArray());
        else if (tied(node.inputs())) pass(node);
        else stay(node);
    }

    /** An operand of one channel goes with each order of the other's. */
    private void meet(Node node) {
        Shape out = graph.shape(node.output());
        boolean aligned = out.rank() > 1 && node.inputs().stream().allMatch(in -> graph.shape(in).rank() == out.rank());
        List<String> whole = node.inputs().stream().filter(in -> aligned && graph.shape(in).dim(1) == out.dim(1)).toList();
        if (!whole.isEmpty() && tied(whole)) strips.put(node.output(), strips(whole.getFirst()));
        else stay(node);
    }

    /** Gives all values one order, if their channels are cut alike. */
    private boolean tied(List<String> values) {
        int[] first = strips(values.getFirst());
        for (String value : values) {
            int[] other = strips(value);
            if (first.length != other.length) return false;
            for (int i = 0; i < first.length; i++) if (!sizes.get(first[i]).equals(sizes.get(other[i]))) return false;
        }
        for (String value : values) for (int i = 0; i < first.length; i++) join(first[i], strips(value)[i]);
        return true;
    }

    private void define(String value, boolean isFixed) {
        Shape shape = graph.shape(value);
        strips.put(value, new int[] {parents.size()});
        parents.add(parents.size());
        sizes.add(shape.rank() > 1 ? shape.dim(1) : 1);
        fixed.add(isFixed);
    }

    private void fix(String value) { for (int strip : strips(value)) fixed.set(root(strip), true); }

    private void join(int a, int b) {
        int from = root(a), to = root(b);
        parents.set(from, to);
        if (fixed.get(from)) fixed.set(to, true);
    }

    private int root(int strip) {
        int at = strip;
        while (parents.get(at) != at) {
            parents.set(at, parents.get(parents.get(at)));
            at = parents.get(at);
        }
        return at;
    }

    private int[] strips(String value) {
        int[] found = strips.get(value);
        if (found == null) throw new IllegalStateException("no value " + value);
        return found;
    }

    /** The order of all channels of a value. */
    private int[] order(String value, Map<Integer, int[]> orders) {
        int[] strips = strips(value), order = new int[Arrays.stream(strips).map(sizes::get).sum()];
        int start = 0;
        for (int strip : strips) {
            int[] own = orders.getOrDefault(root(strip), identity(sizes.get(strip)));
            for (int i = 0; i < own.length; i++) order[start + i] = start + own[i];
            start += own.length;
        }
        return order;
    }

    private Op reorder(Node node, Map<Integer, int[]> orders) {
        if (node.inputs().isEmpty()) return node.op();
        int[] in = order(node.input(), orders), out = order(node.output(), orders);
        return switch (node.op()) {
            case Op.Conv c -> new Op.Conv(c.groups() == 1 ? columns(rows(c.weight(), out), in) : rows(c.weight(), out), rows(c.bias(), out), c.window(), c.groups(), slopes(c.activation(), out));
            case Op.Gemm g when graph.shape(node.output()).rank() == 2 -> new Op.Gemm(columns(rows(g.weight(), out), in), rows(g.bias(), out), slopes(g.activation(), out));
            case Op.BatchNormalization b -> new Op.BatchNormalization(rows(b.scale(), out), rows(b.shift(), out), rows(b.mean(), out), rows(b.variance(), out), b.epsilon());
            case Op.SqueezeExcite s -> new Op.SqueezeExcite(columns(s.reduce(), in), s.reduceBias(), s.middle(), rows(s.expand(), out), rows(s.expandBias(), out), s.gate());
            case Op.Activate a -> new Op.Activate(slopes(a.activation(), out));
            case Op.Binary b -> new Op.Binary(b.what(), slopes(b.activation(), out));
            default -> node.op();
        };
    }

    private static Activation slopes(Activation activation, int[] order) {
        return activation instanceof Activation.PRelu(Tensor slopes) && slopes.size() > 1 ? new Activation.PRelu(rows(slopes, order)) : activation;
    }

    private static Tensor rows(Tensor tensor, int[] order) {
        int size = tensor.size() / order.length;
        float[] values = new float[tensor.size()];
        for (int i = 0; i < order.length; i++) System.arraycopy(tensor.values(), order[i] * size, values, i * size, size);
        return new Tensor(tensor.shape(), values);
    }

    /** Along axis 1. */
    private static Tensor columns(Tensor tensor, int[] order) {
        int rows = tensor.shape().dim(0), size = tensor.size() / rows / order.length, row = size * order.length;
        float[] values = new float[tensor.size()];
        for (int r = 0; r < rows; r++)
            for (int i = 0; i < order.length; i++) System.arraycopy(tensor.values(), r * row + order[i] * size, values, r * row + i * size, size);
        return new Tensor(tensor.shape(), values);
    }

    private static int[] identity(int n) { return IntStream.range(0, n).toArray(); }
}
