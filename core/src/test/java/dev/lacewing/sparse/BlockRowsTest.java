package dev.lacewing.sparse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.tensor.Tensor;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BlockRowsTest {
    private static final float[] SMALL = {
        0, 1, 0, 2,
        0, 3, 0, 0,
        4, 0, 0, -0f};

    @Test
    void rowsInRunsOfTwo() {
        BlockRows m = BlockRows.of(SMALL, 3, 4, 2);
        assertThat(m.starts()).containsExactly(0, 2, 3);
        assertThat(m.columnIndices()).containsExactly(1, 3, 0);
        assertThat(m.values()).containsExactly(1, 3, 2, 0, 4, 0);
        assertThat(m.blockRows()).isEqualTo(2);
        assertThat(m.blocks()).isEqualTo(3);
        assertThat(m.blocks(0)).isEqualTo(2);
        assertThat(m.storedWeights()).isEqualTo(6);
        assertThat(m.nonzeros()).isEqualTo(4);
        assertThat(m.fill()).isEqualTo(4 / 6.0);
    }

    @Test
    void rowsOneByOneAreFull() {
        BlockRows m = BlockRows.of(SMALL, 3, 4, 1);
        assertThat(m.starts()).containsExactly(0, 2, 3, 4);
        assertThat(m.columnIndices()).containsExactly(1, 3, 1, 0);
        assertThat(m.fill()).isEqualTo(1);
    }

    @Test
    void emptyMatrix() {
        BlockRows m = BlockRows.of(new float[15], 5, 3, 4);
        assertThat(m.starts()).containsExactly(0, 0, 0);
        assertThat(m.blocks()).isZero();
        assertThat(m.fill()).isEqualTo(1);
        assertThat(m.toDense()).containsOnly(0).hasSize(15);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 8, 16, 40})
    void storesEveryWeightOnce(int n) {
        Random random = new Random(n);
        for (int round = 0; round < 50; round++) {
            int rows = 1 + random.nextInt(33), columns = 1 + random.nextInt(20);
            double density = random.nextInt(5) / 4.0;
            float[] weights = new float[rows * columns];
            for (int i = 0; i < weights.length; i++) weights[i] = random.nextDouble() < density ? (float) random.nextGaussian() : 0;
            BlockRows m = BlockRows.of(Tensor.of(weights, rows, columns, 1, 1), n);
            assertThat(m.toDense()).isEqualTo(weights);
            assertThat(m.nonzeros()).isEqualTo(Tensor.of(weights, rows * columns).nonzeros());
            for (int block = 0; block < m.blocks(); block++) {
                boolean used = false;
                for (int i = 0; i < n; i++) used |= m.values()[block * n + i] != 0;
                assertThat(used).isTrue();
            }
        }
    }

    @Test
    void columnsOfATensorAreAllAxesButTheFirst() {
        assertThat(BlockRows.of(Tensor.zeros(4, 3, 2, 5), 2).columns()).isEqualTo(30);
    }

    @Test
    void arraysThatDoNotFitAreRefused() {
        float[] two = {1, 2};
        refused(() -> new BlockRows(2, 3, 1, new int[] {0, 1}, new int[] {0, 1}, two));
        refused(() -> new BlockRows(2, 3, 1, new int[] {0, 3, 2}, new int[] {0, 1}, two));
        refused(() -> new BlockRows(2, 3, 1, new int[] {0, 2, 1}, new int[] {0}, new float[] {1}));
        refused(() -> new BlockRows(2, 3, 1, new int[] {0, 1, 2}, new int[] {0, 3}, two));
        refused(() -> new BlockRows(2, 3, 1, new int[] {0, 2, 2}, new int[] {1, 1}, two));
        refused(() -> new BlockRows(2, 3, 1, new int[] {0, 1, 2}, new int[] {-1, 1}, two));
        refused(() -> new BlockRows(2, 3, 2, new int[] {0, 2}, new int[] {0, 1}, two));
        refused(() -> BlockRows.of(two, 2, 2, 1));
        refused(() -> BlockRows.of(two, 1, 2, 0));
    }

    private static void refused(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) { assertThatThrownBy(call).isInstanceOf(Invalid.class); }
}
