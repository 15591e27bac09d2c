package dev.lacewing.train.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class LossTest {
    @Test
    void crossEntropyOfTwoClasses() {
        Loss.Result result = Loss.of(Targets.of(new int[] {0}, 2, 0), new float[] {(float) Math.log(3), 0});   // softmax 3/4, 1/4
        assertThat(result.value()).isCloseTo(Math.log(4 / 3.0), within(1e-6));
        assertThat(result.gradient()).containsExactly(new float[] {-0.25f, 0.25f}, within(1e-6f));
    }

    @Test
    void aTeacherThatAgreesAddsNothing() {
        float[] logits = {1, 2, -1};
        Targets targets = Targets.of(new int[] {1}, 3, 0);
        Loss.Result alone = Loss.of(targets, logits), taught = Loss.of(targets.withTeacher(logits.clone(), 0.5, 4), logits);
        assertThat(taught.value()).isCloseTo(alone.value() / 2, within(1e-7));
        for (int c = 0; c < 3; c++) assertThat(taught.gradient()[c]).isCloseTo(alone.gradient()[c] / 2, within(1e-7f));
    }

    @Test
    void gradientIsThatOfFiniteDifferences() {
        float[] logits = {0.3f, -1.2f, 2, 0, 0.5f, 0.1f}, teacher = {1, 0, -1, 2, 2, 0};
        Targets targets = Targets.of(new int[] {2, 0}, 3, 0.1).withTeacher(teacher, 0.7, 3);
        float[] gradient = Loss.of(targets, logits).gradient();
        for (int i = 0; i < logits.length; i++) {
            float[] up = logits.clone(), down = logits.clone();
            up[i] += 1e-2f;
            down[i] -= 1e-2f;
            assertThat((Loss.of(targets, up).value() - Loss.of(targets, down).value()) / ((double) up[i] - down[i])).isCloseTo(gradient[i], within(1e-4));
        }
    }
}
