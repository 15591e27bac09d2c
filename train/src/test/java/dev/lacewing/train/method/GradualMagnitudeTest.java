package dev.lacewing.train.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.prune.Patterns;
import dev.lacewing.sparse.Pattern;
import dev.lacewing.train.parameter.Mask;
import dev.lacewing.train.parameter.Parameter;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GradualMagnitudeTest {
    private static final Patterns UNSTRUCTURED = Patterns.all(new Pattern.Unstructured());

    private static Step step(long number) { return new Step(number, 0, Toy.BATCH, Map.of()); }

    private static GradualMagnitude method(Patterns patterns, double sparsity, boolean global, Mask.Kind dead) {
        return new GradualMagnitude(patterns, sparsity, 0, 0.1, 0.8, 30, global, dead);
    }

    /** 100 steps: prunings at 10, 40, 70 and, off the beat, 80. Shares of zeros .8 * (1 - (1 - s)^3). */
    @Test
    void countsAlongTheRamp() {
        Run run = Toy.run(Toy.convolutions(), 10, 10, 1, "space");
        Parameter p = run.sparse().getFirst();
        GradualMagnitude method = method(UNSTRUCTURED, 0.8, false, Mask.Kind.HARD);
        method.begin(run);
        int previous = 0;
        for (int s = 0; s < 100; s++) {
            method.beforeForward(run, step(s));
            int zeros = p.size() - Toy.living(p);
            double gone = s < 10 ? 0 : s < 40 ? 0 : s < 70 ? 3 / 7.0 : s < 80 ? 6 / 7.0 : 1;
            assertThat(zeros).as("step %d", s).isEqualTo((int) Math.round(0.8 * (1 - Math.pow(1 - gone, 3)) * p.size())).isGreaterThanOrEqualTo(previous);
            assertThat(IntStream.range(0, p.size()).filter(i -> p.values()[i] == 0).count()).isEqualTo(zeros);
            previous = zeros;
        }
    }

    @Test
    void frozenWeightsMayComeBackAndHardOnesMayNot() {
        for (Mask.Kind kind : Mask.Kind.values()) {
            Run run = Toy.run(Toy.convolutions(), 10, 10, 1, "space");
            Parameter p = run.sparse().getFirst();
            GradualMagnitude method = method(UNSTRUCTURED, 0.8, false, kind);
            method.begin(run);
            method.beforeForward(run, step(40));
            boolean[] live = p.mask().live().clone();
            for (int i = 0; i < live.length; i++) if (live[i]) p.values()[i] *= 1e-3f;
            method.beforeForward(run, step(70));
            long back = IntStream.range(0, live.length).filter(i -> p.mask().live()[i] && !live[i]).count();
            if (kind == Mask.Kind.HARD) assertThat(back).isZero();
            else assertThat(back).isPositive();
        }
    }

    @Test
    void acrossLayersTheWeakestOfAllGo() {
        Run run = Toy.run(Toy.convolutions(), 10, 10, 1, "point", "space", "fc");
        Parameter weak = run.sparse().get(0), strong = run.sparse().get(1), other = run.sparse().get(2);
        for (int i = 0; i < weak.size(); i++) weak.values()[i] *= 0.01f;
        GradualMagnitude method = method(UNSTRUCTURED, 0.5, true, Mask.Kind.HARD);
        method.begin(run);
        method.beforeForward(run, step(80));
        int all = weak.size() + strong.size() + other.size();
        assertThat(Toy.living(weak) + Toy.living(strong) + Toy.living(other)).isEqualTo(all - Math.round(0.5f * all));
        assertThat(Toy.living(weak)).isLessThan(weak.size() / 10);
        double dropped = 0, kept = Double.MAX_VALUE;
        float[] before = Toy.run(run.graph(), 1, 1, 1, "space").sparse().getFirst().values();
        for (int i = 0; i < strong.size(); i++)
            if (strong.mask().live()[i]) kept = Math.min(kept, Math.abs(before[i]));
            else dropped = Math.max(dropped, Math.abs(before[i]));
        assertThat(dropped).isLessThan(kept);
    }

    /** Whole kernels of four output channels, and never more than the budget. */
    @Test
    void blocksAcrossLayers() {
        Run run = Toy.run(Toy.convolutions(), 10, 10, 1, "point", "space", "fc", "depth");
        GradualMagnitude method = method(Patterns.groups(4), 0.75, true, Mask.Kind.HARD);
        method.begin(run);
        method.beforeForward(run, step(80));
        int zeros = 0, all = 0;
        for (Parameter p : run.sparse()) {
            if (p.name().startsWith("depth")) {
                assertThat(p.mask()).isNull();
                continue;
            }
            int in = p.shape().dim(1), taps = p.size() / p.shape().dim(0) / in;
            for (int o = 0; o < p.shape().dim(0); o++)
                for (int i = 0; i < in * taps; i++)
                    assertThat(p.mask().live()[o * in * taps + i]).isEqualTo(p.mask().live()[(o / 4 * 4 * in + i / taps) * taps]);
            zeros += p.size() - Toy.living(p);
            all += p.size();
        }
        assertThat(zeros).isBetween((int) (0.75 * all) - 36, (int) Math.round(0.75 * all));
    }

    @Test
    void ofNofMGraduallyAndThenExactly() {
        Run run = Toy.run(Toy.convolutions(), 10, 10, 1, "space");
        Parameter p = run.sparse().getFirst();
        GradualMagnitude method = method(Patterns.all(new Pattern.NofM(1, 4)), 0.9, false, Mask.Kind.HARD);
        method.begin(run);
        method.beforeForward(run, step(40));
        assertThat(p.size() - Toy.living(p)).isEqualTo(p.size() / 4 * Math.round(0.75f * (1 - Math.pow(4 / 7.0, 3)) * 4));
        method.beforeForward(run, step(80));
        for (int o = 0; o < 8; o++)
            for (int c = 0; c < 16; c += 4)
                for (int tap = 0; tap < 9; tap++) {
                    int base = (o * 16 + c) * 9 + tap, count = 0;
                    for (int i = 0; i < 4; i++) if (p.mask().live()[base + 9 * i]) count++;
                    assertThat(count).isEqualTo(1);
                }
    }

    @Test
    void whatItRefuses() {
        assertThatThrownBy(() -> method(UNSTRUCTURED, 1.1, false, Mask.Kind.HARD)).isInstanceOf(Invalid.class);
        assertThatThrownBy(() -> method(Patterns.all(new Pattern.NofM(1, 4)), 0.5, true, Mask.Kind.HARD)).isInstanceOf(Invalid.class);
        assertThatThrownBy(() -> new GradualMagnitude(UNSTRUCTURED, 0.5, 0.6, 0, 1, 1, false, Mask.Kind.HARD)).isInstanceOf(Invalid.class);
        assertThatThrownBy(() -> new GradualMagnitude(UNSTRUCTURED, 0.5, 0, 0.6, 0.5, 1, false, Mask.Kind.HARD)).isInstanceOf(Invalid.class);
    }

    @Test
    void patternsThatFitNoLayerInScopeAreRefused() {
        Patterns depthwise = Patterns.parse("depthwise=1x4");
        for (Method method : java.util.List.of(new GradualMagnitude(depthwise, 0.9, 0, 0, 0.75, 10, false, Mask.Kind.HARD), new OneShot(depthwise, 0.5, OneShot.Rearrangement.NONE, false)))
            assertThatThrownBy(() -> method.begin(Toy.run(Toy.convolutions(), 1, 10, 1, "point", "space"))).isInstanceOf(Invalid.class)
                    .hasMessageContaining("depthwise=1x4").hasMessageContaining("pointwise and spatial layers");
    }
}
