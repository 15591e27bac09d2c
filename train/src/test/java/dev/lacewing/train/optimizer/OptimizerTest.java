package dev.lacewing.train.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.tensor.Shape;
import dev.lacewing.train.parameter.Mask;
import dev.lacewing.train.parameter.Parameter;
import java.util.List;
import org.junit.jupiter.api.Test;

class OptimizerTest {
    private static Parameter weight(float... values) { return new Parameter("w", Parameter.Role.WEIGHT, Shape.of(1, values.length), 1, values); }

    private static void step(Optimizer optimizer, Parameter p, double rate, long number, float... gradient) {
        System.arraycopy(gradient, 0, p.gradient(), 0, gradient.length);
        optimizer.step(List.of(p), rate, number);
    }

    @Test
    void momentum() {
        Parameter p = weight(1);
        Sgd sgd = new Sgd(0.5, false, 0, false);
        step(sgd, p, 0.1, 0, 2);   // v = 2
        assertThat(p.values()[0]).isCloseTo(0.8f, within(1e-6f));
        step(sgd, p, 0.1, 1, 1);   // v = 2
        assertThat(p.values()[0]).isCloseTo(0.6f, within(1e-6f));
    }

    @Test
    void nesterov() {
        Parameter p = weight(1);
        Sgd sgd = new Sgd(0.5, true, 0, false);
        step(sgd, p, 0.1, 0, 2);   // v = 2, moves by 2 + 1
        assertThat(p.values()[0]).isCloseTo(0.7f, within(1e-6f));
    }

    @Test
    void decayOfMatricesAloneUnlessAsked() {
        Parameter p = weight(2), bias = new Parameter("b", Parameter.Role.BIAS, Shape.of(1), 1, new float[] {2});
        new Sgd(0, false, 0.25, false).step(List.of(p, bias), 0.1, 0);
        assertThat(p.values()[0]).isCloseTo(1.95f, within(1e-6f));
        assertThat(bias.values()[0]).isEqualTo(2);
        new Sgd(0, false, 0.25, true).step(List.of(bias), 0.1, 0);
        assertThat(bias.values()[0]).isCloseTo(1.95f, within(1e-6f));
    }

    @Test
    void adamsFirstStepIsTheRateAndItsSecondByHand() {
        Parameter p = weight(1);
        Adam adam = new Adam(0.9, 0.99, 1e-8, 0, false, false);
        step(adam, p, 0.01, 0, 3);
        assertThat(p.values()[0]).isCloseTo(0.99f, within(1e-6f));
        step(adam, p, 0.01, 1, -1);   // m = 0.27 - 0.1 = 0.17, m' = 0.17 / 0.19; v = 0.0891 + 0.01 = 0.0991, v' = 0.0991 / 0.0199
        assertThat(p.values()[0]).isCloseTo((float) (0.99 - 0.01 * (0.17 / 0.19) / Math.sqrt(0.0991 / 0.0199)), within(1e-6f));
    }

    @Test
    void decoupledDecayShrinksByTheRate() {
        Parameter coupled = weight(2), decoupled = weight(2);
        new Adam(0.9, 0.99, 1e-8, 0.1, false, false).step(List.of(coupled), 0.01, 0);
        new Adam(0.9, 0.99, 1e-8, 0.1, true, false).step(List.of(decoupled), 0.01, 0);
        assertThat(coupled.values()[0]).isCloseTo(1.99f, within(1e-5f));          // the gradient 0.2 makes a step of the rate
        assertThat(decoupled.values()[0]).isCloseTo(2 * (1 - 0.001f), within(1e-6f));
    }

    @Test
    void deadValuesStandStillUnlessStraightThrough() {
        for (Mask.Kind kind : Mask.Kind.values())
            for (Optimizer optimizer : List.of(new Sgd(0.9, true, 0.1, false), Adam.DEFAULT, Adam.DECOUPLED)) {
                Parameter p = weight(1, 1);
                step(optimizer, p, 0.1, 0, 1, 1);
                float before = p.values()[1];
                p.mask(new Mask(kind, new boolean[] {true, false}));
                step(optimizer, p, 0.1, 1, 1, 1);
                assertThat(p.values()[0]).isLessThan(before);
                if (kind == Mask.Kind.STRAIGHT_THROUGH) assertThat(p.values()[1]).isEqualTo(p.values()[0]);
                else {
                    assertThat(p.values()[1]).isEqualTo(before);
                    assertThat(p.slots().getFirst()[1]).isZero();
                }
            }
    }

    /** The gradient of dead values may be anything, and what is remembered of a value goes when it dies. */
    @Test
    void infinitiesOfDeadValuesAreForgotten() {
        for (Optimizer optimizer : List.of(new Sgd(0.9, true, 0.1, false), new Sgd(0.9, false, 0, false), Adam.DEFAULT, Adam.DECOUPLED)) {
            Parameter p = weight(1, 2, 3);
            step(optimizer, p, 0.1, 0, 1, 1, 1);
            float second = p.values()[1], third = p.values()[2];
            p.mask(new Mask(Mask.Kind.FROZEN, new boolean[] {true, false, false}));
            step(optimizer, p, 0.1, 1, 1, Float.NaN, Float.NEGATIVE_INFINITY);
            assertThat(p.values()).containsExactly(p.values()[0], second, third);
            assertThat(p.slots()).allSatisfy(slot -> assertThat(slot).endsWith(0, 0));
            assertThat(p.values()[0]).isFinite();
        }
    }

    @Test
    void refusesNonsense() {
        assertThatThrownBy(() -> new Sgd(1, false, 0, false)).isInstanceOf(Invalid.class).hasMessageContaining("momentum");
        assertThatThrownBy(() -> new Sgd(0, true, 0, false)).isInstanceOf(Invalid.class).hasMessageContaining("nesterov");
        assertThatThrownBy(() -> new Adam(0.9, 0.9, 0, 0, false, false)).isInstanceOf(Invalid.class).hasMessageContaining("epsilon");
    }
}
