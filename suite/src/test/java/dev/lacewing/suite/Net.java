package dev.lacewing.suite;

import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import dev.lacewing.graph.Shapes;
import dev.lacewing.graph.Value;
import dev.lacewing.tensor.Shape;
import dev.lacewing.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A graph under construction: values are named by the order of their making. */
final class Net {
    private final List<Value> inputs = new ArrayList<>();
    private final List<Node> nodes = new ArrayList<>();
    private final Set<String> outputs = new LinkedHashSet<>();
    private final Map<String, Shape> shapes = new LinkedHashMap<>();
    private final Map<String, Tensor> feeds = new LinkedHashMap<>();

    String input(Tensor feed) {
        String name = "in" + inputs.size();
        inputs.add(new Value(name, feed.shape()));
        shapes.put(name, feed.shape());
        feeds.put(name, feed);
        return name;
    }

    String add(Op op, String... in) {
        String name = "v" + nodes.size();
        Node node = new Node("n" + nodes.size(), op, List.of(in), name);
        shapes.put(name, Shapes.infer(node, Arrays.stream(in).map(shapes::get).toList()));
        nodes.add(node);
        return name;
    }

    /** Of a value that stands already. */
    Shape shape(String value) {
        Shape shape = shapes.get(value);
        if (shape == null) throw new IllegalArgumentException(value);
        return shape;
    }

    boolean isConsumed(String value) { return nodes.stream().anyMatch(n -> n.inputs().contains(value)); }

    void output(String value) { outputs.add(value); }

    Problem problem(Problems.Family family, long seed) {
        return new Problem(family, seed, new Graph(family + "-" + seed, inputs, nodes, List.copyOf(outputs), Map.of()), Map.copyOf(feeds));
    }
}
