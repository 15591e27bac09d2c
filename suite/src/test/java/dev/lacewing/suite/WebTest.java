package dev.lacewing.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lacewing.Model;
import dev.lacewing.Options;
import dev.lacewing.Session;
import dev.lacewing.cli.image.Preprocessing;
import dev.lacewing.cli.image.Preprocessor;
import dev.lacewing.cli.image.Resize;
import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.error.LacewingException.Unsupported;
import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import dev.lacewing.graph.Value;
import dev.lacewing.image.Picture;
import dev.lacewing.prune.Scope;
import dev.lacewing.sparse.Pattern;
import dev.lacewing.suite.Problems.Family;
import dev.lacewing.tensor.Shape;
import dev.lacewing.tensor.Tensor;
import dev.lacewing.web.PictureInput;
import dev.lacewing.web.WebExport;
import dev.lacewing.zoo.Zoo;
import dev.lacewing.zoo.ZooOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Exported networks, run by Node, equal the reference and the engine. */
class WebTest {
    private static final List<String> VARIANTS = List.of("relaxed", "simd", "scalar");

    /** Without training, its eighty layers with a sigmoid in each multiply what roundings differ by. */
    private static final Set<String> DEEP = Set.of("efficientnet_b0");

    private static final int COUNT = Integer.getInteger("lacewing.suite.web", 4);

    @TempDir
    private static Path folder;

    private static WebNode node;

    @BeforeAll
    static void start() throws IOException { node = WebNode.start(folder); }

    @AfterAll
    static void end() { if (node != null) node.close(); }

    /** How a problem is run: the folder of its export, the module and the number of threads. */
    private enum Way {
        RELAXED("", "relaxed", 1), SIMD("", "simd", 1), SCALAR("", "scalar", 1), DENSE(WebExport.DENSE, "simd", 1), TWO_THREADS("", "relaxed", 2), THREE_THREADS("", "relaxed", 3);

        private final String folder, variant;
        private final int threads;

        Way(String folder, String variant, int threads) {
            this.folder = folder;
            this.variant = variant;
            this.threads = threads;
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "MATMUL")
    void problems(Family family) {
        List<Problem> problems = Problems.several(family, COUNT);
        for (Problem problem : problems)
            for (int threads : new int[] {2, 3})
                node.export(problem.name() + threads, problem.graph(), new WebExport.Settings("test", false, threads == 2, null, List.of(), null, "test", threads));
        for (Way way : Way.values())
            Conformance.check(problems, family, "the web, " + way, problem -> {
                Path exported = folder.resolve(problem.name() + Math.max(2, way.threads)).resolve(way.folder);
                float[][] outputs = node.run(exported, problem.graph(), way.variant, way.threads, problem.inputValues());
                assertThat(node.answer()).containsEntry("threads", (double) way.threads);
                return outputs;
            });
    }

    /** Products of activations have no program: the export says so, and names the layer. */
    @Test
    void refusesProductsOfActivations() {
        for (Problem problem : Problems.several(Family.MATMUL, COUNT))
            assertThatThrownBy(() -> WebExport.files(problem.graph(), WebNode.settings(false))).as(problem.name()).isInstanceOf(Unsupported.class).hasMessageContaining("n0 (MatMul)");
    }

    static List<String> networks() { return ZooModels.names(); }

    @ParameterizedTest
    @MethodSource("networks")
    void dense(String name) { check(ZooModels.dense(name), name); }

    @ParameterizedTest
    @MethodSource("networks")
    void unstructured(String name) { check(ZooModels.pruned(name, new Pattern.Unstructured(), Scope.CONV), name); }

    @ParameterizedTest
    @MethodSource("networks")
    void blocksOfFourChannels(String name) { check(ZooModels.pruned(name, new Pattern.Block(4), Scope.POINTWISE), name); }

    /** Without a fused multiply-add, too, within a tenth of what networks may differ. */
    @ParameterizedTest
    @ValueSource(strings = {"simd", "scalar"})
    void mobileNetOfTheUsualSize(String variant) {
        Graph graph = Zoo.build("mobilenet_v1", new ZooOptions(0.25, 224, 1000, 1));
        float[][] inputs = {new Draw(7).values(graph.inputs().getFirst().shape()).values()};
        float[][] outputs = node.run(node.export("mobilenet", graph, WebNode.settings(false)), graph, variant, inputs);
        assertThat(Closeness.difference(graph.outputs(), expected(graph, inputs), outputs, 1e-5)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"relaxed", "simd", "scalar"})
    void twoThreads(String variant) {
        Graph graph = Zoo.build("mobilenet_v1", new ZooOptions(0.25, 128, 10, 1));
        float[][] inputs = {new Draw(7).values(graph.inputs().getFirst().shape()).values()};
        Path exported = node.export("threads", graph, WebNode.settings(false).withThreads(2));
        assertThat(Closeness.difference(graph.outputs(), expected(graph, inputs), node.run(exported, graph, variant, 2, inputs), Closeness.NETWORK)).isEmpty();
        assertThat(node.answer()).containsEntry("threads", 2.0).containsEntry("note", "");
        node.run(exported, graph, variant, 3, inputs);
        assertThat(node.answer()).containsEntry("threads", 2.0).containsEntry("note", "2 threads instead of 3: the network was exported for so many");
    }

    /** A picture becomes the input as it does on the command line. */
    @ParameterizedTest
    @CsvSource(nullValues = "-", value = {"3, -, -, BGR, 50", "3, 70, -, BGR, 50", "3, 50x90, 32, BGR, 50", "3, -, 32, BGR, 50", "3, -, 32, RGB, 50 60 70", "1, -, -, RGB, 50", "1, 40, 32, BGR, 60"})
    void pictures(int channels, @Nullable String resize, @Nullable Integer crop, Preprocessing.Order order, String stds) {
        Graph graph = doubled(channels);
        Resize size = resize == null ? null : Resize.parse(resize);
        List<Float> mean = channels == 3 ? List.of(100f, 110f, 120f) : List.of(100f), std = Stream.of(stds.split(" ")).map(Float::valueOf).toList();
        int width = 61, height = 87;
        byte[] rgba = new byte[4 * width * height], rgb = new byte[3 * width * height];
        new Random(5).nextBytes(rgb);
        for (int i = 0; i < width * height; i++) {
            System.arraycopy(rgb, 3 * i, rgba, 4 * i, 3);
            rgba[4 * i + 3] = (byte) 255;
        }
        float[] input = new float[graph.inputs().getFirst().shape().size()];
        Preprocessor preprocessor = new Preprocessor(new Preprocessing(size, crop, order, mean, std), graph.inputs().getFirst().shape());
        preprocessor.apply(new Picture(width, height, rgb), input, 0);
        PictureInput picture = new PictureInput(size == null ? null : List.of(size.width(), size.height()), crop, order.name().toLowerCase(Locale.ROOT), mean, std, false, false);
        Path exported = node.export("picture", graph, new WebExport.Settings("test", false, false, picture, List.of(), null, "test"));
        assertThat(Closeness.difference(graph.outputs(), expected(graph, new float[][] {input}), node.run(exported, graph, rgba, width, height), 1e-6)).isEmpty();
        if (crop == null || resize != null) return;
        Picture small = new Picture(31, 40, new byte[3 * 31 * 40]);
        assertThatThrownBy(() -> preprocessor.apply(small, input, 0)).isInstanceOf(Invalid.class).hasMessageContaining("31x40");
        assertThatThrownBy(() -> node.run(exported, graph, new byte[4 * 31 * 40], 31, 40)).hasMessageContaining("31x40 is smaller than the network's 32x32");
    }

    /** Shows its input: each pixel becomes four. */
    private static Graph doubled(int channels) {
        Op.Resize resize = new Op.Resize(64, 64, 2, 2, Op.ResizeMode.NEAREST, Op.Coordinates.ASYMMETRIC, Op.NearestMode.FLOOR);
        return new Graph("doubled", List.of(new Value("x", Shape.of(1, channels, 32, 32))), List.of(new Node("double", resize, List.of("x"), "y")), List.of("y"), Map.of());
    }

    /** As networks may differ; weights of 16 bits within 5e-2, of deep networks without training. */
    private static void check(Graph graph, String name) {
        float[][] inputs = graph.inputs().stream().map(v -> new Draw(7).values(v.shape()).values()).toArray(float[][]::new);
        List<Tensor> expected = expected(graph, inputs);
        Path exported = node.export(name, graph, WebNode.settings(false));
        for (String variant : VARIANTS) {
            double tolerance = variant.equals("relaxed") ? Closeness.NETWORK : DEEP.contains(name) ? 3e-5 : 1e-5;
            assertThat(Closeness.difference(graph.outputs(), expected, node.run(exported, graph, variant, inputs), tolerance)).as("%s %s", name, variant).isEmpty();
        }
        Path halves = node.export(name + "-halves", graph, WebNode.settings(true));
        float[][] coarse = node.run(halves, graph, "simd", inputs);
        assertThat(Closeness.difference(graph.outputs(), expected, coarse, 5e-2)).as("%s with weights of 16 bits", name).isEmpty();
        assertThat(Closeness.difference(graph.outputs(), expected, coarse, 1e-6)).as("%s: weights of 16 bits are not those of 32", name).isNotEmpty();
    }

    private static List<Tensor> expected(Graph graph, float[][] inputs) {
        float[][] outputs = graph.outputs().stream().map(o -> new float[graph.shape(o).size()]).toArray(float[][]::new);
        try (Session session = new Model(graph).session(Options.defaults())) {
            session.run(inputs, outputs);
        }
        List<Tensor> expected = new ArrayList<>();
        for (int i = 0; i < outputs.length; i++) expected.add(new Tensor(graph.shape(graph.outputs().get(i)), outputs[i]));
        return expected;
    }
}
