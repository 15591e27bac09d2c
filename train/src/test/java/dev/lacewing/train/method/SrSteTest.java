package dev.lacewing.train.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.prune.Blocks;
import dev.lacewing.prune.Scores;
import dev.lacewing.prune.Selection;
import dev.lacewing.sparse.Pattern;
import dev.lacewing.train.parameter.Parameter;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SrSteTest {
    private static Step step(long number) { return new Step(number, 0, Toy.BATCH, Map.of()); }

    /** The same mask as that of the blocks and the selection of one-shot pruning, also where a run is cut short. */
    @ParameterizedTest
    @ValueSource(strings = {"2:4", "1:4", "1:8", "2:3", "5:7", "3:4", "1:16"})
    void masksFollowTheMagnitudes(String pattern) {
        Run run = Toy.run(Toy.convolutions(), 2, 5, 1, "entry", "point", "space", "fc");
        SrSte method = new SrSte(Pattern.parse(pattern), 0.01);
        method.begin(run);
        for (int s = 0; s < 10; s++) {
            Toy.train(method, run, s, s + 1);
            method.beforeEvaluation(run);
            for (Parameter p : run.sparse()) {
                Blocks blocks = Blocks.of(method.pattern(), p.shape(), 1, false);
                boolean[] dead = new boolean[p.size()], live = p.mask().live();
                double[] scores = Scores.l1(p.values(), blocks);
                for (int[] pool : blocks.byPool()) Selection.smallest(scores, pool, blocks.dropped(pool.length, ((Pattern.NofM) method.pattern()).sparsity()), dead);
                for (int i = 0; i < live.length; i++) assertThat(live[i]).isEqualTo(!dead[i]);
            }
        }
    }

    /** Groups run along the input channels for each kernel position, not along the memory of the kernel. */
    @Test
    void runsGoAlongTheInputChannels() {
        Run run = Toy.run(Toy.convolutions(), 1, 5, 1, "space");
        Parameter p = run.sparse().getFirst();
        Arrays.fill(p.values(), 1);
        p.values()[5 * 9 + 2] = -7;
        p.values()[7 * 9 + 2] = 8;
        new SrSte(new Pattern.NofM(2, 4), 0).begin(run);
        for (int c = 4; c < 8; c++) assertThat(p.mask().live()[c * 9 + 2]).isEqualTo(c == 5 || c == 7);
        for (int c = 4; c < 8; c++) assertThat(p.mask().live()[c * 9 + 3]).as("of equals the first die").isEqualTo(c >= 6);
    }

    /** 1:2 over four weights. Steps change both positions of one pair, of both, of none; the evaluation sees a change once; the next epoch counts from zero. */
    @Test
    void divergenceOfAKnownSequence() {
        Run run = Toy.run(Toy.chain(4, 1), 2, 4, 1, "fc1");
        Parameter p = run.sparse().getFirst();
        SrSte method = new SrSte(new Pattern.NofM(1, 2), 0);
        set(p, 1, 2, 3, 4);
        method.begin(run);
        method.beforeEpoch(run, 0);
        assertThat(sad(method, run)).isZero();
        float[][] sequence = {{1, 2, 3, 4}, {3, 2, 3, 4}, {1, 2, 9, 4}, {1, 2, 9, 4}};
        int[] expected = {0, 2, 6, 6};
        for (int s = 0; s < 4; s++) {
            set(p, sequence[s]);
            method.beforeForward(run, step(s));
            assertThat(sad(method, run)).isEqualTo(expected[s]);
        }
        set(p, 2, 1, 9, 4);
        method.beforeEvaluation(run);
        method.beforeEvaluation(run);
        assertThat(sad(method, run)).isEqualTo(8);
        assertThat(method.figures(run)).containsOnly(Map.entry("sad", 8.0), Map.entry("sadShare", 8 / 4.0 / 4));
        method.beforeEpoch(run, 1);
        assertThat(sad(method, run)).isZero();
    }

    @Test
    void theGradientPassesAndTheDeadDecay() {
        for (double lambda : new double[] {0, 0.5}) {
            Run run = Toy.run(Toy.chain(4, 1), 2, 4, 1, "fc1");
            Parameter p = run.sparse().getFirst();
            set(p, 1, -2, 3, 4);
            SrSte method = new SrSte(new Pattern.NofM(2, 4), lambda);
            method.begin(run);
            Arrays.fill(p.gradient(), 10);
            assertThat(method.afterBackward(run, step(0))).isTrue();
            assertThat(p.gradient()).containsExactly(10 + (float) lambda, 10 - 2 * (float) lambda, 10, 10);
            assertThat(p.values()).containsExactly(1, -2, 3, 4);
            assertThat(p.read()).containsExactly(0, 0, 3, 4);
        }
    }

    /** With no other gradient the dead shrink by exp(-lambda * lr * steps) and the mask stays as it is. */
    @Test
    void refinementSettlesTheMask() {
        Run run = Toy.run(Toy.chain(8, 4), 1, 100, 1, "fc1");
        Parameter p = run.sparse().getFirst();
        SrSte method = new SrSte(new Pattern.NofM(2, 4), 0.2);
        method.begin(run);
        float[] before = p.values().clone();
        for (int s = 0; s < 100; s++) {
            method.beforeForward(run, step(s));
            Arrays.fill(p.gradient(), 0);
            method.afterBackward(run, step(s));
            for (int i = 0; i < p.size(); i++) p.values()[i] -= 0.1f * p.gradient()[i];
        }
        for (int i = 0; i < p.size(); i++)
            assertThat(p.values()[i] / before[i]).isCloseTo(p.mask().live()[i] ? 1 : (float) Math.pow(1 - 0.02, 100), within(1e-4f));
        assertThat(sad(method, run)).isZero();
    }

    /** More changes than a float can count one by one. */
    @Test
    void manyChangesAreCountedExactly() {
        Run run = Toy.run(Toy.chain(512, 512), 1, 200, 1, "fc1");
        Parameter p = run.sparse().getFirst();
        SrSte method = new SrSte(new Pattern.NofM(1, 2), 0);
        for (int i = 0; i < p.size(); i++) p.values()[i] = i % 2 + 1;
        method.begin(run);
        for (int s = 1; s <= 70; s++) {
            for (int i = 0; i < p.size(); i++) p.values()[i] = (i + s) % 2 + 1;
            method.beforeForward(run, step(s));
        }
        assertThat(sad(method, run)).isEqualTo(70 * (1L << 18));
    }

    @Test
    void whatItRefuses() {
        assertThatThrownBy(() -> new SrSte(new Pattern.Block(4), 0)).isInstanceOf(Invalid.class).hasMessageContaining("1x4");
        assertThatThrownBy(() -> new SrSte(new Pattern.NofM(2, 4), -1)).isInstanceOf(Invalid.class);
    }

    private static long sad(SrSte method, Run run) { return Math.round(method.figures(run).get("sad")); }

    private static void set(Parameter p, float... values) { System.arraycopy(values, 0, p.values(), 0, values.length); }
}
