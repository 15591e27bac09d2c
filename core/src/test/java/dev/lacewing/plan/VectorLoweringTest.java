package dev.lacewing.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacewing.graph.Graph;
import dev.lacewing.program.Machine;
import dev.lacewing.rewrite.Rebatch;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What fully connected layers are predicted to take. What they compute, the suite checks. */
class VectorLoweringTest {
    @ParameterizedTest
    @ValueSource(doubles = {0, 0.9})
    void sixteenVectorsTakeLongerThanOne(double zeros) {
        Sketch s = new Sketch(1, 60, 1, 1);
        s.pointwise("a", "x", 60, 64, zeros, 4);
        Graph one = s.graph("a");
        assertThat(predicted(Rebatch.apply(one, 16))).isBetween(4 * predicted(one), 16.5 * predicted(one));
    }

    private static double predicted(Graph graph) { return Planner.plan(graph, Machine.AVX2, 1, false).layers().getFirst().predictedMs(); }
}
