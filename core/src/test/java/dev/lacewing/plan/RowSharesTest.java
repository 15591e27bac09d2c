package dev.lacewing.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RowSharesTest {
    @Test
    void workIsAsEqualAsWholeRowsAllow() {
        assertThat(RowShares.of(new double[] {1, 1, 1, 1}, 2)).isEqualTo(new RowShares(List.of(0, 2, 4), 1));
        assertThat(RowShares.of(new double[] {3, 1, 1, 1}, 2)).isEqualTo(new RowShares(List.of(0, 1, 4), 1));
        assertThat(RowShares.of(new double[] {1, 1}, 4)).isEqualTo(new RowShares(List.of(0, 0, 1, 1, 2), 2));
        assertThat(RowShares.of(new double[0], 3)).isEqualTo(new RowShares(List.of(0, 0, 0, 0), 1));
        assertThat(RowShares.of(new double[] {0, 0}, 2).unequal()).isEqualTo(1);
        assertThat(RowShares.of(new double[] {5, 7}, 1)).isEqualTo(new RowShares(List.of(0, 2), 1));
    }

    /** Against the definition: a share ends before the first row whose middle lies behind the share's part of all work. */
    @Test
    void agreesWithTheDefinition() {
        Random random = new Random(4);
        for (int trial = 0; trial < 200; trial++) {
            int threads = 1 + random.nextInt(9);
            double[] work = random.doubles(random.nextInt(20), 0, 10).toArray();
            RowShares shares = RowShares.of(work, threads);
            double total = Arrays.stream(work).sum(), most = 0;
            for (int t = 0; t < threads; t++) {
                int row = 0;
                while (row < work.length && Arrays.stream(work, 0, row).sum() + work[row] / 2 < total * t / threads) row++;
                assertThat(shares.starts().get(t)).isEqualTo(row);
                most = Math.max(most, Arrays.stream(work, shares.starts().get(t), shares.starts().get(t + 1)).sum());
            }
            assertThat(shares.starts()).hasSize(threads + 1).endsWith(work.length);
            if (total > 0) assertThat(shares.unequal()).isCloseTo(most * threads / total, within(1e-9));
        }
    }

    /** Three equal rows on two threads: one has 4/3 of the mean. */
    @Test
    void pixelsAreSharedOnlyWhereThatIsMoreEqual() {
        RowShares three = RowShares.of(new double[] {1, 1, 1}, 2);
        assertThat(three.arePoorerThanPixels(100)).isTrue();
        assertThat(three.arePoorerThanPixels(2)).isTrue();
        assertThat(three.arePoorerThanPixels(3)).as("two vectors and one are no better").isFalse();
        assertThat(three.arePoorerThanPixels(1)).as("one vector is one thread's").isFalse();
        assertThat(RowShares.of(new double[] {1, 1, 1, 1}, 2).arePoorerThanPixels(100)).isFalse();
        assertThat(RowShares.of(new double[] {1.1, 1}, 2).arePoorerThanPixels(100)).as("nearly equal").isFalse();
        assertThat(RowShares.of(new double[] {1}, 8).arePoorerThanPixels(9)).as("8 against 16/9").isTrue();
    }
}
