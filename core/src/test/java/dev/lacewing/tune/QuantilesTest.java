package dev.lacewing.tune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lacewing.error.LacewingException.Invalid;
import org.junit.jupiter.api.Test;

class QuantilesTest {
    @Test
    void takesOrderStatistics() {
        double[] values = {10, 1, 9, 2, 8, 3, 7, 4, 6, 5};
        Quantiles ten = Quantiles.of(values);
        assertThat(new double[] {ten.min(), ten.percentile(0), ten.percentile(10), ten.percentile(25), ten.median(), ten.percentile(75), ten.percentile(90), ten.percentile(91), ten.max()})
                .containsExactly(1, 1, 1, 3, 5.5, 8, 9, 10, 10);
        assertThat(values).containsExactly(10, 1, 9, 2, 8, 3, 7, 4, 6, 5);
        assertThat(Quantiles.of(3, 1, 2).median()).isEqualTo(2);
        assertThat(Quantiles.of(4).median()).isEqualTo(4);
    }

    @Test
    void refusesWhatHasNoAnswer() {
        assertThatThrownBy(Quantiles::of).isInstanceOf(Invalid.class);
        assertThatThrownBy(() -> Quantiles.of(1).percentile(101)).isInstanceOf(Invalid.class).hasMessageContaining("101");
    }
}
