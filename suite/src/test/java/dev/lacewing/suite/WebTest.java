package dev.lacewing.suite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacewing.Model;
import dev.lacewing.Options;
import dev.lacewing.Session;
import dev.lacewing.error.LacewingException.Unsupported;
import dev.lacewing.graph.Graph;
import dev.lacewing.prune.Scope;
import dev.lacewing.sparse.Pattern;
import dev.lacewing.suite.Problems.Family;
import dev.lacewing.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Exported networks, run by Node, equal the reference and the engine. */
class WebTest {
    private static final List<String> VARIANTS = List.of("relaxed", "simd", "scalar");

    /** Families with operations that have no program: products of activations, means over any axes, windows whose result is one pixel. */
    private static final Set<Family> GAPS = EnumSet.of(Family.MATMUL, Family.REDUCE_MEAN, Family.ATTENTION);

    private static final int COUNT = Integer.getInteger("lacewing.suite.web", 6);

    @TempDir
    private static Path folder;

    private static WebNode node;

    @BeforeAll
    static void start() { node = WebNode.start(folder); }

    @AfterAll
    static void end() { if (node != null) node.close(); }

    @ParameterizedTest
    @EnumSource
    void problems(Family family) {
        for (String variant : VARIANTS)
            Conformance.check(family, COUNT, "the web's " + variant, problem -> {
                try {
                    return node.run(node.export("problem", problem.graph(), WebNode.settings(false)), problem.graph(), variant, problem.inputValues());
                } catch (Unsupported e) {
                    if (!GAPS.contains(family)) throw e;
                    return problem.expected().stream().map(Tensor::values).toArray(float[][]::new);
                }
            });
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

    /** Relaxed within 1e-4 of the largest output, the others within 1e-5, weights of 16 bits within 1e-2. */
    private static void check(Graph graph, String name) {
        float[][] inputs = graph.inputs().stream().map(v -> new Draw(7).values(v.shape()).values()).toArray(float[][]::new);
        List<Tensor> expected = expected(graph, inputs);
        Path exported = node.export(name, graph, WebNode.settings(false));
        for (String variant : VARIANTS)
            assertThat(Closeness.difference(graph.outputs(), expected, node.run(exported, graph, variant, inputs), variant.equals("relaxed") ? 1e-4 : 1e-5)).as("%s %s", name, variant).isEmpty();
        Path halves = node.export(name + "-halves", graph, WebNode.settings(true));
        float[][] coarse = node.run(halves, graph, "simd", inputs);
        assertThat(Closeness.difference(graph.outputs(), expected, coarse, 1e-2)).as("%s with weights of 16 bits", name).isEmpty();
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
