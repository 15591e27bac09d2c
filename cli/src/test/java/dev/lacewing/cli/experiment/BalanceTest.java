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

class BalanceTest {
    /** Eight output channels of two input channels, in blocks of two: the rows keep 2, 1, 0 and 1 blocks. */
    private static final float[] WEIGHTS = {1, 0, 0, 1, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0, 2};

    private static Op.Conv conv() { return new Op.Conv(Tensor.of(WEIGHTS, 8, 2, 1, 1), Tensor.zeros(8), Window.square(1, 1, 0), 1, Activation.NONE); }

    @Test
    void blocksOfARowThatAreNotAllZeroAreCounted() { assertThat(Balance.kept(conv(), 2)).containsExactly(2, 1, 0, 1); }

    @Test
    void kernelPositionsHaveBlocksOfTheirOwn() {
        Op.Conv wide = new Op.Conv(Tensor.of(WEIGHTS, 4, 1, 2, 2), Tensor.zeros(4), Window.square(2, 1, 0), 1, Activation.NONE);
        assertThat(Balance.kept(wide, 2)).containsExactly(3, 1);
    }

    @Test
    void balanceIsTheFullerHalfOverTheMean() {
        Graph graph = new Graph("g", List.of(new Value("x", Shape.of(1, 2, 4, 4))), List.of(new Node("c", conv(), List.of("x"), "y")), List.of("y"), Map.of());
        assertThat(Balance.of(graph, Set.of("c"), 2)).isEqualTo(1.5);   // 3 and 1: 3 / 2
        assertThat(Balance.of(graph, Set.of("c"), 0)).isNaN();
    }
}
