package dev.lacewing.rewrite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacewing.graph.Activation;
import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import dev.lacewing.graph.PlainLoops;
import dev.lacewing.graph.Value;
import dev.lacewing.graph.Window;
import dev.lacewing.tensor.Shape;
import dev.lacewing.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

/** Writes small graphs by hand and checks what rules make of them. Weights are seeded. */
final class Sketch {
    private final Random random = new Random(7);
    private final List<Node> nodes = new ArrayList<>();
    private final List<Value> inputs = new ArrayList<>();

    String input(int... dims) {
        inputs.add(new Value("x" + inputs.size(), Shape.of(dims)));
        return inputs.getLast().name();
    }

    String node(String output, Op op, String... in) {
        nodes.add(new Node("n-" + output, op, List.of(in), output));
        return output;
    }

    Tensor random(int... dims) { return PlainLoops.random(random, Shape.of(dims)); }

    Tensor positive(int n) {
        Tensor t = random(n);
        for (int i = 0; i < n; i++) t.values()[i] = 0.1f + Math.abs(t.values()[i]);
        return t;
    }

    String constant(String name, float... value) { return node(name, new Op.Constant(Tensor.of(value, value.length))); }

    String scalar(String name, float value) { return node(name, new Op.Constant(new Tensor(Shape.of(), new float[] {value}))); }

    String conv(String output, String x, int in, int out, int kernel, Activation activation) {
        return node(output, new Op.Conv(random(out, in, kernel, kernel), random(out), Window.square(kernel, 1, kernel / 2), 1, activation), x);
    }

    String gemm(String output, String x, int in, int out) { return node(output, new Op.Gemm(random(out, in), random(out), Activation.NONE), x); }

    String binary(String output, Op.Arithmetic what, String a, String b) { return node(output, new Op.Binary(what, Activation.NONE), a, b); }

    String activate(String output, Activation activation, String x) { return node(output, new Op.Activate(activation), x); }

    Graph graph(String... outputs) { return new Graph("sketch", inputs, nodes, List.of(outputs), Map.of()); }

    /** The types of a graph's ops in order, constants left out. */
    static List<String> ops(Graph graph) {
        return graph.nodes().stream().map(Node::op).filter(op -> !(op instanceof Op.Constant)).map(op -> op.getClass().getSimpleName()).toList();
    }

    /** Applies the rules to the end and checks that shapes, names and results of the outputs stay. */
    static Graph rewrite(Graph graph, Rule... rules) {
        Graph result = rules.length == 0 ? Rewrites.apply(graph) : Rewrites.apply(graph, List.of(rules));
        assertThat(result.inputs()).isEqualTo(graph.inputs());
        assertThat(result.outputs()).isEqualTo(graph.outputs());
        for (long seed = 0; seed < 3; seed++) {
            var inputs = PlainLoops.randomInputs(graph, seed);
            var before = PlainLoops.run(graph, inputs);
            var after = PlainLoops.run(result, inputs);
            for (String output : graph.outputs()) assertClose(Objects.requireNonNull(after.get(output)), Objects.requireNonNull(before.get(output)));
        }
        return result;
    }

    static void assertUntouched(Graph graph, Rule... rules) { assertThat(Rewrites.apply(graph, List.of(rules))).isSameAs(graph); }

    private static void assertClose(Tensor actual, Tensor expected) {
        assertThat(actual.shape()).isEqualTo(expected.shape());
        float largest = 0;
        for (float v : expected.values()) largest = Math.max(largest, Math.abs(v));
        for (int i = 0; i < expected.size(); i++) assertThat(actual.values()[i]).isCloseTo(expected.values()[i], org.assertj.core.data.Offset.offset(1e-5f * largest));
    }
}
