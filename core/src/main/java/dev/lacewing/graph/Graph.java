package dev.lacewing.graph;

import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.tensor.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is computed: nodes in topological order, every shape known. Immutable; a rewrite returns a new graph. {@code metadata} travels with the model
 * through every file format (preprocessing, provenance). Nodes' names are unique: of those that come with one name, the later ones get a number.
 */
public final class Graph {
    private final String name;
    private final List<Value> inputs;
    private final List<Node> nodes;
    private final List<String> outputs;
    private final Map<String, String> metadata;
    private final Map<String, Shape> shapes;

    /** @throws Invalid if a name is undefined, defined twice or used before it is defined, or if an op does not take the shapes it gets */
    public Graph(String name, List<Value> inputs, List<Node> nodes, List<String> outputs, Map<String, String> metadata) {
        this.name = name;
        this.inputs = List.copyOf(inputs);
        this.nodes = named(nodes);
        this.outputs = List.copyOf(outputs);
        this.metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
        Map<String, Shape> known = new LinkedHashMap<>();
        for (Value input : this.inputs) define(known, input.name(), input.shape());
        for (Node node : this.nodes) {
            for (String in : node.inputs())
                if (!known.containsKey(in)) throw new Invalid("node " + node.name() + " reads " + in + ", which no earlier node writes (a cycle, or a missing node)");
            define(known, node.output(), Shapes.infer(node, node.inputs().stream().map(known::get).toList()));
        }
        for (String out : this.outputs) if (!known.containsKey(out)) throw new Invalid("the graph's output " + out + " is written by no node");
        if (this.outputs.isEmpty()) throw new Invalid("the graph " + name + " has no output");
        shapes = Collections.unmodifiableMap(known);
    }

    public String name() { return name; }

    public List<Value> inputs() { return inputs; }

    /** In an order in which every node stands after those it reads. */
    public List<Node> nodes() { return nodes; }

    public List<String> outputs() { return outputs; }

    public Map<String, String> metadata() { return metadata; }

    /** Shape of an input or of a node's output. */
    public Shape shape(String value) {
        Shape shape = shapes.get(value);
        if (shape == null) throw new Invalid("the graph has no value named " + value);
        return shape;
    }

    public Map<String, Shape> shapes() { return shapes; }

    /** The node that writes {@code value}, or null for an input. */
    public @Nullable Node producer(String value) {
        for (Node node : nodes) if (node.output().equals(value)) return node;
        return null;
    }

    public List<Node> consumers(String value) { return nodes.stream().filter(n -> n.inputs().contains(value)).toList(); }

    public Graph withNodes(List<Node> replaced) { return new Graph(name, inputs, replaced, outputs, metadata); }

    public Graph withMetadata(Map<String, String> replaced) { return new Graph(name, inputs, nodes, outputs, replaced); }

    /** The second and later nodes of one name get a number: decisions and reports are told apart by names. */
    private static List<Node> named(List<Node> nodes) {
        Set<String> taken = new HashSet<>(), seen = new HashSet<>();
        for (Node node : nodes) taken.add(node.name());
        if (taken.size() == nodes.size()) return List.copyOf(nodes);
        List<Node> named = new ArrayList<>();
        for (Node node : nodes) {
            String name = node.name();
            if (!seen.add(name)) for (int i = 2; !taken.add(name); i++) name = node.name() + "#" + i;
            named.add(new Node(name, node.op(), node.inputs(), node.output()));
        }
        return List.copyOf(named);
    }

    private static void define(Map<String, Shape> known, String value, Shape shape) {
        if (known.putIfAbsent(value, shape) != null) throw new Invalid("two nodes write " + value);
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof Graph g && name.equals(g.name) && inputs.equals(g.inputs) && nodes.equals(g.nodes) && outputs.equals(g.outputs) && metadata.equals(g.metadata);
    }

    @Override
    public int hashCode() { return 31 * nodes.hashCode() + inputs.hashCode(); }

    @Override
    public String toString() { return "Graph[" + name + ", " + nodes.size() + " nodes]"; }
}
