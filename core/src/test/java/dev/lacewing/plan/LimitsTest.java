package dev.lacewing.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.graph.Activation;
import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import dev.lacewing.graph.Value;
import dev.lacewing.graph.Window;
import dev.lacewing.program.Machine;
import dev.lacewing.tensor.Shape;
import dev.lacewing.tensor.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Small files may ask for a lot: that is planned in time, or refused. */
@Timeout(20)
class LimitsTest {
    @Test
    void windowsThatSplitAnImageIntoManyPhases() {
        Op pool = new Op.Pool(Op.PoolKind.MAX, new Window(1, 4096, 1, 4096, 1, 1, 0, 0, 0, 0), false, false);
        assertThat(plan(pool, 1, 1, 1, 3 * 4096).layers().getFirst().output()).isEqualTo(Shape.of(1, 1, 1, 3));
        Op large = new Op.Pool(Op.PoolKind.MAX, new Window(1, 1 << 20, 1, 1 << 20, 1, 1, 0, 0, 0, 0), false, false);
        assertThatThrownBy(() -> plan(large, 1, 1, 1, 1 << 20)).isInstanceOf(Invalid.class).hasMessageContaining("phases");
        assertThatThrownBy(() -> new Window(1 << 13, 1 << 12, 1, 1, 1, 1, 1 << 12, 1 << 12, 1 << 12, 1 << 12)).isInstanceOf(Invalid.class).hasMessageContaining("more than");
    }

    /** Sums take the memory of a piece, not that of all means times the lanes. */
    @Test
    void manyMeansOfAFewValues() {
        Plan plan = plan(new Op.ReduceMean(List.of(1), false), 1 << 27, 1);
        assertThat(plan.buffers()).filteredOn(buffer -> buffer.name().endsWith("sums")).singleElement().satisfies(sums -> assertThat(sums.floats()).isLessThan(1 << 18));
        assertThat(plan.layers().getFirst().output()).isEqualTo(Shape.of(1 << 27));
    }

    @Test
    void constantsThatMultiply() {
        Op column = new Op.Constant(Tensor.zeros(46_000, 1)), row = new Op.Constant(Tensor.zeros(1, 46_000));
        Graph graph = new Graph("g", List.of(), List.of(new Node("a", column, List.of(), "a"), new Node("b", row, List.of(), "b"),
                new Node("c", new Op.Binary(Op.Arithmetic.ADD, Activation.NONE), List.of("a", "b"), "y")), List.of("y"), Map.of());
        assertThatThrownBy(() -> Planner.plan(graph, Machine.SCALAR, 1, false)).isInstanceOf(Invalid.class).hasMessageContaining("larger than Lacewing can address");
    }

    /** 16 rows of 2^28 weights, whose number fits an int only by accident. */
    @Test
    void moreWordsThanAnArrayHolds() { assertThatThrownBy(() -> new Words().reserve(16 * (1L + (1 << 28)))).isInstanceOf(Invalid.class).hasMessageContaining("2 GB"); }

    private static Plan plan(Op op, int... shape) {
        Graph graph = new Graph("g", List.of(new Value("x", Shape.of(shape))), List.of(new Node("n", op, List.of("x"), "y")), List.of("y"), Map.of());
        return Planner.plan(graph, Machine.AVX512.baking(), 2, false);
    }
}
