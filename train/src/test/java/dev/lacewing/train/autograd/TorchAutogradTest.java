package dev.lacewing.train.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lacewing.Model;
import dev.lacewing.Options;
import dev.lacewing.Session;
import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.error.LacewingException.Unsupported;
import dev.lacewing.graph.Activation;
import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import dev.lacewing.graph.Value;
import dev.lacewing.rewrite.Rebatch;
import dev.lacewing.tensor.Shape;
import dev.lacewing.tensor.Tensor;
import dev.lacewing.train.parameter.Parameter;
import dev.lacewing.train.parameter.Parameters;
import dev.lacewing.train.parameter.Statistics;
import dev.lacewing.zoo.Zoo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class TorchAutogradTest {
    private static final int BATCH = 3;

    static Stream<Arguments> networks() { return Networks.all().entrySet().stream().map(e -> Arguments.of(e.getKey(), e.getValue())); }

    @ParameterizedTest(name = "{0}")
    @MethodSource("networks")
    void infersAsTheEngineDoes(String name, Graph graph) { compare(graph, BATCH, 1e-5); }

    @ParameterizedTest
    @CsvSource({"mobilenet_v1, 64", "mobilenet_v2, 64", "mobilenet_v3_small, 64", "efficientnet_b0, 64", "resnet18, 64", "resnet20, 32", "squeezenet, 64"})
    void infersNetworksOfTheZoo(String name, int resolution) {
        compare(Zoo.build(name, Zoo.defaults(name).withResolution(resolution).withWidth(name.equals("resnet20") ? 1 : 0.5).withClasses(20)), 2, 1e-3);
    }

    private static void compare(Graph graph, int n, double tolerance) {
        float[] images = random(n * graph.inputs().getFirst().shape().size(), 3);
        try (Autograd autograd = new TorchAutograd(graph, Parameters.of(graph), 1); Session session = new Model(Rebatch.apply(graph, n)).session(Options.defaults())) {
            float[] expected = session.run(images), got = autograd.logits(images, n);
            assertThat(got).hasSameSizeAs(expected);
            double scale = 1e-3;
            for (float e : expected) scale = Math.max(scale, Math.abs(e));
            for (int i = 0; i < got.length; i++) assertThat(got[i]).isCloseTo(expected[i], within((float) (tolerance * scale)));
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("networks")
    void derivesAsFiniteDifferencesDo(String name, Graph graph) {
        Parameters parameters = Parameters.of(graph);
        float[] images = random(BATCH * graph.inputs().getFirst().shape().size(), 3);
        Targets targets = Targets.of(new int[] {0, 2, 1}, 3, 0.1);
        SplittableRandom random = new SplittableRandom(7);
        try (Autograd autograd = new TorchAutograd(graph, parameters, 1)) {
            for (Parameter p : parameters.all()) {
                autograd.gradients(images, targets, Set.of());
                float[] gradient = p.gradient().clone(), values = p.values().clone(), direction = new float[p.size()];
                double norm = 0, expected = 0;
                for (int i = 0; i < direction.length; i++) {
                    direction[i] = (float) (gradient[i] + 0.01 * random.nextGaussian());
                    norm += direction[i] * direction[i];
                }
                for (int i = 0; i < direction.length; i++) {
                    direction[i] /= (float) Math.sqrt(norm);
                    expected += direction[i] * gradient[i];
                }
                double step = 2e-3, up = loss(autograd, p, values, direction, step, images, targets), down = loss(autograd, p, values, direction, -step, images, targets);
                assertThat((up - down) / (2 * step)).as(p.name()).isCloseTo(expected, within(0.02 * Math.abs(expected) + 2e-4));
                System.arraycopy(values, 0, p.values(), 0, values.length);
            }
        }
    }

    private static double loss(Autograd autograd, Parameter p, float[] values, float[] direction, double step, float[] images, Targets targets) {
        for (int i = 0; i < values.length; i++) p.values()[i] = (float) (values[i] + step * direction[i]);
        return autograd.gradients(images, targets, Set.of()).loss();
    }

    @Test
    void normalisesByTheBatchAndMovesTheRunningStatistics() {
        Graph graph = new Graph("bn", List.of(new Value("x", Shape.of(1, 2, 1, 2))),
                List.of(new Node("bn", new Op.BatchNormalization(Tensor.of(new float[] {1, 2}, 2), Tensor.of(new float[] {0, 1}, 2), Tensor.of(new float[] {5, 6}, 2),
                                Tensor.of(new float[] {7, 8}, 2), 0f), List.of("x"), "y"),
                        new Node("flat", new Op.Reshape(Shape.of(1, 4)), List.of("y"), "z")), List.of("z"), Map.of());
        Parameters parameters = Parameters.of(graph);
        float[] images = {1, 2, 0, 0, 3, 6, 4, 8};   // channel 0: 1 2 3 6, mean 3, variance 3.5 (unbiased 14/3); channel 1: 0 0 4 8, mean 3, variance 11 (44/3)
        try (Autograd autograd = new TorchAutograd(graph, parameters, 1)) {
            Pass pass = autograd.gradients(images, Targets.of(new int[] {0, 1}, 4, 0), Set.of("y"));
            assertThat(pass.activations().get("y")).isEqualTo(pass.logits());
            assertThat(pass.logits()[0]).isCloseTo((float) (-2 / Math.sqrt(3.5)), within(1e-5f));
            assertThat(pass.logits()[7]).isCloseTo((float) (1 + 2 * 5 / Math.sqrt(11)), within(1e-5f));
            Statistics statistics = parameters.statistics("bn");
            assertThat(statistics.mean()).containsExactly(new float[] {5 * 0.9f + 0.3f, 6 * 0.9f + 0.3f}, within(1e-5f));
            assertThat(statistics.variance()).containsExactly(new float[] {7 * 0.9f + 14 / 30f, 8 * 0.9f + 44 / 30f}, within(1e-5f));
            autograd.estimate(images, 2, 1);
            assertThat(statistics.mean()).containsExactly(new float[] {3, 3}, within(1e-5f));
            assertThat(statistics.variance()).containsExactly(new float[] {14 / 3f, 44 / 3f}, within(1e-5f));
            float[] before = statistics.mean().clone();
            autograd.logits(images, 2);
            assertThat(statistics.mean()).isEqualTo(before);
        }
    }

    @Test
    void gradientsAreDenseUnderAMask() {
        Graph graph = Networks.all().get("fused");
        Parameters parameters = Parameters.of(graph);
        Parameter weight = parameters.get("n1/weight");
        boolean[] live = new boolean[weight.size()];
        live[0] = true;
        weight.mask(new dev.lacewing.train.parameter.Mask(dev.lacewing.train.parameter.Mask.Kind.STRAIGHT_THROUGH, live));
        try (Autograd autograd = new TorchAutograd(graph, parameters, 1)) {
            float[] images = random(BATCH * 60, 3);
            autograd.gradients(images, Targets.of(new int[] {0, 2, 1}, 3, 0), Set.of());
            int nonzero = 0;
            for (float g : weight.gradient()) if (g != 0) nonzero++;
            assertThat(nonzero).isGreaterThan(weight.size() / 3);
        }
    }

    @Test
    void sameBitsAgain() {
        Graph graph = Zoo.build("mobilenet_v2", Zoo.defaults("mobilenet_v2").withResolution(32).withWidth(0.25).withClasses(10));
        assertThat(threeSteps(graph, 2)).isEqualTo(threeSteps(graph, 2));
    }

    private static float[] threeSteps(Graph graph, int threads) {
        Parameters parameters = Parameters.of(graph);
        float[] images = random(16 * 3 * 32 * 32, 9);
        try (Autograd autograd = new TorchAutograd(graph, parameters, threads)) {
            for (int i = 0; i < 3; i++) {
                autograd.gradients(images, Targets.of(new int[16], 10, 0), Set.of());
                for (Parameter p : parameters.all()) for (int j = 0; j < p.size(); j++) p.values()[j] -= 0.1f * p.gradient()[j];
            }
            return autograd.logits(images, 16);
        }
    }

    /** Each of what a training does at every step or epoch: passes, the teacher's answers and evaluations, the statistics measured anew. */
    @ParameterizedTest
    @ValueSource(strings = {"gradients", "logits", "estimate"})
    void memoryStaysFlatOverFiveHundredSteps(String what) throws IOException {
        Graph graph = Networks.all().get("squeeze and excite");
        Parameters parameters = Parameters.of(graph);
        float[] images = random(256 * 60, 3);
        Targets targets = Targets.of(new int[256], 3, 0);
        try (Autograd autograd = new TorchAutograd(graph, parameters, 1)) {
            Runnable step = switch (what) {
                case "gradients" -> () -> autograd.gradients(images, targets, Set.of("v0"));
                case "logits" -> () -> autograd.logits(images, 256);
                default -> () -> autograd.estimate(images, 256, 0.5);
            };
            for (int i = 0; i < 100; i++) step.run();
            long least = Long.MAX_VALUE;   // of several rounds: heap and compiled code may grow in one, a leak grows in each
            for (int round = 0; round < 3; round++) {
                long before = resident();
                for (int i = 0; i < 500; i++) step.run();
                least = Math.min(least, resident() - before);
            }
            assertThat(least).as("kilobytes grown; a leaked activation a step would be 60000").isLessThan(24_000);
        }
    }

    private static long resident() throws IOException {
        System.gc();
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) if (line.startsWith("VmRSS")) return Long.parseLong(line.replaceAll("\\D", ""));
        throw new IOException("no VmRSS");
    }

    @Test
    void leavesOutTheLastSoftmax() {
        Graph graph = Networks.all().get("identity");
        List<Node> nodes = new java.util.ArrayList<>(graph.nodes());
        nodes.add(new Node("soft", new Op.Softmax(1), graph.outputs(), "probabilities"));
        Graph soft = new Graph("soft", graph.inputs(), nodes, List.of("probabilities"), Map.of());
        float[] images = random(2 * 60, 1);
        try (Autograd plain = new TorchAutograd(graph, Parameters.of(graph), 1); Autograd withSoftmax = new TorchAutograd(soft, Parameters.of(soft), 1)) {
            assertThat(withSoftmax.logits(images, 2)).isEqualTo(plain.logits(images, 2));
        }
    }

    @Test
    void aParameterThatTheOutputDoesNotDependOnHasGradientZero() {
        Graph graph = Networks.all().get("identity");
        List<Node> nodes = new java.util.ArrayList<>(graph.nodes());
        nodes.add(new Node("dead", new Op.Gemm(Tensor.of(new float[] {1, 2, 3}, 1, 3), Tensor.zeros(1), Activation.NONE), graph.outputs(), "nowhere"));
        Graph dead = new Graph("dead", graph.inputs(), nodes, graph.outputs(), Map.of());
        Parameters parameters = Parameters.of(dead);
        try (Autograd autograd = new TorchAutograd(dead, parameters, 1)) {
            autograd.gradients(random(60, 1), Targets.of(new int[] {1}, 3, 0), Set.of());
            assertThat(parameters.get("dead/weight").gradient()).containsOnly(0f);
        }
    }

    @Test
    void refusesWhatItCannotTrain() {
        Graph image = new Graph("image", List.of(new Value("x", Shape.of(1, 2, 4, 4))), List.of(new Node("a", new Op.Identity(), List.of("x"), "y")), List.of("y"), Map.of());
        assertThatThrownBy(() -> new TorchAutograd(image, Parameters.of(image), 1)).isInstanceOf(Unsupported.class).hasMessageContaining("one number for each class");
        Graph graph = Networks.all().get("identity");
        assertThatThrownBy(() -> new TorchAutograd(graph, Parameters.of(graph), 0)).isInstanceOf(Invalid.class).hasMessageContaining("at least 1 thread");
        try (Autograd autograd = new TorchAutograd(graph, Parameters.of(graph), 1)) {
            assertThatThrownBy(() -> autograd.logits(new float[59], 1)).isInstanceOf(Invalid.class).hasMessageContaining("must be 60 values, got 59");
        }
    }

    static float[] random(int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) values[i] = (float) random.nextGaussian();
        return values;
    }
}
