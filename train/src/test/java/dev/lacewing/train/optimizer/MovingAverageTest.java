package dev.lacewing.train.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lacewing.graph.Activation;
import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import dev.lacewing.graph.Value;
import dev.lacewing.tensor.Shape;
import dev.lacewing.tensor.Tensor;
import dev.lacewing.train.parameter.Parameters;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MovingAverageTest {
    @Test
    void followsSlowlyAndChangesPlaces() {
        Graph graph = new Graph("g", List.of(new Value("x", Shape.of(1, 1))), List.of(new Node("fc", new Op.Gemm(Tensor.of(new float[] {1}, 1, 1), Tensor.zeros(1),
                Activation.NONE), List.of("x"), "y")), List.of("y"), Map.of());
        Parameters parameters = Parameters.of(graph);
        float[] weight = parameters.get("fc/weight").values();
        MovingAverage average = new MovingAverage(parameters, 0.5);
        weight[0] = 3;
        average.update(1_000);   // decay 0.5
        assertThat(average.averages().getFirst()[0]).isCloseTo(2, within(1e-6f));
        average.update(0);       // decay 1 / 10
        assertThat(average.averages().getFirst()[0]).isCloseTo(2.9f, within(1e-6f));
        average.exchange();
        assertThat(weight[0]).isCloseTo(2.9f, within(1e-6f));
        average.exchange();
        assertThat(weight[0]).isEqualTo(3);
    }
}
