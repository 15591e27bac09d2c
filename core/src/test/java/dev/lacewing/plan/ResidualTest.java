package dev.lacewing.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Window;
import dev.lacewing.program.Machine;
import org.junit.jupiter.api.Test;

/** Which additions the stores of convolutions take. What they compute, the suite's shortcuts and the memory tests check. */
class ResidualTest {
    private static LayerReport layer(Plan plan, String name) { return plan.layers().stream().filter(l -> l.name().equals(name)).findFirst().orElseThrow(); }

    private static Plan plan(Graph graph) { return Planner.plan(graph, Machine.AVX512, 1, false); }

    @Test
    void theLaterConvolutionAddsAndItsOwnValueTakesNoMemory() {
        Sketch s = new Sketch(1, 8, 6, 6);
        s.pointwise("a", "x", 8, 8, 0, 1);
        s.pointwise("b", "x", 8, 8, 0, 1);
        s.add("sum", "b", "a");
        Plan plan = plan(s.graph("sum"));
        assertThat(layer(plan, "sum").reason()).isEqualTo("added in the store of b");
        assertThat(layer(plan, "sum").predictedMs()).isZero();
        assertThat(plan.values()).containsOnlyKeys("x", "a", "sum");
        assertThat(plan.buffers()).extracting(Plan.Buffer::name).doesNotContain("b");
        assertThat(plan.steps()).hasSize(2);
        assertThat(plan.toString()).contains("gemm4x1-add");
    }

    @Test
    void aStridedConvolutionAdds() {
        Sketch s = new Sketch(1, 4, 9, 9);
        s.conv("a", "x", 4, 6, Window.square(1, 2, 0), 1);
        s.conv("b", "x", 4, 6, Window.square(3, 2, 1), 1);
        s.add("sum", "a", "b");
        assertThat(layer(plan(s.graph("sum")), "sum").kernel()).isEqualTo("none");
    }

    @Test
    void whatIsReadElsewhereIsAddedInAPass() {
        Sketch s = new Sketch(1, 8, 6, 6);
        s.pointwise("a", "x", 8, 8, 0, 1);
        s.add("sum", "x", "a");
        s.add("twice", "sum", "a");
        assertThat(plan(s.graph("twice")).layers()).extracting(LayerReport::kernel).containsExactly("gemm4x4", "elementwise", "elementwise");
        assertThat(plan(s.graph("sum", "a")).layers()).extracting(LayerReport::kernel).contains("elementwise");
    }

    @Test
    void anAdditionToItselfOrToALaterValueIsAPass() {
        Sketch s = new Sketch(1, 8, 6, 6);
        s.pointwise("a", "x", 8, 8, 0, 1);
        s.add("doubled", "a", "a");
        s.pointwise("b", "doubled", 8, 8, 0, 1);
        s.conv("c", "doubled", 8, 8, Window.square(3, 1, 1), 8);
        s.add("sum", "b", "c");
        Plan plan = plan(s.graph("sum"));
        assertThat(layer(plan, "doubled").kernel()).isEqualTo("elementwise");
        assertThat(layer(plan, "sum").kernel()).isEqualTo("elementwise");
    }
}
