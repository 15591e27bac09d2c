package dev.lacewing.train.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.train.optimizer.LearningRate.Constant;
import dev.lacewing.train.optimizer.LearningRate.Cosine;
import dev.lacewing.train.optimizer.LearningRate.Steps;
import dev.lacewing.train.optimizer.LearningRate.Triangular;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class LearningRateTest {
    private static final Offset<Double> CLOSE = within(1e-12);

    @Test
    void constantAfterWarmUp() {
        assertThat(new Constant(0.4, 2).at(0.5, 10)).isCloseTo(0.1, CLOSE);
        assertThat(new Constant(0.4, 2).at(9, 10)).isCloseTo(0.4, CLOSE);
    }

    @Test
    void cosine() {
        Cosine cosine = new Cosine(1, 0.2, 2);
        assertThat(cosine.at(1, 10)).isCloseTo(0.5, CLOSE);
        assertThat(cosine.at(2, 10)).isCloseTo(1, CLOSE);
        assertThat(cosine.at(6, 10)).isCloseTo(0.6, CLOSE);
        assertThat(cosine.at(10, 10)).isCloseTo(0.2, CLOSE);
    }

    @Test
    void steps() {
        Steps steps = new Steps(1, List.of(2.0, 4.5), 0.1, 0);
        assertThat(steps.at(1.9, 10)).isCloseTo(1, CLOSE);
        assertThat(steps.at(2, 10)).isCloseTo(0.1, CLOSE);
        assertThat(steps.at(5, 10)).isCloseTo(0.01, CLOSE);
    }

    @Test
    void triangular() {
        Triangular triangular = new Triangular(0.005, 0.001, 2, 0.5);
        assertThat(triangular.at(0, 8)).isCloseTo(0.001, CLOSE);
        assertThat(triangular.at(2, 8)).isCloseTo(0.005, CLOSE);
        assertThat(triangular.at(3, 8)).isCloseTo(0.003, CLOSE);
        assertThat(triangular.at(4, 8)).isCloseTo(0.001, CLOSE);
        assertThat(new Triangular(1, 0, 1, 0.2).at(1, 10)).isCloseTo(0.5, CLOSE);
    }

    @Test
    void refusesNonsense() {
        assertThatThrownBy(() -> new Constant(0, 0)).isInstanceOf(Invalid.class);
        assertThatThrownBy(() -> new Cosine(0.1, 0.2, 0)).isInstanceOf(Invalid.class);
        assertThatThrownBy(() -> new Steps(1, List.of(3.0, 2.0), 0.1, 0)).isInstanceOf(Invalid.class);
    }
}
