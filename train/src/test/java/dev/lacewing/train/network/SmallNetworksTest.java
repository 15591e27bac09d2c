package dev.lacewing.train.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.graph.Costs;
import dev.lacewing.graph.Graph;
import dev.lacewing.tensor.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SmallNetworksTest {
    private static final Shape GREY = Shape.of(1, 28, 28);

    private static Graph build(String name, double width) { return SmallNetworks.build(name, width, GREY, 10, 1); }

    /** Counted by hand: matrices 784 x 300 + 300 x 100 + 100 x 10; convolutions 28 x 28 x 9 x 16 + 14 x 14 x 9 x 16 x 32 + 7 x 7 x 9 x 32 x 64, and 640. */
    @ParameterizedTest
    @CsvSource({"mlp-300-100, 266200", "tiny_cnn, 1919872", "small_cnn, 7452416"})
    void multiplyAddsAreThoseOfTheDescription(String name, long multiplyAdds) { assertThat(Costs.multiplyAdds(build(name, 1))).isEqualTo(multiplyAdds); }

    @ParameterizedTest
    @CsvSource({"mlp-512-512", "tiny_cnn", "small_cnn", "mobilenet_28"})
    void widthAndSeedChangeWhatTheySay(String name) {
        Graph graph = build(name, 1);
        assertThat(graph.shape("logits")).isEqualTo(Shape.of(1, 10));
        assertThat(Costs.parameters(build(name, 0.5))).isLessThan(Costs.parameters(graph) * 6 / 10);
        assertThat(build(name, 1)).isEqualTo(graph);
        assertThat(SmallNetworks.build(name, 1, GREY, 10, 2)).isNotEqualTo(graph);
    }

    @Test
    void badRequestsAreRefused() {
        assertThat(SmallNetworks.has("mlp")).isFalse();
        assertThat(SmallNetworks.has("mlp-0-x")).isFalse();
        assertThatThrownBy(() -> build("huge_cnn", 1)).isInstanceOf(Invalid.class).hasMessageContaining("tiny_cnn, small_cnn");
        assertThatThrownBy(() -> build("tiny_cnn", 9)).isInstanceOf(Invalid.class);
    }
}
