package dev.lacewing.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lacewing.error.LacewingException.Invalid;
import java.util.List;
import org.junit.jupiter.api.Test;

class DifferenceTest {
    private static Difference one(float ours, float reference) { return Difference.between(new float[][] {{1, ours}}, new float[][] {{1, reference}}); }

    @Test
    void judgesByTheLargestValue() {
        assertThat(one(2, 2.0001f).ok()).isTrue();
        assertThat(one(2, 2.001f).ok()).isFalse();
        assertThat(one(0, 0).ok()).isTrue();
        assertThat(one(2, 3)).isEqualTo(new Difference(1, 3));
    }

    @Test
    void whatIsNoNumberDiffers() {
        assertThat(one(Float.NaN, 2).ok()).isFalse();
        assertThat(one(Float.NaN, Float.NaN).ok()).isFalse();
        assertThat(one(2, Float.NaN).ok()).isFalse();
        assertThat(one(Float.POSITIVE_INFINITY, 3).ok()).isFalse();
        assertThat(one(Float.POSITIVE_INFINITY, Float.POSITIVE_INFINITY).ok()).isTrue();
        assertThat(one(Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY).ok()).isFalse();
    }

    /** A score beside coordinates. */
    @Test
    void eachOutputIsJudgedByItself() {
        float[][] ours = {{224, 100}, {0.92f}}, theirs = {{224, 100}, {0.9f}};
        assertThat(Difference.between(ours, theirs).ok()).isFalse();
        assertThat(Difference.between(ours, theirs).maxAbsOutput()).isEqualTo(0.9f);
        assertThat(Difference.each(ours, theirs)).extracting(Difference::ok).containsExactly(true, false);
        assertThat(Difference.worst(List.of(new Difference(0, 0), new Difference(0, 5)))).isEqualTo(new Difference(0, 5));
    }

    @Test
    void zerosWhereTheReferenceHasNoneAndTheOtherWayRound() {
        assertThat(Difference.between(new float[][] {{0}}, new float[][] {{1}}).ok()).isFalse();
        assertThat(Difference.between(new float[][] {{1}}, new float[][] {{0}}).ok()).isFalse();
        assertThat(new Difference(0, 0).share()).isZero();
    }

    @Test
    void scoresNearZeroAreAsExactAsThoseNearOne() {
        assertThat(new Difference(9e-8, 1e-5).ok()).isTrue();
        assertThat(new Difference(2e-7, 1e-5).ok()).isFalse();
        assertThat(new Difference(2e-7, 1e-2).ok()).isTrue();
    }

    @Test
    void refusesWhatCannotBeCompared() {
        assertThatThrownBy(() -> Difference.between(new float[1][1], new float[2][1])).isInstanceOf(Invalid.class).hasMessageContaining("2 outputs");
        assertThatThrownBy(() -> Difference.between(new float[1][1], new float[1][2])).isInstanceOf(Invalid.class).hasMessageContaining("1 values");
        assertThatThrownBy(() -> Difference.between(new float[0][], new float[0][])).isInstanceOf(Invalid.class);
    }
}
