package dev.lacewing.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.graph.Costs;
import dev.lacewing.graph.Graph;
import dev.lacewing.graph.PlainLoops;
import dev.lacewing.tensor.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ZooTest {
    /** Multiply-adds as published or as counted by the usual tools; parameters of the reference implementations, without normalisation. */
    @ParameterizedTest
    @CsvSource({"mobilenet_v1, 568.7, 4.22", "mobilenet_v2, 300.8, 3.49", "mobilenet_v3_small, 56.5, 2.53", "efficientnet_b0, 385.9, 5.27",
        "resnet18, 1814, 11.68", "resnet50, 4089, 25.53", "resnet20, 40.8, 0.27", "squeezenet, 349, 1.235"})
    void sizeIsThePublishedOne(String name, double megaMultiplyAdds, double megaParameters) {
        Graph graph = Zoo.build(name);
        assertThat(Costs.multiplyAdds(graph) / 1e6).isCloseTo(megaMultiplyAdds, within(megaMultiplyAdds * 0.004));
        assertThat(Costs.parameters(graph) / 1e6).isCloseTo(megaParameters, within(megaParameters * 0.01));
        assertThat(graph.shape("logits")).isEqualTo(Shape.of(1, Zoo.defaults(name).classes()));
    }

    @ParameterizedTest
    @MethodSource("names")
    void logitsAreOfOrdinarySizeAndTellInputsApart(String name) {
        Graph graph = Zoo.build(name, Zoo.defaults(name).withWidth(0.5).withResolution(name.equals("resnet20") ? 32 : 64));
        float[] a = logits(graph, 1), b = logits(graph, 2);
        double power = 0, difference = 0;
        for (int i = 0; i < a.length; i++) {
            assertThat(a[i]).isFinite();
            power += a[i] * a[i];
            difference += (a[i] - b[i]) * (a[i] - b[i]);
        }
        assertThat(Math.sqrt(power / a.length)).isBetween(0.05, 10.0);
        assertThat(Math.sqrt(difference / power)).isGreaterThan(0.1);
    }

    private static float[] logits(Graph graph, long seed) {
        var values = PlainLoops.run(graph, PlainLoops.randomInputs(graph, seed)).get("logits");
        return java.util.Objects.requireNonNull(values).values();
    }

    static Iterable<String> names() { return Zoo.names(); }

    @ParameterizedTest
    @MethodSource("names")
    void optionsChangeWhatTheySay(String name) {
        ZooOptions small = Zoo.defaults(name).withWidth(0.25).withClasses(7).withResolution(32);
        Graph graph = Zoo.build(name, small);
        assertThat(graph.shape("input")).isEqualTo(Shape.of(1, 3, 32, 32));
        assertThat(graph.shape("logits")).isEqualTo(Shape.of(1, 7));
        assertThat(graph).isEqualTo(Zoo.build(name, small)).isNotEqualTo(Zoo.build(name, small.withSeed(1)));
        assertThat(Costs.parameters(graph)).isLessThan(Costs.parameters(Zoo.build(name, small.withWidth(1))) / 4);
    }

    @Test
    void channelsRoundToEightsButLoseNoMoreThanATenth() {
        assertThat(GraphBuilder.divisible(1)).isEqualTo(8);
        assertThat(GraphBuilder.divisible(11)).isEqualTo(16);
        assertThat(GraphBuilder.divisible(24)).isEqualTo(24);
        assertThat(GraphBuilder.divisible(33.6)).isEqualTo(32);
    }

    @Test
    void badRequestsAreRefused() {
        assertThatThrownBy(() -> Zoo.build("alexnet")).isInstanceOf(Invalid.class).hasMessageContaining("alexnet").hasMessageContaining("mobilenet_v1, mobilenet_v2");
        assertThatThrownBy(() -> Zoo.defaults("resnet18").withWidth(Double.NaN)).isInstanceOf(Invalid.class);
        assertThatThrownBy(() -> Zoo.defaults("resnet18").withResolution(0)).isInstanceOf(Invalid.class);
        assertThatThrownBy(() -> Zoo.build("squeezenet", Zoo.defaults("squeezenet").withResolution(2))).isInstanceOf(Invalid.class);
    }
}
