package dev.lacewing.rewrite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.graph.Activation;
import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import dev.lacewing.graph.PlainLoops;
import dev.lacewing.graph.Value;
import dev.lacewing.graph.Window;
import dev.lacewing.tensor.Shape;
import dev.lacewing.tensor.Tensor;
import dev.lacewing.zoo.Zoo;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ChannelOrdersTest {
    private final Random random = new Random(11);
    private final List<Node> nodes = new ArrayList<>();

    static Stream<String> networks() { return Zoo.names().stream().filter(n -> !n.matches("resnet(32|56)")); }

    @ParameterizedTest
    @MethodSource("networks")
    void theFunctionOfAZooNetworkStays(String name) {
        for (boolean trained : new boolean[] {false, true}) {
            Graph graph = moved(Zoo.build(name, Zoo.defaults(name).withWidth(0.25).withResolution(32).withBatchNorm(trained)));
            checkSame(graph, "logits");
        }
    }

    /** Statistics of normalisation that tell channels apart. */
    private Graph moved(Graph graph) {
        return graph.withNodes(graph.nodes().stream().map(n -> n.op() instanceof Op.BatchNormalization b
                ? n.with(new Op.BatchNormalization(some(b.channels()), some(b.channels()), some(b.channels()), some(b.channels()), b.epsilon())) : n).toList());
    }

    private Tensor some(int n) {
        float[] values = new float[n];
        for (int i = 0; i < n; i++) values[i] = 0.5f + random.nextFloat();
        return Tensor.of(values, n);
    }

    /** All layers that may be get another order, at random. */
    private void checkSame(Graph graph, String output) {
        ChannelOrders channels = ChannelOrders.of(graph);
        Map<String, int[]> orders = new HashMap<>();
        int changed = 0;
        for (List<String> tie : channels.ties()) orders.put(tie.getFirst(), shuffled(outputs(graph, tie.getFirst())));
        Graph other = channels.apply(orders);
        for (List<String> tie : channels.ties()) for (String layer : tie) if (!weight(other, layer).equals(weight(graph, layer))) changed++;
        assertThat(changed).isEqualTo(channels.ties().stream().mapToInt(List::size).sum()).isPositive();
        Tensor before = run(graph, output), after = run(other, output);
        double largest = 0;
        for (float v : before.values()) largest = Math.max(largest, Math.abs(v));
        assertThat(largest).isPositive();
        for (int i = 0; i < before.size(); i++) assertThat((double) after.values()[i]).isCloseTo(before.values()[i], within(1e-4 * largest));
    }

    private static Tensor run(Graph graph, String output) { return Objects.requireNonNull(PlainLoops.run(graph, PlainLoops.randomInputs(graph, 4)).get(output)); }

    private static Op op(Graph graph, String layer) { return graph.nodes().stream().filter(n -> n.name().equals(layer)).findFirst().orElseThrow().op(); }

    private static Tensor weight(Graph graph, String layer) { return op(graph, layer) instanceof Op.Conv c ? c.weight() : ((Op.Gemm) op(graph, layer)).weight(); }

    private static int outputs(Graph graph, String layer) { return weight(graph, layer).shape().dim(0); }

    private int[] shuffled(int n) {
        List<Integer> order = new ArrayList<>(IntStream.range(0, n).boxed().toList());
        do Collections.shuffle(order, random); while (n > 1 && order.get(0) == 0);
        return order.stream().mapToInt(i -> i).toArray();
    }

    private void conv(String name, String input, int out, int in, int groups, Activation activation) {
        add(name, new Op.Conv(PlainLoops.random(random, Shape.of(out, in / groups, 3, 3)), PlainLoops.random(random, Shape.of(out)), Window.square(3, 1, 1), groups, activation), input);
    }

    private void add(String name, Op op, String... inputs) { nodes.add(new Node(name, op, List.of(inputs), name)); }

    private Graph graph(String output) { return new Graph("g", List.of(new Value("x", Shape.of(1, 4, 6, 6))), nodes, List.of(output), Map.of()); }

    @Test
    void residualsTieThroughWhatPassesChannelsOn() {
        conv("stem", "x", 8, 4, 1, Activation.RELU);
        conv("a", "stem", 12, 8, 1, new Activation.PRelu(some(12)));
        conv("depth", "a", 12, 12, 12, Activation.RELU);
        add("gate", new Op.SqueezeExcite(PlainLoops.random(random, Shape.of(3, 12)), some(3), Activation.RELU, PlainLoops.random(random, Shape.of(12, 3)), some(12), new Activation.Sigmoid()), "depth");
        conv("b", "gate", 8, 12, 1, Activation.NONE);
        add("sum", new Op.Binary(Op.Arithmetic.ADD, new Activation.PRelu(some(8))), "stem", "b");
        conv("c", "sum", 8, 8, 1, Activation.NONE);
        add("sum2", new Op.Binary(Op.Arithmetic.ADD, Activation.NONE), "c", "sum");
        add("pool", new Op.GlobalAveragePool(), "sum2");
        add("flat", new Op.Reshape(Shape.of(1, 8)), "pool");
        add("hidden", new Op.Gemm(PlainLoops.random(random, Shape.of(6, 8)), some(6), Activation.RELU), "flat");
        add("classes", new Op.Gemm(PlainLoops.random(random, Shape.of(3, 6)), some(3), Activation.NONE), "hidden");
        Graph graph = graph("classes");
        assertThat(ChannelOrders.of(graph).ties()).containsExactly(List.of("stem", "b", "c"), List.of("a"), List.of("hidden"));
        checkSame(graph, "classes");
    }

    @Test
    void concatenatedChannelsKeepTheirOwnOrders() {
        conv("a", "x", 5, 4, 1, Activation.RELU);
        conv("b", "x", 3, 4, 1, Activation.RELU);
        add("both", new Op.Concat(1), "a", "b");
        conv("depth", "both", 8, 8, 8, Activation.NONE);
        conv("c", "x", 5, 4, 1, Activation.RELU);
        add("other", new Op.Concat(1), "c", "b");
        add("sum", new Op.Binary(Op.Arithmetic.MUL, Activation.NONE), "depth", "other");
        conv("classes", "sum", 2, 8, 1, Activation.NONE);
        Graph graph = graph("classes");
        assertThat(ChannelOrders.of(graph).ties()).containsExactly(List.of("a", "c"), List.of("b"));
        checkSame(graph, "classes");
    }

    @Test
    void channelsThatMeetOthersCutDifferentlyStay() {
        conv("a", "x", 5, 4, 1, Activation.RELU);
        conv("b", "x", 3, 4, 1, Activation.RELU);
        add("both", new Op.Concat(1), "a", "b");
        conv("c", "x", 8, 4, 1, Activation.RELU);
        add("sum", new Op.Binary(Op.Arithmetic.ADD, Activation.NONE), "both", "c");
        conv("d", "sum", 8, 8, 1, Activation.RELU);
        conv("grouped", "d", 8, 8, 2, Activation.NONE);
        conv("e", "grouped", 6, 8, 1, Activation.NONE);
        add("positions", new Op.Reshape(Shape.of(1, 216)), "e");
        add("hidden", new Op.Gemm(PlainLoops.random(random, Shape.of(4, 216)), some(4), Activation.RELU), "positions");
        add("classes", new Op.Gemm(PlainLoops.random(random, Shape.of(3, 4)), some(3), Activation.NONE), "hidden");
        assertThat(ChannelOrders.of(graph("classes")).ties()).containsExactly(List.of("hidden"));
    }

    @Test
    void refusesOrdersThatCannotBe() {
        conv("a", "x", 6, 4, 1, Activation.RELU);
        conv("b", "a", 4, 6, 1, Activation.RELU);
        add("sum", new Op.Binary(Op.Arithmetic.ADD, Activation.NONE), "x", "b");
        conv("c", "sum", 4, 4, 1, Activation.RELU);
        conv("d", "c", 4, 4, 1, Activation.RELU);
        add("sum2", new Op.Binary(Op.Arithmetic.ADD, Activation.NONE), "c", "d");
        conv("classes", "sum2", 2, 4, 1, Activation.NONE);
        ChannelOrders channels = ChannelOrders.of(graph("classes"));
        assertThat(channels.ties()).containsExactly(List.of("a"), List.of("c", "d"));
        assertThatThrownBy(() -> channels.apply(Map.of("b", new int[] {1, 0, 2, 3}))).isInstanceOf(Invalid.class).hasMessageContaining("b must stay");
        assertThatThrownBy(() -> channels.apply(Map.of("nobody", new int[] {0}))).isInstanceOf(Invalid.class);
        assertThatThrownBy(() -> channels.apply(Map.of("a", new int[] {0, 0, 1, 2, 3, 4}))).isInstanceOf(Invalid.class).hasMessageContaining("once");
        assertThatThrownBy(() -> channels.apply(Map.of("c", new int[] {1, 0, 2, 3}, "d", new int[] {0, 1, 2, 3}))).isInstanceOf(Invalid.class).hasMessageContaining("tied");
    }
}
