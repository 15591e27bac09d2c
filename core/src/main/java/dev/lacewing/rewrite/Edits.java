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
 * What one pass of a rule sees and wants changed. Questions are answered about the graph as it was; edits take effect in {@link #done}. A node takes
 * part in one edit at most, but for {@link #fuse}: the next pass finds the rest.
 */
final class Edits {
    private final Graph graph;
    private final Map<String, Node> producers = new HashMap<>();
    private final Map<String, Integer> uses = new HashMap<>();
    private final Map<Node, List<Node>> replaced = new IdentityHashMap<>();
    private final Set<Node> touched = Collections.newSetFromMap(new IdentityHashMap<>());
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
    @Nullable Node privateProducer(String value) { return isPrivate(value) ? producer(value) : null; }

    /** A single node reads {@code value}, once, and the graph does not output it. */
    boolean isPrivate(String value) { return uses.getOrDefault(value, 0) == 1 && !graph.outputs().contains(value); }

    boolean isTouched(Node node) { return touched.contains(node); }

    /** The tensor if {@code value} is a constant. */
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
        replaced.put(old, List.of(by));
    }

    void remove(Node node) { replace(node); }

    /** {@code first} computes {@code op} and writes what {@code second}, its only reader, wrote. Once more with the same {@code first} this goes on with the next reader. */
    void fuse(Node first, Op op, Node second) {
        replace(first, new Node(first.name(), op, first.inputs(), second.output()));
        remove(second);
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
