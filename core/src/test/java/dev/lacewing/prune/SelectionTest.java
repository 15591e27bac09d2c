package dev.lacewing.prune;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SelectionTest {
    @Test
    void agreesWithAStableSort() {
        Random random = new Random(1);
        for (int trial = 0; trial < 3000; trial++) {
            int n = random.nextInt(60), distinct = 1 + random.nextInt(40);
            double[] scores = new double[n + 5];
            for (int i = 0; i < scores.length; i++) scores[i] = random.nextInt(20) == 0 ? Double.NaN : random.nextInt(distinct) - distinct / 2;
            int[] members = IntStream.range(0, n).map(i -> i + 3).toArray();
            int count = random.nextInt(n + 1);
            boolean[] chosen = new boolean[scores.length], expected = new boolean[scores.length];
            Selection.smallest(scores, members, count, chosen);
            Arrays.stream(members).boxed().sorted(Comparator.comparingDouble(m -> scores[m])).limit(count).forEach(m -> expected[m] = true);
            assertThat(chosen).as("trial %d", trial).isEqualTo(expected);
        }
    }

    @Test
    void orderedAndEqualKeysTakeLinearTime() {
        int n = 1 << 20;
        int[] all = IntStream.range(0, n).toArray();
        for (double slope : new double[] {1, -1, 0}) {
            double[] scores = Arrays.stream(all).mapToDouble(i -> slope * i).toArray();
            boolean[] chosen = new boolean[n];
            Selection.smallest(scores, all, n / 3, chosen);
            assertThat(IntStream.range(0, n).filter(i -> chosen[i]).count()).isEqualTo(n / 3);
            assertThat(chosen[slope < 0 ? n - 1 : 0]).isTrue();
        }
    }

    @Test
    void sizesAddUpToTheBudgetAtMost() {
        double[] scores = {5, 1, 3, 3, 3, 9};
        int[] all = {0, 1, 2, 3, 4, 5}, sizes = {1, 4, 6, 2, 2, 1};
        boolean[] chosen = new boolean[6];
        Selection.within(scores, all, sizes, 9, chosen);
        assertThat(chosen).containsExactly(false, true, false, true, true, false);
        Arrays.fill(chosen, false);
        Selection.within(scores, all, sizes, 15, chosen);
        assertThat(chosen).containsExactly(true, true, true, true, true, false);
        Arrays.fill(chosen, false);
        Selection.within(scores, all, sizes, 100, chosen);
        assertThat(chosen).containsOnly(true);
    }
}
