package dev.lacewing.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lacewing.Lacewing;
import dev.lacewing.Model;
import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import dev.lacewing.plan.CostModel;
import dev.lacewing.plan.Decision;
import dev.lacewing.plan.LayerReport;
import dev.lacewing.plan.Planner;
import dev.lacewing.program.Machine;
import dev.lacewing.tensor.Tensor;
import dev.lacewing.train.recipe.Recipe;
import dev.lacewing.zoo.Zoo;
import dev.lacewing.zoo.ZooOptions;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a method promises of the zeros, looked for in the network that comes out of the training, in what is read back from its files, and with the eyes of the planner. */
class StructureTest {
    private static final List<String> INNER = List.of("conv2", "conv3");

    @TempDir
    Path folder;

    static Graph zoo(String name, double width) { return Zoo.build(name, new ZooOptions(width, Toys.SIDE, Toys.CLASSES, 1, 1, true)); }

    static Graph train(Graph start, String method) { return train(start, null, method); }

    private static Graph train(Graph start, @Nullable Graph teacher, String method) {
        Recipe recipe = Recipe.parse("r", "data: bars\nnetwork: toy.onnx\nbatch: 32\n" + (method.contains("epochs:") ? "" : "epochs: 2\n") + method + "\n");
        return Trainer.train(recipe, Toys.bars(), start, teacher, Trainer.Settings.of(1), new Progress() {}).graph();
    }

    /** As trained, and as read back from both kinds of files. */
    private List<Graph> copies(Graph trained) {
        Path lace = folder.resolve("net.lace"), onnx = folder.resolve("net.onnx");
        new Model(trained).save(lace);
        new Model(trained).save(onnx);
        return List.of(trained, Lacewing.load(lace).graph(), Lacewing.load(onnx).graph());
    }

    static Tensor weight(Graph graph, String layer) {
        for (Node node : graph.nodes())
            if (node.name().equals(layer)) return node.op() instanceof Op.Gemm g ? g.weight() : ((Op.Conv) node.op()).weight();
        throw new AssertionError("no layer " + layer);
    }

    /** For each run of n output channels the blocks, n whole kernels, that are not zero; no weight of these is zero. */
    static int[] blocks(Tensor weight, int n) {
        int out = weight.shape().dim(0), in = weight.shape().dim(1), taps = weight.size() / out / in;
        int[] counts = new int[Math.ceilDiv(out, n)];
        for (int row = 0; row < counts.length; row++)
            for (int c = 0; c < in; c++) {
                int all = 0, nonzeros = 0;
                for (int o = row * n; o < Math.min(out, row * n + n); o++)
                    for (int t = 0; t < taps; t++, all++) if (weight.values()[(o * in + c) * taps + t] != 0) nonzeros++;
                assertThat(nonzeros).as("of %d in a block", all).isIn(0, all);
                if (nonzeros > 0) counts[row]++;
            }
        return counts;
    }

    private static void checkRuns(Tensor weight, int n, int m) {
        int out = weight.shape().dim(0), in = weight.shape().dim(1), taps = weight.size() / out / in;
        for (int o = 0; o < out; o++)
            for (int t = 0; t < taps; t++)
                for (int run = 0; run < in; run += m) {
                    int nonzeros = 0, size = Math.min(m, in - run);
                    for (int c = run; c < run + size; c++) if (weight.values()[(o * in + c) * taps + t] != 0) nonzeros++;
                    assertThat(nonzeros).as("of %d in output %d, input %d, tap %d", size, o, run, t).isEqualTo(Math.ceilDiv(size * n, m));
                }
    }

    /** Of the weights in blocks of {@code rows} output channels that the engine keeps, those that are not zero. */
    static Map<String, Double> fill(Graph graph, int rows, List<String> layers) {
        Map<String, Decision> decisions = new LinkedHashMap<>();
        for (String layer : layers) decisions.put(layer, new Decision(true, rows));
        Map<String, Double> fill = new LinkedHashMap<>();
        for (LayerReport report : Planner.plan(graph, CostModel.shipped(Machine.AVX512), 1, false, decisions).layers()) {
            if (!layers.contains(report.name())) continue;
            fill.put(report.name(), report.fill());
        }
        assertThat(fill).hasSameSizeAs(layers);
        return fill;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "method: {name: gradual, patterns: 1x4, sparsity: 0.75, frequency: 4}                          | 4 | false",
            "method: {name: gradual, patterns: 1x8, sparsity: 0.75, frequency: 4, dead: hard}              | 8 | false",
            "method: {name: gradual, patterns: 1x4, sparsity: 0.75, frequency: 4, dead: straight_through}  | 4 | false",
            "method: {name: one_shot, patterns: 1x4, sparsity: 0.75, rearrangement: none}                  | 4 | false",
            "method: {name: one_shot, patterns: 1x8, sparsity: 0.75, rearrangement: all}                   | 8 | false",
            "method: {name: one_shot, patterns: 1x8, sparsity: 0.75, rearrangement: free, uniform: true}   | 8 | true",
            "method: {name: subp, patterns: 1x4, sparsity: 0.75, start: 0, end: 1}                         | 4 | true",
            "method: {name: subp, patterns: 1x8, sparsity: 0.75, start: 0, end: 0, hard: true}             | 8 | true"})
    void blocks(String method, int n, boolean uniform) {
        for (Graph graph : copies(train(zoo("tinycnn", 1), method + "\nema: 0.9"))) {
            for (String layer : INNER) {
                Tensor weight = weight(graph, layer);
                int in = weight.shape().dim(1);
                int[] counts = blocks(weight, n);
                if (uniform) assertThat(counts).containsOnly(in / 4);
                else assertThat(Arrays.stream(counts).sum()).isEqualTo(counts.length * in / 4);
            }
            assertThat(fill(graph, n, INNER).values()).containsOnly(1.0);
        }
    }

    @Test
    void blocksThatCompeteAcrossLayers() {
        for (Graph graph : copies(train(zoo("tinycnn", 1), "method: {name: gradual, patterns: 1x4, sparsity: 0.75, frequency: 4, global: true}"))) {
            int living = INNER.stream().mapToInt(l -> 36 * Arrays.stream(blocks(weight(graph, l), 4)).sum()).sum();
            assertThat(living).isEqualTo((32 * 16 + 64 * 32) * 9 / 4);
            assertThat(weight(graph, "conv3").sparsity()).as("sparse enough for the planner to expect blocks").isGreaterThan(0.5);
            assertThat(fill(graph, 4, List.of("conv3")).values()).containsOnly(1.0);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"{name: ste, pattern: 1:4} | 1 | 4", "{name: sr_ste, pattern: 2:4, lambda: 0.01} | 2 | 4", "{name: sr_ste, pattern: 1:8, lambda: 0.01} | 1 | 8",
            "{name: gradual, patterns: 2:4, frequency: 4} | 2 | 4", "{name: one_shot, patterns: 1:4} | 1 | 4"})
    void nOfEachM(String method, int n, int m) {
        for (Graph graph : copies(train(zoo("tinycnn", 1), "method: " + method))) for (String layer : INNER) checkRuns(weight(graph, layer), n, m);
    }

    /** A pattern for each kind of operator; the entry's two blocks, one for each run of 8 outputs, are one in the end. */
    @Test
    void groupPatterns() {
        for (String method : List.of("gradual, frequency: 4", "one_shot, rearrangement: none"))
            for (Graph graph : copies(train(zoo("tinycnn", 1), "scope: all\nmethod: {name: " + method + ", sparsity: 0.5, patterns: {spatial: 1x8, gemm: 2:4}}"))) {
                for (String layer : List.of("conv1", "conv2", "conv3")) {
                    int[] counts = blocks(weight(graph, layer), 8);
                    assertThat(Arrays.stream(counts).sum()).isEqualTo(counts.length * weight(graph, layer).shape().dim(1) / 2);
                }
                checkRuns(weight(graph, "classifier"), 2, 4);
                assertThat(fill(graph, 8, INNER).values()).containsOnly(1.0);
            }
    }

    @Test
    void groupPatternsLeaveDepthwiseDense() {
        for (Graph graph : copies(train(zoo("mobilenet_v1_mnist", 0.25), "method: {name: gradual, sparsity: 0.75, patterns: 'group:4', frequency: 4}"))) {
            int pointwise = 0;
            for (Node node : graph.nodes()) {
                if (!(node.op() instanceof Op.Conv conv)) continue;
                if (node.name().endsWith("/depthwise")) assertThat(conv.weight().sparsity()).isZero();
                if (!node.name().endsWith("/pointwise")) continue;
                int[] counts = blocks(conv.weight(), 4);
                assertThat(Arrays.stream(counts).sum()).isEqualTo(counts.length * conv.inChannels() / 4);
                pointwise++;
            }
            assertThat(pointwise).isGreaterThan(4);
        }
    }

    /** As many weights live as were laid out; of those, few have grown without ever getting a gradient. */
    @ParameterizedTest
    @ValueSource(strings = {"static", "set", "rigl"})
    void constantCounts(String method) {
        for (Graph graph : copies(train(zoo("tinycnn", 1), "method: {name: " + method + ", sparsity: 0.75, allocation: uniform, interval: 5}")))
            for (String layer : INNER) {
                int living = weight(graph, layer).size() / 4;
                assertThat(weight(graph, layer).nonzeros()).isBetween(method.equals("static") ? living : living * 97 / 100, living);
            }
    }

    /** 48 and 16 hidden units in 4 ensembles: 36 of 48 weights between an ensemble and the one that it projects to, 6 of 48 between others. */
    @ParameterizedTest
    @ValueSource(strings = {"none", "random", "gradient", "hebbian"})
    void ensembles(String growth) {
        String method = "scope: all\nmethod: {name: g2g, within: 0.75, between: 0.125, interval: 5, window: 3, growth: " + growth + "}";
        for (Graph graph : copies(train(zoo("mlp", 0.16), method))) {
            Tensor weight = weight(graph, "fc2");
            assertThat(weight.shape().dims()).containsExactly(16, 48);
            int[][] pairs = new int[4][4];
            for (int i = 0; i < weight.size(); i++) if (weight.values()[i] != 0) pairs[i / 48 / 4][i % 48 / 12]++;
            int all = 0;
            for (int[] row : pairs) {
                Arrays.sort(row);
                assertThat(row[3]).isBetween(growth.equals("none") ? 36 : 30, 36);
                for (int k = 0; k < 3; k++) assertThat(row[k]).isBetween(growth.equals("none") ? 6 : 0, 6);
                all += Arrays.stream(row).sum();
            }
            assertThat(all).isBetween(4 * 54 * 9 / 10, 4 * 54);
            for (String layer : List.of("fc1", "classifier")) assertThat(weight(graph, layer).sparsity()).isCloseTo(1 - 54 / 192.0, within(0.03));
        }
    }

    /** The seed and nothing else decides; that of the method where it draws lots. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"{name: gradual, patterns: 1x4, frequency: 4} | false", "one_shot | false", "{name: subp, patterns: 1x4, start: 0, end: 2} | true",
            "{name: sr_ste, lambda: 0.01} | false", "{name: static, interval: 5} | true", "{name: set, interval: 5} | true", "{name: rigl, interval: 5} | true",
            "{name: g2g, interval: 5, window: 3} | true"})
    void sameSeedSameBits(String method, boolean draws) {
        Graph start = method.contains("g2g") ? zoo("mlp", 0.16) : zoo("tinycnn", 0.5);
        String scoped = (method.contains("g2g") ? "scope: all\n" : "epochs: 3\n") + "method: " + method;
        Graph once = train(start, scoped), again = train(start, scoped), other = train(start, scoped + "\nseed: {weights: 0, method: 5}");
        assertThat(again).isEqualTo(once);
        assertThat(other.equals(once)).isEqualTo(!draws);
    }

    /** A topology step at each step: masks move, and no weight that is not masked ever changes. */
    @ParameterizedTest
    @ValueSource(strings = {"set", "rigl"})
    void aTopologyStepIsNoStepOfTheOptimizer(String method) {
        Graph start = zoo("tinycnn", 1), trained = train(start, "method: {name: " + method + ", sparsity: 0.75, allocation: uniform, interval: 1, end: 1}");
        int same = 0;
        for (int i = 0; i < start.nodes().size(); i++) {
            Op before = start.nodes().get(i).op(), after = trained.nodes().get(i).op();
            if (before instanceof Op.BatchNormalization a && after instanceof Op.BatchNormalization b) {
                assertThat(b.scale()).isEqualTo(a.scale());
                assertThat(b.shift()).isEqualTo(a.shift());
                assertThat(b.mean()).as("but batches were seen").isNotEqualTo(a.mean());
                same++;
            }
        }
        assertThat(same).isEqualTo(3);
        assertThat(weight(trained, "conv1")).isEqualTo(weight(start, "conv1"));
        assertThat(weight(trained, "classifier")).isEqualTo(weight(start, "classifier"));
        for (String layer : INNER) assertThat(weight(trained, layer).nonzeros()).isLessThanOrEqualTo(weight(trained, layer).size() / 4);
    }

    /** Distillation changes what the weights become, and neither their patterns nor the teacher. */
    @Test
    void patternsUnderATeacher() {
        Graph start = zoo("tinycnn", 1), teacher = zoo("tinycnn", 0.5), copy = zoo("tinycnn", 0.5);
        String blocks = "method: {name: gradual, patterns: 1x4, sparsity: 0.75, frequency: 4}", runs = "method: {name: sr_ste, pattern: 1:4, lambda: 0.01}";
        String uniform = "method: {name: subp, patterns: 1x8, sparsity: 0.75, start: 0, end: 1}", constant = "method: {name: static, sparsity: 0.75, allocation: uniform}";
        for (String method : List.of(blocks, runs, uniform, constant)) {
            Graph alone = train(start, method), taught = train(start, teacher, method + "\nteacher: {file: t.onnx, weight: 0.5}");
            assertThat(taught).isNotEqualTo(alone).isEqualTo(train(start, teacher, method + "\nteacher: {file: t.onnx, weight: 0.5}"));
            assertThat(train(start, teacher, method + "\nteacher: {file: t.onnx, weight: 0}")).as("a teacher without weight").isEqualTo(alone);
            for (String layer : INNER) {
                Tensor weight = weight(taught, layer);
                assertThat(weight.sparsity()).isCloseTo(0.75, within(1e-9));
                if (method.equals(blocks)) blocks(weight, 4);
                if (method.equals(runs)) checkRuns(weight, 1, 4);
                if (method.equals(uniform)) assertThat(blocks(weight, 8)).containsOnly(weight.shape().dim(1) / 4);
            }
        }
        assertThat(teacher).isEqualTo(copy);
    }

    /** What the eyes of the planner see where there are no blocks. */
    @Test
    void singleWeightsAreNoBlocks() {
        Graph graph = train(zoo("tinycnn", 1), "method: {name: gradual, sparsity: 0.75, frequency: 4}");
        for (String layer : INNER) assertThat(weight(graph, layer).sparsity()).isCloseTo(0.75, within(1e-9));
        assertThat(fill(graph, 4, INNER).values()).allSatisfy(f -> assertThat(f).isLessThan(0.6));
    }
}
