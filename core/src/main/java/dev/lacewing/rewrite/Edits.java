package dev.lacewing.rewrite;

import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import dev.lacewing.tensor.Shape;
import dev.lacewing.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one pass of a rule sees and wants changed. Questions are answered about the graph as it was, but for {@link #constant} and what {@link #fuse} made;
 * edits take effect in {@link #done}. A node takes part in one edit at most: the next pass finds the rest.
 */
final class Edits {
    private final Graph graph;
    private final Map<String, Node> producers = new HashMap<>();
    private final Map<String, Integer> uses = new HashMap<>();
    private final Map<Node, List<Node>> replaced = new IdentityHashMap<>();
    private final Set<Node> touched = Collections.newSetFromMap(new IdentityHashMap<>());
    /** The node of the graph in whose place a fused one stands. */
    private final Map<Node, Node> origins = new IdentityHashMap<>();
    private final Map<String, String> forwarded = new HashMap<>();

    Edits(Graph graph) {
        this.graph = graph;
        for (Node node : graph.nodes()) {
            producers.put(node.output(), node);
            for (String in : node.inputs()) uses.merge(in, 1, Integer::sum);
        }
        for (String out : graph.outputs()) uses.merge(out, 1, Integer::sum);
    }

    Shape shape(String value) { return graph.shape(value); }

    /** The node that writes {@code value}; null for an input of the graph and for a node that an edit has taken. */
    @Nullable Node producer(String value) {
        Node node = producers.get(value);
        return node == null || touched.contains(node) ? null : node;
    }

    /** The node that writes {@code value} if a single node reads it, once, and the graph does not output it; so it may vanish. */
    @Nullable Node privateProducer(String value) {
        return uses.getOrDefault(value, 0) == 1 && !graph.outputs().contains(value) ? producer(value) : null;
    }

    boolean isTouched(Node node) { return touched.contains(node); }

    /** The tensor if {@code value} is a constant, be it that {@link #replace} has made it one. */
    @Nullable Tensor constant(String value) {
        Node node = producers.get(value);
        return node != null && node.op() instanceof Op.Constant(var tensor) ? tensor : null;
    }

    /** The number if {@code value} is a constant of one element, else NaN. */
    float scalar(String value) {
        Tensor tensor = constant(value);
        return tensor != null && tensor.size() == 1 ? tensor.values()[0] : Float.NaN;
    }

    /** A name for a new value: {@code base} if it is free, else with a number. */
    String fresh(String base) {
        String name = base;
        for (int i = 2; graph.shapes().containsKey(name); i++) name = base + i;
        return name;
    }

    /** {@code by} stands where {@code old} stood. The last of them writes what {@code old} wrote, or nobody reads that any more. */
    void replace(Node old, Node... by) {
        touched.add(old);
        replaced.put(origins.getOrDefault(old, old), List.of(by));
        for (Node node : by) {
            producers.put(node.output(), node);
            touched.add(node);
        }
    }

    void remove(Node node) { replace(node); }

    /** {@code first} computes {@code op} and writes what {@code second}, its only reader, wrote; {@link #producer} gives it, so that it may be fused with the next. */
    void fuse(Node first, Op op, Node second) {
        Node fused = new Node(first.name(), op, first.inputs(), second.output());
        replace(first, fused);
        remove(second);
        touched.remove(fused);
        origins.put(fused, origins.getOrDefault(first, first));
    }

    /** Who read {@code value} reads {@code instead}. */
    void forward(String value, String instead) { forwarded.put(value, instead); }

    Graph done() {
        if (replaced.isEmpty() && forwarded.isEmpty()) return graph;
        List<Node> nodes = new ArrayList<>();
        for (Node node : graph.nodes())
            for (Node n : replaced.getOrDefault(node, List.of(node))) nodes.add(new Node(n.name(), n.op(), n.inputs().stream().map(this::resolve).toList(), n.output()));
        return graph.withNodes(nodes);
    }

    private String resolve(String value) {
        String name = value;
        for (String next = forwarded.get(name); next != null; next = forwarded.get(name)) name = next;
        return name;
    }

    boolean isOutput(String value) { return graph.outputs().contains(value); }
}
