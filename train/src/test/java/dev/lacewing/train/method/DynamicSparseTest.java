package dev.lacewing.train.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.prune.Allocation;
import dev.lacewing.train.parameter.Mask;
import dev.lacewing.train.parameter.Parameter;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DynamicSparseTest {
    private static DynamicSparse method(double sparsity, Growth growth) { return new DynamicSparse(sparsity, Allocation.UNIFORM, false, growth, 10, 0.5, 0, 0.75); }

    private static Run run(long seed) { return Toy.run(Toy.convolutions(), 10, 10, seed, "entry", "point", "space", "fc"); }

    /** Over a whole run: the count of the living never changes, the dead are zero without momentum, masks change at topology steps alone, and nothing else changes there. */
    @ParameterizedTest
    @EnumSource(names = "HEBBIAN", mode = EnumSource.Mode.EXCLUDE)
    void invariants(Growth growth) {
        Run run = run(3);
        DynamicSparse method = method(0.8, growth);
        method.begin(run);
        int changes = 0, expected = 0;
        for (int s = 0; s < 100; s++) {
            List<boolean[]> masks = run.sparse().stream().map(p -> p.mask().live().clone()).toList();
            List<float[]> values = run.parameters().all().stream().map(p -> p.values().clone()).toList();
            boolean topology = growth != Growth.NONE && s <= 75 && s % 10 == 0;
            assertThat(Toy.step(method, run, s)).as("whether the optimizer steps in %d", s).isEqualTo(!topology);
            for (int l = 0; l < masks.size(); l++) {
                Parameter p = run.sparse().get(l);
                boolean[] live = p.mask().live(), before = masks.get(l);
                assertThat(Toy.living(p)).isEqualTo(p.size() - (int) (0.8 * p.size()));
                if (topology && (int) (0.25 * (1 + Math.cos(Math.PI * s / 75)) * Toy.living(p)) > 0) expected++;
                if (!topology) assertThat(live).isEqualTo(before);
                else if (!Arrays.equals(live, before)) changes++;
                for (int i = 0; i < live.length; i++) {
                    if (live[i] && before[i]) continue;
                    assertThat(p.values()[i]).isZero();
                    if (topology) assertThat(p.slots(1).getFirst()[i]).isZero();
                }
            }
            if (topology) for (int l = 0; l < values.size(); l++) {
                Parameter p = run.parameters().all().get(l);
                Mask mask = p.mask();
                for (int i = 0; i < p.size(); i++) if (mask == null || mask.live()[i]) assertThat(p.values()[i] == values.get(l)[i] || p.values()[i] == 0).isTrue();
            }
        }
        assertThat(changes).isEqualTo(expected).isEqualTo(growth == Growth.NONE ? 0 : 28);
    }

    /** Ten weights; 1 2 3 4 live at 0, 3, 5, 9. Half of four are dropped: those of values 1 and 2. */
    private static Run small(float... gradient) {
        Run run = Toy.run(Toy.chain(10, 1), 1, 100, 1, "fc1");
        Parameter p = run.sparse().getFirst();
        boolean[] live = new boolean[10];
        int[] at = {0, 3, 5, 9};
        for (int k = 0; k < 4; k++) {
            live[at[k]] = true;
            p.values()[at[k]] = (k + 1) * (k % 2 == 0 ? 1 : -1);
        }
        p.mask(new Mask(Mask.Kind.HARD, live));
        p.applyMask();
        Arrays.fill(p.slots(1).getFirst(), 5);
        System.arraycopy(gradient, 0, p.gradient(), 0, gradient.length);
        return run;
    }

    @Test
    void theLargestGradientsGrow() {
        Run run = small(0, 1, -9, 100, 8, 100, 3, 0, 0, 100);
        Parameter p = run.sparse().getFirst();
        p.gradient()[3] = 0;
        assertThat(method(0.6, Growth.GRADIENT).afterBackward(run, new Step(0, 0, 1, Map.of()))).isFalse();
        assertThat(p.mask().live()).containsExactly(false, false, true, false, true, true, false, false, false, true);
        assertThat(p.values()).containsExactly(0, 0, 0, 0, 0, 3, 0, 0, 0, -4);
        assertThat(p.slots(1).getFirst()).containsExactly(0, 5, 0, 0, 0, 5, 5, 5, 5, 5);
    }

    /** The second of the living, just dropped, has the largest gradient: it comes back with its value and its momentum. */
    @Test
    void whatWasJustDroppedMayGrowAgainAndKeepsItsValue() {
        Run run = small(0, 1, -9, 100, 8, 100, 3, 0, 0, 100);
        Parameter p = run.sparse().getFirst();
        method(0.6, Growth.GRADIENT).afterBackward(run, new Step(0, 0, 1, Map.of()));
        assertThat(p.mask().live()).containsExactly(false, false, true, true, false, true, false, false, false, true);
        assertThat(p.values()).containsExactly(0, 0, 0, -2, 0, 3, 0, 0, 0, -4);
        assertThat(p.slots(1).getFirst()).containsExactly(0, 5, 0, 5, 5, 5, 5, 5, 5, 5);
    }

    /** Two of eight grow, all with equal chances: chi-square of 7 degrees, .001 quantile 24.3 (less for draws without replacement). */
    @Test
    void randomGrowthIsEven() {
        int[] counts = new int[10];
        for (int seed = 0; seed < 8000; seed++) {
            Run base = small(new float[10]), run = new Run(base.graph(), base.parameters(), base.sparse(), 1, 100, seed);
            method(0.6, Growth.RANDOM).afterBackward(run, new Step(0, 0, 1, Map.of()));
            for (int i = 0; i < 10; i++) if (run.sparse().getFirst().mask().live()[i]) counts[i]++;
        }
        assertThat(counts[5]).isEqualTo(8000);
        assertThat(counts[9]).isEqualTo(8000);
        double square = IntStream.range(0, 10).filter(i -> i != 5 && i != 9).mapToDouble(i -> Math.pow(counts[i] - 2000, 2) / 2000).sum();
        assertThat(square).as(Arrays.toString(counts)).isBetween(0.5, 24.3);
    }

    @Test
    void theShareDroppedFallsByACosine() {
        Rewiring rewiring = new Rewiring(10, 0.3, 0, 75);
        assertThat(rewiring.dropped(0)).isEqualTo(0.3);
        assertThat(new Rewiring(10, 0.3, 0, 80).dropped(40)).isCloseTo(0.15, within(1e-12));
        assertThat(rewiring.dropped(75)).isCloseTo(0, within(1e-12));
        assertThat(IntStream.range(0, 100).filter(rewiring::isAt).toArray()).containsExactly(0, 10, 20, 30, 40, 50, 60, 70);
        assertThat(IntStream.range(0, 100).filter(new Rewiring(20, 0.3, 15, 55)::isAt).toArray()).containsExactly(15, 35, 55);
        assertThat(List.of(rewiring.until(0), rewiring.until(1), rewiring.until(69), rewiring.until(70), rewiring.until(71))).containsExactly(0L, 9L, 1L, 0L, Long.MAX_VALUE);
        assertThat(new Rewiring(20, 0.3, 15, 55).until(3)).isEqualTo(12);
    }

    @Test
    void zerosAreFlooredAndPlacedEvenly() {
        int[] counts = new int[10 * 8];
        for (int seed = 0; seed < 4000; seed++) {
            Run run = Toy.run(Toy.convolutions(), 1, 1, seed, "fc");
            method(0.99, Growth.NONE).begin(run);
            assertThat(Toy.living(run.sparse().getFirst())).isEqualTo(80 - 79);
            for (int i = 0; i < 80; i++) if (run.sparse().getFirst().mask().live()[i]) counts[i]++;
        }
        double square = Arrays.stream(counts).mapToDouble(c -> (c - 50) * (c - 50) / 50.0).sum();
        assertThat(square).as("chi-square, 79 degrees, .001 quantiles").isBetween(46.0, 124.8);
    }

    @Test
    void allocationsAndTheFirstLayer() {
        Run run = run(1);
        new DynamicSparse(0.9, Allocation.UNIFORM, true, Growth.NONE, 10, 0.3, 0, 0.75).begin(run);
        assertThat(run.sparse().getFirst().mask()).isNull();
        assertThat(Toy.living(run.sparse().get(2))).isEqualTo(8 * 16 * 9 - 1036);
        Run without = Toy.run(Toy.convolutions(), 1, 1, 1, "point", "space");
        new DynamicSparse(0.9, Allocation.UNIFORM, true, Growth.NONE, 10, 0.3, 0, 0.75).begin(without);
        assertThat(without.sparse().getFirst().mask()).as("the network's first weight is not in scope").isNotNull();
        Run erk = run(1);
        DynamicSparse.DEFAULT.begin(erk);
        int living = erk.sparse().stream().mapToInt(p -> p.mask() == null ? p.size() : Toy.living(p)).sum(), all = erk.sparse().stream().mapToInt(Parameter::size).sum();
        assertThat((double) living).isBetween(0.1 * all, 0.1 * all + 4);
    }

    @Test
    void whatItRefuses() {
        assertThatThrownBy(() -> method(0.5, Growth.HEBBIAN)).isInstanceOf(Invalid.class).hasMessageContaining("GroupToGroup");
        assertThatThrownBy(() -> method(-0.5, Growth.RANDOM)).isInstanceOf(Invalid.class);
    }
}
