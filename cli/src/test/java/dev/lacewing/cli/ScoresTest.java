package dev.lacewing.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lacewing.tensor.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScoresTest {
    @Test
    void ranksWithTiesInOrder() {
        Scores scores = new Scores(new float[] {1, 3, 2, 3});
        assertThat(scores.top(3)).containsExactly(1, 3, 2);
        assertThat(scores.top(9)).hasSize(4);
        assertThat(List.of(scores.rank(0), scores.rank(1), scores.rank(2), scores.rank(3))).containsExactly(3, 0, 2, 1);
    }

    @Test
    void knowsProbabilities() {
        assertThat(new Scores(new float[] {.25f, .75f}).areProbabilities()).isTrue();
        assertThat(new Scores(new float[] {.25f, .7f}).areProbabilities()).isFalse();
        assertThat(new Scores(new float[] {-.25f, 1.25f}).areProbabilities()).isFalse();
        Scores softmax = new Scores(new float[] {1000, 1000 + (float) Math.log(3)}).softmax();
        assertThat(softmax.values()[1]).isCloseTo(.75f, within(1e-4f));
        assertThat(softmax.areProbabilities()).isTrue();
    }

    @Test
    void tellsClassifiersApart() {
        assertThat(RunCommand.isClassifier(List.of(Shape.of(1, 1000)))).isTrue();
        assertThat(RunCommand.isClassifier(List.of(Shape.of(2, 10, 1, 1)))).isTrue();
        assertThat(RunCommand.isClassifier(List.of(Shape.of(1, 1, 32, 32)))).isFalse();
        assertThat(RunCommand.isClassifier(List.of(Shape.of(1, 1)))).isFalse();
        assertThat(RunCommand.isClassifier(List.of(Shape.of(1, 10), Shape.of(1, 10)))).isFalse();
    }
}
