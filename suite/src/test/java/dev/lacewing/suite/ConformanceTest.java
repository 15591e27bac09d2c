package dev.lacewing.suite;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lacewing.error.LacewingException.Failed;
import dev.lacewing.suite.Conformance.Executor;
import dev.lacewing.tensor.Tensor;
import org.junit.jupiter.api.Test;

/** The suite notices what it is there to notice. */
class ConformanceTest {
    private static final Executor RIGHT = problem -> problem.expected().stream().map(Tensor::values).map(float[]::clone).toArray(float[][]::new);

    private static void check(Executor executor) { Conformance.check(Problems.Family.TANGLE, 5, "a test", executor); }

    @Test
    void passesWhatIsRight() { assertThatCode(() -> check(RIGHT)).doesNotThrowAnyException(); }

    @Test
    void findsOneWrongElementAndSaysHowToRunThatProblemAlone() {
        assertThatThrownBy(() -> check(problem -> {
            float[][] outputs = RIGHT.run(problem);
            if (problem.seed() == 3) outputs[outputs.length - 1][0] += 0.01f * largest(outputs[outputs.length - 1]);
            return outputs;
        })).isInstanceOf(AssertionError.class).hasMessageContaining("1 of 5 problems").hasMessageContaining("-Dlacewing.suite.problem=TANGLE#3");
    }

    private static float largest(float[] values) {
        float largest = 1;
        for (float v : values) largest = Math.max(largest, Math.abs(v));
        return largest;
    }

    @Test
    void findsNotANumber() {
        assertThatThrownBy(() -> check(Problem::emptyOutputs)).isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> check(problem -> {
            float[][] outputs = RIGHT.run(problem);
            outputs[0][outputs[0].length / 2] = Float.NaN;
            return outputs;
        })).isInstanceOf(AssertionError.class).hasMessageContaining("5 of 5").hasMessageContaining("NaN");
    }

    @Test
    void reportsAnErrorAsAFailureOfItsProblem() {
        assertThatThrownBy(() -> check(problem -> {
            if (problem.seed() == 1) throw new Failed("no memory");
            return RIGHT.run(problem);
        })).isInstanceOf(AssertionError.class).hasMessageContaining("1 of 5").hasMessageContaining("no memory");
    }
}
