package dev.lacewing.prune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.graph.Activation;
import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import dev.lacewing.graph.PlainLoops;
import dev.lacewing.graph.Value;
import dev.lacewing.graph.Window;
import dev.lacewing.sparse.Pattern;
import dev.lacewing.tensor.Shape;
import dev.lacewing.tensor.Tensor;
import dev.lacewing.zoo.Zoo;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PrunerTest {
    private static final Pattern UNSTRUCTURED = new Pattern.Unstructured();

    private static Tensor random(int... dims) { return PlainLoops.random(new Random(3), Shape.of(dims)); }

    /** One convolution with these weights, pruned as if everything were in scope. */
    private static Tensor prune(Tensor weight, int groups, String pattern, double sparsity) {
        int kernel = weight.shape().dim(2);
        Op conv = new Op.Conv(weight, Tensor.zeros(weight.shape().dim(0)), Window.square(kernel, 1, kernel / 2), groups, Activation.NONE);
        Graph graph = new Graph("g", List.of(new Value("x", Shape.of(1, weight.shape().dim(1) * groups, 5, 5))), List.of(new Node("c", conv, List.of("x"), "y")),
                List.of("y"), Map.of());
        PruneResult result = Pruner.prune(graph, new Pruning(Pattern.parse(pattern), sparsity, Scope.ALL));
        Tensor pruned = ((Op.Conv) result.graph().nodes().getFirst().op()).weight();
        assertThat(result.layers()).singleElement()
                .isEqualTo(new LayerSparsity("c", Pattern.parse(pattern), pruned.sparsity(), weight.size(), pruned.nonzeros()));
        assertThat(result.sparsity()).isCloseTo(pruned.sparsity(), within(1e-12));
        for (int i = 0; i < weight.size(); i++)
            if (pruned.values()[i] != 0) assertThat(Float.floatToRawIntBits(pruned.values()[i])).isEqualTo(Float.floatToRawIntBits(weight.values()[i]));
        return pruned;
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "0.1, 7", "0.5, 36", "0.9, 65", "1, 72"})
    void smallestWeightsGo(double sparsity, int zeros) {
        Tensor weight = random(4, 2, 3, 3), pruned = prune(weight, 1, "unstructured", sparsity);
        assertThat(weight.size() - pruned.nonzeros()).isEqualTo(zeros);
        double largestDropped = 0, smallestKept = Double.MAX_VALUE;
        for (int i = 0; i < weight.size(); i++)
            if (pruned.values()[i] == 0) largestDropped = Math.max(largestDropped, Math.abs(weight.values()[i]));
            else smallestKept = Math.min(smallestKept, Math.abs(weight.values()[i]));
        assertThat(largestDropped).isLessThan(smallestKept);
    }

    @Test
    void ofEqualWeightsTheFirstGo() {
        assertThat(prune(Tensor.of(new float[] {1, -1, 1, 1, -1, 2}, 2, 3, 1, 1), 1, "unstructured", 0.5).values()).containsExactly(0, 0, 0, 1, -1, 2);
    }

    @Test
    void zerosThatAreThereCount() {
        assertThat(prune(Tensor.of(new float[] {5, 0, 1, 0, 2, 3}, 2, 3, 1, 1), 1, "unstructured", 0.5).values()).containsExactly(5, 0, 0, 0, 2, 3);
        Tensor sparse = Tensor.of(new float[] {5, 0, 0, 0, 0, 3}, 2, 3, 1, 1);
        assertThat(prune(sparse, 1, "unstructured", 0.5)).isEqualTo(sparse);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 4, 8, 16})
    void blocksOfKernelsGoAsAWhole(int n) {
        int out = 16, in = 6, taps = 9;
        Tensor weight = random(out, in, 3, 3), pruned = prune(weight, 1, "1x" + n, 0.75);
        List<Double> dropped = new ArrayList<>(), kept = new ArrayList<>();
        for (int run = 0; run < out / n; run++)
            for (int c = 0; c < in; c++) {
                double norm = 0;
                int nonzeros = 0;
                for (int o = run * n; o < run * n + n; o++)
                    for (int t = 0; t < taps; t++) {
                        norm += Math.abs(weight.values()[(o * in + c) * taps + t]);
                        if (pruned.values()[(o * in + c) * taps + t] != 0) nonzeros++;
                    }
                assertThat(nonzeros).isIn(0, n * taps);
                (nonzeros == 0 ? dropped : kept).add(norm);
            }
        assertThat(dropped).hasSize((int) Math.round(0.75 * in * out / n));
        assertThat(dropped).allSatisfy(d -> assertThat(kept).allMatch(k -> k > d));
    }

    @ParameterizedTest
    @CsvSource({"unstructured, 1, 1", "unstructured, 1, 3", "1x4, 4, 1", "1x4, 4, 3"})
    void uniformKeepsAsMuchInEveryBlockRow(String pattern, int n, int kernel) {
        int out = 16, in = 20, row = n * in * kernel * kernel;
        Tensor weight = random(out, in, kernel, kernel);
        for (int i = 0; i < row; i++) weight.values()[i] *= 10;   // the largest weights stand in the first block row
        Graph graph = new Graph("g", List.of(new Value("x", Shape.of(1, in, 5, 5))), List.of(new Node("c",
                new Op.Conv(weight, Tensor.zeros(out), Window.square(kernel, 1, kernel / 2), 1, Activation.NONE), List.of("x"), "y")), List.of("y"), Map.of());
        Pruning pruning = new Pruning(Pattern.parse(pattern), 0.75, Scope.ALL);
        assertThat(nonzerosByRow(graph, pruning.withUniform(true), row)).hasSize(out / n).containsOnly(row / 4);
        assertThat(nonzerosByRow(graph, pruning, row).getFirst()).isGreaterThan(row / 2);
    }

    private static List<Integer> nonzerosByRow(Graph graph, Pruning pruning, int row) {
        float[] values = ((Op.Conv) Pruner.prune(graph, pruning).graph().nodes().getFirst().op()).weight().values();
        List<Integer> counts = new ArrayList<>();
        for (int from = 0; from < values.length; from += row) {
            int nonzeros = 0;
            for (int i = from; i < from + row; i++) if (values[i] != 0) nonzeros++;
            counts.add(nonzeros);
        }
        return counts;
    }

    @Test
    void lastBlockIsSmallerAndJudgedByItsMean() {
        Tensor weight = Tensor.of(new float[] {3, 1, 3, 1, 2, 2}, 3, 2, 1, 1);
        assertThat(prune(weight, 1, "1x2", 0.25).values()).containsExactly(3, 0, 3, 0, 2, 2);
        assertThat(prune(weight, 1, "1x2", 0.5).values()).containsExactly(3, 0, 3, 0, 0, 2);
    }

    @Test
    void blocksDoNotStraddleGroups() {
        Tensor weight = Tensor.of(new float[] {9, 9, 1, 1, 1, 9}, 6, 1, 1, 1);
        assertThat(prune(weight, 2, "1x2", 0.5).values()).containsExactly(9, 9, 0, 0, 0, 9);
    }

    @Test
    void nOfMKeepsTheLargestOfEachRunAlongInputChannels() {
        Tensor weight = Tensor.of(new float[] {
            1, -4, 2, 3, 5,
            1, 1, 1, 1, 0}, 2, 5, 1, 1);
        assertThat(prune(weight, 1, "2:4", 0.5).values()).containsExactly(0, -4, 0, 3, 5, 0, 0, 1, 1, 0);
    }

    @Test
    void nOfMCountsChannelsAtEachKernelPosition() {
        int in = 10;
        Tensor pruned = prune(random(3, in, 3, 3), 1, "1:4", 0.75);
        for (int o = 0; o < 3; o++)
            for (int t = 0; t < 9; t++)
                for (int run = 0; run < in; run += 4) {
                    int nonzeros = 0;
                    for (int c = run; c < Math.min(in, run + 4); c++) if (pruned.values()[(o * in + c) * 9 + t] != 0) nonzeros++;
                    assertThat(nonzeros).isEqualTo(1);
                }
    }

    @ParameterizedTest
    @CsvSource({"mobilenet_v1, POINTWISE, 13", "mobilenet_v1, CONV, 13", "mobilenet_v1, ALL, 28", "mobilenet_v2, POINTWISE, 34", "mobilenet_v3_small, POINTWISE, 22",
        "mobilenet_v3_small, ALL, 54", "efficientnet_b0, CONV, 32", "resnet20, CONV, 20", "resnet20, POINTWISE, 2", "resnet50, POINTWISE, 36", "resnet50, CONV, 52",
        "squeezenet, POINTWISE, 16", "squeezenet, CONV, 24", "squeezenet, ALL, 26"})
    void scopesOfTheZoo(String network, Scope scope, int layers) {
        Graph graph = Zoo.build(network, Zoo.defaults(network).withWidth(0.25));
        PruneResult result = Pruner.prune(graph, new Pruning(UNSTRUCTURED, 0.9, scope));
        assertThat(result.layers()).hasSize(layers).allSatisfy(l -> assertThat(l.sparsity()).isCloseTo(0.9, within(0.5 / l.weights() + 1e-12)));
        assertThat(result.sparsity()).isCloseTo(0.9, within(0.005));
        if (scope != Scope.ALL) assertThat(result.layers()).extracting(LayerSparsity::name).doesNotContain("conv1", "classifier", "hidden");
        for (int i = 0; i < graph.nodes().size(); i++) {
            Node before = graph.nodes().get(i), after = result.graph().nodes().get(i);
            boolean listed = result.layers().stream().anyMatch(l -> l.name().startsWith(before.name()));
            assertThat(before.equals(after)).isEqualTo(!listed);
        }
        assertThat(Pruner.prune(graph, new Pruning(UNSTRUCTURED, 0.9, scope)).graph()).isEqualTo(result.graph());
    }

    @Test
    void entryIsFoundBehindOtherOpsAndClassifierOnPooledPlanes() {
        Window point = Window.square(1, 1, 0);
        List<Node> nodes = List.of(
                new Node("pad", new Op.Pad(List.of(0, 0, 1, 1), List.of(0, 0, 1, 1), Op.PadMode.CONSTANT, 0), List.of("x"), "p"),
                new Node("entry", new Op.Conv(random(8, 8, 1, 1), Tensor.zeros(8), point, 1, Activation.RELU), List.of("p"), "a"),
                new Node("middle", new Op.Conv(random(8, 8, 1, 1), Tensor.zeros(8), point, 1, Activation.RELU), List.of("a"), "b"),
                new Node("mean", new Op.ReduceMean(List.of(2, 3), true), List.of("b"), "m"),
                new Node("activation", new Op.Activate(Activation.RELU), List.of("m"), "r"),
                new Node("head", new Op.Conv(random(8, 8, 1, 1), Tensor.zeros(8), point, 1, Activation.NONE), List.of("r"), "y"));
        Graph graph = new Graph("g", List.of(new Value("x", Shape.of(1, 8, 4, 4))), nodes, List.of("y"), Map.of());
        assertThat(Pruner.prune(graph, new Pruning(UNSTRUCTURED, 0.5, Scope.CONV)).layers()).extracting(LayerSparsity::name).containsExactly("middle");
        assertThat(Pruner.prune(graph, new Pruning(UNSTRUCTURED, 0.5, Scope.ALL)).layers()).hasSize(3);
    }

    @Test
    void sparsityZeroChangesNoBit() {
        Tensor weight = random(4, 4, 1, 1);
        weight.values()[0] = -0f;
        assertThat(prune(weight, 1, "unstructured", 0)).isSameAs(weight);
        assertThat(prune(weight, 1, "1x4", 0)).isSameAs(weight);
    }

    @Test
    void wishesThatContradictAreRefused() {
        assertThatThrownBy(() -> new Pruning(UNSTRUCTURED, 1.1, Scope.ALL)).isInstanceOf(Invalid.class);
        assertThatThrownBy(() -> new Pruning(UNSTRUCTURED, Double.NaN, Scope.ALL)).isInstanceOf(Invalid.class);
        assertThatThrownBy(() -> new Pruning(new Pattern.NofM(2, 4), 0.9, Scope.ALL)).isInstanceOf(Invalid.class).hasMessageContaining("0.5");
        assertThatThrownBy(() -> Pruning.of(new Pattern.Block(4), OptionalDouble.empty(), Scope.ALL)).isInstanceOf(Invalid.class);
        assertThat(Pruning.of(new Pattern.NofM(1, 4), OptionalDouble.empty(), Scope.CONV).sparsity()).isEqualTo(0.75);
        assertThat(new Pruning(new Pattern.NofM(1, 3), 0.667, Scope.CONV).sparsity()).isEqualTo(0.667);
        assertThat(Scope.parse("pointwise")).isEqualTo(Scope.POINTWISE);
        assertThatThrownBy(() -> Scope.parse("some")).isInstanceOf(Invalid.class).hasMessageContaining("pointwise, conv, all");
    }
}
