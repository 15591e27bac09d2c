package dev.lacewing.cli.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Against numbers computed by hand. */
class SampleTest {
    @Test
    void meanAndStandardError() {
        Sample sample = Sample.of(List.of(90.0, 91.0, 95.0));
        assertThat(sample.count()).isEqualTo(3);
        assertThat(sample.mean()).isEqualTo(92);
        assertThat(sample.error()).isCloseTo(Math.sqrt((4 + 1 + 9) / 2.0 / 3), within(1e-12));   // 1.5275
    }

    @Test
    void oneNumberHasNoErrorAndNoneHasNoMean() {
        assertThat(Sample.of(List.of(5.0)).mean()).isEqualTo(5);
        assertThat(Sample.of(List.of(5.0)).error()).isNaN();
        assertThat(Sample.of(List.of()).mean()).isNaN();
        assertThat(Sample.of(List.of()).count()).isZero();
    }

    @Test
    void pairingRemovesWhatSeedsHaveInCommon() {
        Sample difference = Sample.paired(Map.of(1L, 80.5, 2L, 90.5, 3L, 70.8), Map.of(1L, 80.0, 2L, 90.0, 3L, 70.0));
        assertThat(difference.mean()).isCloseTo(0.6, within(1e-9));
        assertThat(difference.error()).isCloseTo(0.1, within(1e-9));   // differences .5 .5 .8: s^2 = .03, / 3 = .01
    }

    @Test
    void onlySeedsThatBothHaveAreCompared() {
        Sample difference = Sample.paired(Map.of(1L, 3.0, 2L, 9.0), Map.of(2L, 7.0, 3L, 100.0));
        assertThat(difference.count()).isEqualTo(1);
        assertThat(difference.mean()).isEqualTo(2);
    }

    @Test
    void theLastFew() {
        assertThat(Sample.last(List.of(1.0, 2.0, 6.0), 1)).isEqualTo(6);
        assertThat(Sample.last(List.of(1.0, 2.0, 6.0), 2)).isEqualTo(4);
        assertThat(Sample.last(List.of(1.0, 2.0, 6.0), 9)).isEqualTo(3);
    }
}
