package dev.lacewing.prune;

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
import java.util.Random;
import org.junit.jupiter.api.Test;

class ChannelTiesTest {
    private final List<Node> nodes = new ArrayList<>();

    private void conv(String name, String input, int out, int in, int groups) {
        add(name, new Op.Conv(PlainLoops.random(new Random(1), Shape.of(out, in / groups, 3, 3)), Tensor.zeros(out), Window.square(3, 1, 1), groups, Activation.NONE), input);
    }

    private void add(String name, Op op, String... inputs) { nodes.add(new Node(name, op, List.of(inputs), name)); }

    private List<List<String>> ties(String output) {
        return ChannelTies.of(new Graph("g", List.of(new Value("x", Shape.of(1, 4, 6, 6))), nodes, List.of(output), Map.of()));
    }

    /** stem -> (a -> depthwise -> b) + stem -> c + -> pooled -> matrix -> matrix. */
    @Test
    void residualsTieAndTheOutsideFixes() {
        conv("stem", "x", 8, 4, 1);
        conv("a", "stem", 12, 8, 1);
        conv("depth", "a", 12, 12, 12);
        conv("b", "depth", 8, 12, 1);
        add("sum", new Op.Binary(Op.Arithmetic.ADD, Activation.NONE), "stem", "b");
        conv("c", "sum", 8, 8, 1);
        add("sum2", new Op.Binary(Op.Arithmetic.ADD, Activation.NONE), "c", "sum");
        add("pool", new Op.GlobalAveragePool(), "sum2");
        add("flat", new Op.Reshape(Shape.of(1, 8)), "pool");
        add("hidden", new Op.Gemm(Tensor.zeros(6, 8), Tensor.zeros(6), Activation.NONE), "flat");
        add("classes", new Op.Gemm(Tensor.zeros(3, 6), Tensor.zeros(3), Activation.NONE), "hidden");
        assertThat(ties("classes")).containsExactly(List.of("stem", "b", "c"), List.of("a"), List.of("hidden"));
    }

    @Test
    void whatMixesChannelsWithPositionsFixesThem() {
        conv("one", "x", 8, 4, 1);
        conv("grouped", "one", 8, 8, 2);
        conv("two", "grouped", 8, 8, 1);
        add("flat", new Op.Reshape(Shape.of(1, 288)), "two");
        add("classes", new Op.Gemm(Tensor.zeros(3, 288), Tensor.zeros(3), Activation.NONE), "flat");
        assertThat(ties("classes")).isEmpty();
    }

    @Test
    void aConvolutionThatIsAddedToTheInputStays() {
        conv("a", "x", 6, 4, 1);
        conv("b", "a", 4, 6, 1);
        add("sum", new Op.Binary(Op.Arithmetic.ADD, Activation.NONE), "x", "b");
        conv("c", "sum", 4, 4, 1);
        assertThat(ties("c")).containsExactly(List.of("a"));
    }
}
