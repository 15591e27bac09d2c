package dev.lacewing.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.graph.Costs;
import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import dev.lacewing.graph.PlainLoops;
import dev.lacewing.rewrite.Rewrites;
import dev.lacewing.tensor.Shape;
import dev.lacewing.tensor.Tensor;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ZooTest {
    /** Multiply-adds as published or as counted by the usual tools; parameters of the reference implementations, without normalisation. */
    @ParameterizedTest
    @CsvSource({"mobilenet_v1, 568.7, 4.22", "mobilenet_v2, 300.8, 3.49", "mobilenet_v3_small, 56.5, 2.53", "efficientnet_b0, 385.9, 5.27",
        "resnet18, 1814, 11.68", "resnet50, 4089, 25.53", "resnet20, 40.8, 0.27", "squeezenet, 349, 1.235", "resnet32, 69.1, 0.464", "resnet56, 125.7, 0.853",
        "mobilenet_v1_cifar, 46.35, 3.195", "mobilenet_v2_cifar, 87.98, 2.237", "mlp, 0.2662, 0.2666", "mlp_512, 0.6687, 0.6697", "mobilenet_v1_mnist, 5.639, 0.2031", "tinycnn, 1.92, 0.0241", "smallcnn, 7.45, 0.0942"})
    void sizeIsThePublishedOne(String name, double megaMultiplyAdds, double megaParameters) {
        Graph graph = Zoo.build(name);
        assertThat(Costs.multiplyAdds(graph) / 1e6).isCloseTo(megaMultiplyAdds, within(megaMultiplyAdds * 0.004));
        assertThat(Costs.parameters(graph) / 1e6).isCloseTo(megaParameters, within(megaParameters * 0.01));
        assertThat(graph.shape("logits")).isEqualTo(Shape.of(1, Zoo.defaults(name).classes()));
    }

    @ParameterizedTest
    @MethodSource("names")
    void logitsAreOfOrdinarySizeAndTellInputsApart(String name) {
        Graph graph = Zoo.build(name, Zoo.defaults(name).withWidth(0.5).withResolution(Math.min(64, Zoo.defaults(name).resolution())));
        float[] a = logits(graph, 1), b = logits(graph, 2);
        double power = 0, difference = 0;
        for (int i = 0; i < a.length; i++) {
            assertThat(a[i]).isFinite();
            power += a[i] * a[i];
            difference += (a[i] - b[i]) * (a[i] - b[i]);
        }
        assertThat(Math.sqrt(power / a.length)).isBetween(0.05, 100.0);   // planes of 2x2 pixels are not what the weights are scaled for
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
        assertThat(graph.shape("input")).isEqualTo(Shape.of(1, small.channels(), 32, 32));
        assertThat(graph.shape("logits")).isEqualTo(Shape.of(1, 7));
        assertThat(graph).isEqualTo(Zoo.build(name, small)).isNotEqualTo(Zoo.build(name, small.withSeed(1)));
        assertThat(Costs.parameters(graph)).isLessThan(Costs.parameters(Zoo.build(name, small.withWidth(0.5))) * 6 / 10);
    }

    @ParameterizedTest
    @MethodSource("names")
    void trainedFormFoldsIntoTheFormToRun(String name) {
        ZooOptions small = Zoo.defaults(name).withWidth(0.25).withResolution(32).withChannels(1);
        Graph run = Zoo.build(name, small), trained = Zoo.build(name, small.withBatchNorm(true));
        assertThat(trained.shape("input")).isEqualTo(Shape.of(1, 1, 32, 32));
        long convolutions = count(trained, Op.Conv.class);
        assertThat(count(trained, Op.BatchNormalization.class)).isEqualTo(convolutions);
        assertThat(count(run, Op.Conv.class)).isEqualTo(convolutions);
        Graph folded = Rewrites.apply(somewhereElse(trained)), plain = Rewrites.apply(run);
        assertThat(folded.nodes().stream().map(n -> n.op().getClass()).toList()).isEqualTo(plain.nodes().stream().map(n -> n.op().getClass()).toList());
        assertThat(Costs.parameters(folded)).isEqualTo(Costs.parameters(plain));
        float[] a = logits(somewhereElse(trained), 1), b = logits(folded, 1);
        double largest = 0;
        for (float v : a) largest = Math.max(largest, Math.abs(v));
        assertThat(largest).isPositive().isFinite();
        for (int i = 0; i < a.length; i++) assertThat((double) b[i]).isCloseTo(a[i], within(1e-3 * largest));
    }

    private static long count(Graph graph, Class<? extends Op> kind) { return graph.nodes().stream().filter(n -> kind.isInstance(n.op())).count(); }

    /** As after some training: no normalisation is neutral any more. */
    private static Graph somewhereElse(Graph graph) {
        Random random = new Random(9);
        return graph.withNodes(graph.nodes().stream().map(n -> n.op() instanceof Op.BatchNormalization b
                ? n.with(new Op.BatchNormalization(some(b.channels(), 0.5, random), some(b.channels(), -0.5, random), some(b.channels(), -0.5, random), some(b.channels(), 0.5, random), b.epsilon()))
                : n).toList());
    }

    private static Tensor some(int n, double from, Random random) {
        float[] values = new float[n];
        for (int i = 0; i < n; i++) values[i] = (float) (from + random.nextDouble());
        return Tensor.of(values, n);
    }

    @Test
    void weightsToTrainHaveTheVarianceOfHe() {
        Graph graph = Zoo.build("resnet20", Zoo.defaults("resnet20").withBatchNorm(true));
        for (Node node : graph.nodes())
            if (node.op() instanceof Op.Conv c && c.weight().size() > 4000) {
                double power = 0;
                for (float w : c.weight().values()) power += w * w;
                assertThat(power / c.weight().size() * c.outChannels() * c.window().kernelHeight() * c.window().kernelWidth()).as(node.name()).isBetween(1.8, 2.2);
                assertThat(c.bias().values()).containsOnly(0);
            }
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
