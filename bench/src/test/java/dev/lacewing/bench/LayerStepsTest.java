package dev.lacewing.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lacewing.Model;
import dev.lacewing.Options;
import dev.lacewing.Session;
import dev.lacewing.emit.Tier;
import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.graph.Graph;
import dev.lacewing.prune.Pruning;
import dev.lacewing.prune.Scope;
import dev.lacewing.sparse.Pattern;
import dev.lacewing.zoo.Zoo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LayerStepsTest {
    private final Graph graph = Zoo.build("squeezenet", Zoo.defaults("squeezenet").withResolution(64).withWidth(0.25));

    @ParameterizedTest
    @ValueSource(strings = {"dense", "unstructured", "1x4", "1x8"})
    void computesWhatASessionComputesEachTime(String pattern) {
        Model model = new Model(pattern.equals("dense") ? graph : Pruned.by(new Pruning(Pattern.parse(pattern), 0.9, Scope.POINTWISE), graph));
        try (Session session = model.session(Options.defaults()); LayerSteps steps = new LayerSteps(model.plan(Options.defaults()), Tier.current())) {
            float[] input = Buffers.normal(session.inputShapes(), 5)[0], expected = session.run(input);
            steps.fill(input);
            for (int i = 0; i < 3; i++) {
                steps.run();
                assertThat(steps.output()).isEqualTo(expected);
            }
        }
    }

    @Test
    void refusesPlansForSeveralThreads() {
        assertThatThrownBy(() -> new LayerSteps(new Model(graph).plan(Options.defaults().withThreads(2)), Tier.current())).isInstanceOf(Invalid.class).hasMessageContaining("2");
    }
}
