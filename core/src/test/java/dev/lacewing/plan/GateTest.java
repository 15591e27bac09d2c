package dev.lacewing.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Window;
import dev.lacewing.program.Machine;
import dev.lacewing.rewrite.Rebatch;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Where squeeze-and-excitation takes its sums from and where its factors go. What is computed, the memory tests and the suite check. */
class GateTest {
    private static List<String> steps(Graph graph) { return Planner.plan(graph, Machine.AVX512, 1, false).steps().stream().map(Plan.Step::what).toList(); }

    private static Sketch depthwise(int channels, int size) {
        Sketch s = new Sketch(1, channels, size, size);
        s.conv("a", "x", channels, channels, Window.square(3, 1, 1), channels);
        s.squeezeExcite("b", "a", channels, 2);
        return s;
    }

    @Test
    void largePlanesLeaveTheFactorsToTheWeights() {
        Sketch s = depthwise(8, 40);
        s.pointwise("c", "b", 8, 6, 0.5, 1);
        Graph graph = s.graph("c");
        assertThat(steps(graph)).containsExactly("depthwise", "squeeze and excite", "scale weights", "pointwise");
        assertThat(Planner.plan(graph, Machine.AVX512, 1, false).values()).containsOnlyKeys("x", "a", "c");
    }

    @Test
    void manyWeightsOrSeveralImagesHaveThePlanesMultipliedWhereTheyStand() {
        Sketch many = depthwise(32, 4), images = depthwise(8, 40);
        many.pointwise("c", "b", 32, 64, 0, 1);
        images.pointwise("c", "b", 8, 6, 0.5, 1);
        for (Graph graph : List.of(many.graph("c"), Rebatch.apply(images.graph("c"), 2))) {
            assertThat(steps(graph)).containsExactly("depthwise", "squeeze and excite", "scale", "pointwise");
            assertThat(Planner.plan(graph, Machine.AVX512, 1, false).values()).containsOnlyKeys("x", "a", "c");
        }
    }

    @Test
    void whatOthersReadStaysAsItIs() {
        Sketch s = depthwise(8, 40);
        s.pointwise("c", "b", 8, 8, 0.5, 1);
        assertThat(steps(s.graph("c", "a"))).contains("scale");
        assertThat(Planner.plan(s.graph("c", "a"), Machine.AVX512, 1, false).values()).containsKeys("a", "b");
        assertThat(Planner.plan(s.graph("c", "b"), Machine.AVX512, 1, false).values()).containsKeys("a", "b");
    }

    @Test
    void otherLayersKeepNoSums() {
        Sketch s = new Sketch(1, 8, 10, 10);
        s.pointwise("a", "x", 8, 8, 0, 1);
        s.squeezeExcite("b", "a", 8, 2);
        s.pointwise("c", "b", 8, 8, 0, 1);
        assertThat(steps(s.graph("c"))).startsWith("pointwise", "mean", "squeeze and excite");
    }

    @Test
    void oneThreadDoesAloneWhatIsLittleForAllImages() {
        Sketch s = new Sketch(1, 160, 4, 4);
        s.squeezeExcite("b", "x", 160, 80);
        assertThat(steps(s.graph("b"))).contains("squeeze and excite");
        assertThat(steps(Rebatch.apply(s.graph("b"), 3))).doesNotContain("squeeze and excite").contains("squeeze");
    }
}
