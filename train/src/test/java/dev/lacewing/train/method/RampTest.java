package dev.lacewing.train.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class RampTest {
    @ParameterizedTest
    @EnumSource
    void fromZeroToOne(Ramp ramp) {
        assertThat(ramp.at(0, 3, 23)).isZero();
        assertThat(ramp.at(3, 3, 23)).isZero();
        assertThat(ramp.at(23, 3, 23)).isEqualTo(1);
        assertThat(ramp.at(99, 3, 23)).isEqualTo(1);
        for (int e = 1; e < 25; e++) assertThat(ramp.at(e, 3, 23)).isBetween(ramp.at(e - 1, 3, 23), 1.0);
    }

    @ParameterizedTest
    @CsvSource({"LINEAR, 0.5", "COSINE, 0.29289321881", "CUBIC, 0.125", "EXPONENTIAL, 0.6416038824311843"})
    void halfway(Ramp ramp, double expected) { assertThat(ramp.at(13, 3, 23)).isCloseTo(expected, within(1e-10)); }

    @ParameterizedTest
    @EnumSource
    void shortWindows(Ramp ramp) {
        assertThat(ramp.at(4, 5, 5)).isZero();
        assertThat(ramp.at(5, 5, 5)).isEqualTo(1);
        assertThat(ramp.at(5, 5, 6)).isZero();
        assertThat(ramp.at(6, 5, 7)).isBetween(0.0, 1.0);
    }

    @Test
    void theRampOfMagnitudePruningIsEarly() {
        assertThat(GradualMagnitude.ramp(0.2, 0.9, 0)).isCloseTo(0.2, within(1e-15));
        assertThat(GradualMagnitude.ramp(0, 0.8, 0.5)).isCloseTo(0.7, within(1e-15));
        assertThat(GradualMagnitude.ramp(0.2, 0.9, 1)).isEqualTo(0.9);
    }
}
