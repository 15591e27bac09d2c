package dev.lacewing.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import dev.lacewing.graph.Value;
import dev.lacewing.graph.Window;
import dev.lacewing.program.Machine;
import dev.lacewing.tensor.Shape;
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

    private static Plan plan(Op op, int... shape) {
        Graph graph = new Graph("g", List.of(new Value("x", Shape.of(shape))), List.of(new Node("n", op, List.of("x"), "y")), List.of("y"), Map.of());
        return Planner.plan(graph, Machine.AVX512.baking(), 2, false);
    }
}
