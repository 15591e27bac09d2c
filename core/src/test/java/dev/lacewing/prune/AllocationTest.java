package dev.lacewing.prune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.tensor.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AllocationTest {
    private static final List<Shape> SHAPES = List.of(Shape.of(32, 1, 3, 3), Shape.of(64, 32, 3, 3), Shape.of(128, 64, 3, 3), Shape.of(10, 128));

    private static double nonzeros(double[] sparsities) {
        double sum = 0;
        for (int i = 0; i < sparsities.length; i++) sum += (1 - sparsities[i]) * SHAPES.get(i).size();
        return sum;
    }

    private static double total() { return SHAPES.stream().mapToInt(Shape::size).sum(); }

    @Test
    void erkOfAnExampleWorkedOutBeforehand() {
        assertThat(Allocation.ERK.sparsities(SHAPES, 0.9, new boolean[4])).containsExactly(new double[] {0, 1 - 0.1440, 1 - 0.0699, 0}, within(5e-5));
    }

    @ParameterizedTest
    @EnumSource(names = {"ER", "ERK"})
    void theWholeIsHeld(Allocation allocation) {
        for (double sparsity : new double[] {0, 0.3, 0.8, 0.95}) {
            assertThat(nonzeros(allocation.sparsities(SHAPES, sparsity, new boolean[4]))).isCloseTo((1 - sparsity) * total(), within(1e-6));
            double[] first = allocation.sparsities(SHAPES, sparsity, new boolean[] {true, false, false, false});
            assertThat(first[0]).isZero();
            assertThat(nonzeros(first)).isCloseTo((1 - sparsity) * total(), within(1e-6));
        }
    }

    @Test
    void erLooksAtChannelsAlone() {
        double[] shares = Allocation.ER.sparsities(List.of(Shape.of(100, 200, 3, 3), Shape.of(300, 100)), 0.9, new boolean[2]);
        assertThat((1 - shares[0]) / (1 - shares[1])).isCloseTo(300.0 / 20000 / (400.0 / 30000), within(1e-9));
    }

    @Test
    void uniformIsTheSameExactlyExceptWhereDense() {
        assertThat(Allocation.UNIFORM.sparsities(SHAPES, 0.95, new boolean[] {true, false, false, false})).containsExactly(0, 0.95, 0.95, 0.95);
    }

    @Test
    void denseLayersMayBeTooMuch() {
        assertThatThrownBy(() -> Allocation.ERK.sparsities(SHAPES, 0.9, new boolean[] {false, false, true, false})).isInstanceOf(Invalid.class).hasMessageContaining("dense");
    }
}
