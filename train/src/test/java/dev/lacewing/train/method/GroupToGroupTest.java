package dev.lacewing.train.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.train.method.GroupToGroup.Outer;
import dev.lacewing.train.parameter.Parameter;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GroupToGroupTest {
    private static final String[] LAYERS = {"fc1", "fc2", "fc3"};

    private static GroupToGroup method(Growth growth, boolean keep) { return new GroupToGroup(4, 0.75, 0.125, Outer.RANDOM, growth, keep, 10, 0.4, 0.75, 5, 0.9); }

    /** 20 inputs, hidden layers of 16 and 32, 5 classes: the middle matrix is that between ensembles of 4 and 8 units. */
    private static Run run(long seed) { return Toy.run(Toy.chain(20, 16, 32, 5), 10, 10, seed, LAYERS); }

    /** Living weights of [to, from]. */
    private static int[][] pairs(Parameter p) {
        int[][] counts = new int[4][4];
        for (int i = 0; i < p.size(); i++) if (p.mask().live()[i]) counts[i / 16 / 8][i % 16 / 4]++;
        return counts;
    }

    @Test
    void masksBetweenEnsembles() {
        Run run = run(1);
        GroupToGroup method = method(Growth.NONE, true);
        method.begin(run);
        int[][] counts = pairs(run.sparse().get(1));
        for (int g = 0; g < 4; g++) {
            int other = g;
            assertThat(Arrays.stream(counts[g]).sorted().toArray()).containsExactly(4, 4, 4, 24);
            assertThat(IntStream.range(0, 4).map(to -> counts[to][other]).sorted().toArray()).as("a permutation").containsExactly(4, 4, 4, 24);
        }
        assertThat(method.density()).isCloseTo(0.28125, within(1e-12));
        assertThat(Toy.living(run.sparse().get(0))).isEqualTo((int) Math.round(0.28125 * 320));
        assertThat(Toy.living(run.sparse().get(2))).isEqualTo((int) Math.round(0.28125 * 160));
        assertThat(method.figures(run).get("modular")).isCloseTo(96.0 / 144, within(1e-12));
        assertThat(IntStream.range(0, 30).mapToObj(seed -> {
            Run another = run(seed);
            method.begin(another);
            return Arrays.deepToString(pairs(another.sparse().get(1)));
        }).distinct().count()).as("permutations among 30 seeds").isGreaterThan(8);
    }

    @ParameterizedTest
    @EnumSource
    void modulesKeepTheirCounts(Growth growth) {
        Run run = run(1);
        GroupToGroup method = method(growth, true);
        method.begin(run);
        int[][] before = pairs(run.sparse().get(1));
        boolean[] mask = run.sparse().get(1).mask().live().clone();
        Toy.train(method, run, 0, 100);
        assertThat(pairs(run.sparse().get(1))).isDeepEqualTo(before);
        assertThat(Arrays.equals(run.sparse().get(1).mask().live(), mask)).isEqualTo(growth == Growth.NONE);
        for (Parameter p : run.sparse())
            for (int i = 0; i < p.size(); i++) if (!p.mask().live()[i]) assertThat(p.values()[i]).isZero();
    }

    @Test
    void modulesFadeIfTheyMay() {
        Run run = run(1);
        GroupToGroup method = method(Growth.RANDOM, false);
        method.begin(run);
        Toy.train(method, run, 0, 100);
        assertThat(Toy.living(run.sparse().get(1))).isEqualTo(144);
        assertThat(method.figures(run).get("modular")).isLessThan(0.6);
    }

    @Test
    void activationsAreLookedAtBeforeTopologyStepsAlone() {
        Run run = run(1);
        GroupToGroup method = method(Growth.HEBBIAN, true);
        method.begin(run);
        assertThat(IntStream.range(0, 100).filter(s -> !method.watched(run, s).isEmpty()).toArray())
                .containsExactly(IntStream.range(0, 71).filter(s -> s % 10 == 0 || s % 10 > 5).toArray());
        assertThat(method.watched(run, 10)).containsExactlyInAnyOrder("x", "relu1", "relu2", "fc3");
        assertThat(method(Growth.RANDOM, true).watched(run, 10)).isEmpty();
        assertThat(new GroupToGroup(4, 0.7, 0.1, Outer.DENSE, Growth.HEBBIAN, true, 10, 0.4, 0.75, 5, 0.9).density()).isCloseTo(0.25, within(1e-12));
    }

    /** Beside the textbook formula over all samples at once (memory tells batches apart, so both batches are the same here). */
    @Test
    void correlations() {
        int rows = 50, in = 6, out = 4;
        Random random = new Random(2);
        float[] before = new float[rows * in], after = new float[rows * out];
        for (int r = 0; r < rows; r++) {
            for (int i = 0; i < in; i++) before[r * in + i] = i == 5 ? 0 : Math.max(0, (float) random.nextGaussian());
            for (int o = 0; o < out; o++) after[r * out + o] = o == 3 ? 2.5f : before[r * in + o] * (o == 1 ? -1 : 1) + o * (float) random.nextGaussian();
        }
        Parameter p = Toy.run(Toy.chain(in, out), 1, 1, 1, "fc1").sparse().getFirst();
        Correlations correlations = new Correlations(p);
        assertThat(correlations.magnitudes()).as("before anything was seen").containsOnly(0);
        correlations.add(before, after, 0.9);
        correlations.add(before, after, 0.9);
        double[] found = correlations.magnitudes();
        for (int o = 0; o < out; o++)
            for (int i = 0; i < in; i++) assertThat(found[o * in + i]).as("%d to %d", i, o).isCloseTo(Math.abs(pearson(before, in, i, after, out, o)), within(1e-4));
        assertThat(found[0]).isCloseTo(1, within(1e-4));
    }

    /** 0 where one of them is constant. */
    private static double pearson(float[] x, int in, int i, float[] y, int out, int o) {
        int rows = x.length / in;
        double mx = 0, my = 0, xx = 0, yy = 0, xy = 0;
        for (int r = 0; r < rows; r++) {
            mx += x[r * in + i] / (double) rows;
            my += y[r * out + o] / (double) rows;
        }
        for (int r = 0; r < rows; r++) {
            double a = x[r * in + i] - mx, b = y[r * out + o] - my;
            xx += a * a;
            yy += b * b;
            xy += a * b;
        }
        return xx == 0 || yy == 0 ? 0 : xy / Math.sqrt(xx * yy);
    }

    /** Unit 0 in front and unit 0 behind go together in all samples; the others are noise: their connection, dead before, is the first to grow. */
    @Test
    void whatFiresTogetherWiresTogether() {
        Run run = Toy.run(Toy.chain(6, 8, 8, 4), 10, 10, 1, LAYERS);
        GroupToGroup method = new GroupToGroup(1, 0.5, 0.5, Outer.DENSE, Growth.HEBBIAN, true, 10, 0.2, 0.75, 10, 0.9);
        method.begin(run);
        Parameter p = run.sparse().get(1);
        p.mask().live()[0] = false;
        p.mask().live()[1] = true;
        p.applyMask();
        Map<String, float[]> seen = new HashMap<>();
        for (String name : method.watched(run, 0)) seen.put(name, Toy.activation(name, 400 * 8, 0));
        assertThat(seen).containsOnlyKeys("relu1", "relu2");
        for (int r = 0; r < 400; r++) seen.get("relu2")[r * 8] = 1 - seen.get("relu1")[r * 8];
        method.afterBackward(run, new Step(0, 0, 400, seen));
        assertThat(p.mask().live()[0]).isTrue();
        assertThat(p.values()[0]).isZero();
        assertThat(new Correlations(p).magnitudes()[0]).isCloseTo(1, within(1e-4));
    }

    @Test
    void whatItRefuses() {
        GroupToGroup method = method(Growth.RANDOM, true);
        assertThatThrownBy(() -> method.begin(Toy.run(Toy.convolutions(), 1, 1, 1, "space", "fc"))).isInstanceOf(Invalid.class).hasMessageContaining("Gemm");
        assertThatThrownBy(() -> method.begin(Toy.run(Toy.chain(9, 3, 9, 9), 1, 1, 1, LAYERS))).isInstanceOf(Invalid.class).hasMessageContaining("ensembles");
        assertThatThrownBy(() -> new GroupToGroup(4, 0.7, 0.1, Outer.DENSE, Growth.HEBBIAN, true, 10, 0.4, 0.75, 11, 0.9)).isInstanceOf(Invalid.class).hasMessageContaining("window");
    }
}
