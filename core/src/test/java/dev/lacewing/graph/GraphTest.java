package dev.lacewing.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.plan.Planner;
import dev.lacewing.program.Machine;
import dev.lacewing.tensor.Shape;
import dev.lacewing.tensor.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GraphTest {
    @Test
    void nodesOfOneNameAreToldApart() {
        Graph graph = new Graph("g", List.of(new Value("x", Shape.of(1, 4))), List.of(gemm("fc", "x", "a"), gemm("fc", "a", "b"), gemm("", "b", "c"), gemm("fc#2", "c", "d"), gemm("", "d", "e"),
                gemm("fc", "e", "f")), List.of("f"), Map.of());
        assertThat(graph.nodes()).extracting(Node::name).containsExactly("fc", "fc#3", "", "fc#2", "#2", "fc#4");
        assertThat(graph.withNodes(graph.nodes())).isEqualTo(graph);
        assertThat(Planner.plan(graph, Machine.AVX2, 1, false).decisions()).hasSize(6);
    }

    /** Whoever lowers a mean takes each axis for another one. */
    @Test
    void axesOfAMeanAscend() {
        for (List<Integer> bad : List.of(List.of(2, 2), List.of(3, 2), List.of(-1), List.of(4)))
            assertThatThrownBy(() -> mean(bad)).as("%s", bad).isInstanceOf(Invalid.class).hasMessageContaining("node m").hasMessageContaining("ax");
        assertThat(mean(List.of(0, 2, 3)).shape("y")).isEqualTo(Shape.of(1, 2, 1, 1));
        assertThat(mean(List.of()).shape("y")).isEqualTo(Shape.of(1, 2, 3, 4));
    }

    @Test
    void variancesAreNotNegative() {
        assertThat(normalized(1, 0).shape("y")).isEqualTo(Shape.of(1, 2));
        for (float bad : new float[] {-1, -1e-3f, Float.NaN})
            assertThatThrownBy(() -> normalized(1, bad)).isInstanceOf(Invalid.class).hasMessageContaining("node n").hasMessageContaining("channel 1").hasMessageContaining("variance " + bad);
    }

    private static Graph normalized(float... variance) {
        Op op = new Op.BatchNormalization(Tensor.zeros(2), Tensor.zeros(2), Tensor.zeros(2), Tensor.of(variance, 2), 1e-3f);
        return new Graph("g", List.of(new Value("x", Shape.of(1, 2))), List.of(new Node("n", op, List.of("x"), "y")), List.of("y"), Map.of());
    }

    private static Graph mean(List<Integer> axes) {
        return new Graph("g", List.of(new Value("x", Shape.of(1, 2, 3, 4))), List.of(new Node("m", new Op.ReduceMean(axes, true), List.of("x"), "y")), List.of("y"), Map.of());
    }

    private static Node gemm(String name, String x, String y) { return new Node(name, new Op.Gemm(Tensor.of(new float[16], 4, 4), Tensor.zeros(4), Activation.NONE), List.of(x), y); }
}
