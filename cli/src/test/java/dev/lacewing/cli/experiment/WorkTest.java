package dev.lacewing.cli.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacewing.graph.Activation;
import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import dev.lacewing.graph.Value;
import dev.lacewing.graph.Window;
import dev.lacewing.tensor.Shape;
import dev.lacewing.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WorkTest {
    /** Two 1x1 layers of two weights: the first, with 16 pixels, keeps both; the second, with 4, keeps one. */
    @Test
    void aWeightCountsForItsPixels() {
        Op.Conv early = new Op.Conv(Tensor.of(new float[] {1, 2}, 2, 1, 1, 1), Tensor.zeros(2), Window.square(1, 1, 0), 1, Activation.NONE);
        Op.Conv late = new Op.Conv(Tensor.of(new float[] {3, 0}, 1, 2, 1, 1), Tensor.zeros(1), Window.square(1, 2, 0), 1, Activation.NONE);
        Graph graph = new Graph("g", List.of(new Value("x", Shape.of(1, 1, 4, 4))), List.of(new Node("early", early, List.of("x"), "m"), new Node("late", late, List.of("m"), "y")), List.of("y"), Map.of());
        assertThat(Work.left(graph, Set.of("early", "late"))).isEqualTo((32 + 4) / 40.0);
        assertThat(Work.left(graph, Set.of("late"))).isEqualTo(0.5);
        assertThat(Work.left(graph, Set.of())).isNaN();
    }

    @Test
    void squeezeAndExcitationHasTwoMatrices() {
        Op.SqueezeExcite op = new Op.SqueezeExcite(Tensor.of(new float[] {1, 0, 0, 0}, 1, 4), Tensor.zeros(1), Activation.RELU, Tensor.of(new float[] {1, 2, 3, 0}, 4, 1), Tensor.zeros(4), new Activation.Sigmoid());
        Graph graph = new Graph("g", List.of(new Value("x", Shape.of(1, 4, 2, 2))), List.of(new Node("se", op, List.of("x"), "y")), List.of("y"), Map.of());
        assertThat(Work.left(graph, Set.of("se"))).isEqualTo(0.5);
    }
}
