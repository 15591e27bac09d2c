package dev.lacewing.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lacewing.Model;
import dev.lacewing.Options;
import dev.lacewing.Session;
import dev.lacewing.emit.Tier;
import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.graph.Graph;
import dev.lacewing.zoo.Zoo;
import org.junit.jupiter.api.Test;

class LayerStepsTest {
    private final Graph graph = Zoo.build("squeezenet", Zoo.defaults("squeezenet").withResolution(64).withWidth(0.25));

    @Test
    void computesWhatASessionComputesEachTime() {
        Model model = new Model(graph);
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
