package dev.lacewing.suite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacewing.Model;
import dev.lacewing.Options;
import dev.lacewing.Session;
import dev.lacewing.bench.OnnxRuntimePeer;
import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Value;
import dev.lacewing.prune.Scope;
import dev.lacewing.sparse.Pattern;
import dev.lacewing.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The networks of the zoo, narrow and at low resolution, dense and pruned: the engine equals ONNX Runtime on the same file. Random
 * deep networks may cancel so much that fp32 itself errs by more than the tolerance (resnet50: ONNX Runtime is 6e-5 from the exact logits); where the two
 * differ, the reference decides, and the engine may be {@value #SLACK} times as far from it as ONNX Runtime is.
 */
class WholeModelTest {
    private static final int SLACK = 4;

    @TempDir
    private Path folder;

    static List<String> networks() { return ZooModels.names(); }

    @ParameterizedTest
    @MethodSource("networks")
    void dense(String name) { check(ZooModels.dense(name)); }

    @ParameterizedTest
    @MethodSource("networks")
    void unstructured(String name) { check(ZooModels.pruned(name, new Pattern.Unstructured(), Scope.CONV)); }

    @ParameterizedTest
    @MethodSource("networks")
    void blocksOfFourChannels(String name) { check(ZooModels.pruned(name, new Pattern.Block(4), Scope.POINTWISE)); }

    private void check(Graph graph) {
        Path file = folder.resolve("model.onnx");
        new Model(graph).save(file);
        float[][] inputs = graph.inputs().stream().map(v -> new Draw(7).values(v.shape()).values()).toArray(float[][]::new);
        List<Tensor> expected = new ArrayList<>();
        try (OnnxRuntimePeer peer = OnnxRuntimePeer.open(file, graph.inputs().stream().map(Value::shape).toList(), 1)) {
            float[][] y = peer.run(inputs);
            for (int i = 0; i < y.length; i++) expected.add(new Tensor(peer.outputShapes().get(i), y[i]));
        }
        for (Options options : List.of(new Options(1, false), new Options(2, false), new Options(1, true))) {
            float[][] outputs = graph.outputs().stream().map(o -> new float[graph.shape(o).size()]).toArray(float[][]::new);
            try (Session session = new Model(graph).session(options)) {
                session.run(inputs, outputs);
            }
            Optional<String> difference = Closeness.difference(graph.outputs(), expected, outputs, Closeness.NETWORK);
            if (difference.isEmpty()) continue;
            List<Tensor> exact = exact(graph, inputs);
            for (int i = 0; i < outputs.length; i++)
                assertThat(error(exact.get(i), outputs[i])).as("%s with %s: %s; its distance from the exact values", graph.name(), options, difference.get())
                        .isLessThanOrEqualTo(SLACK * error(exact.get(i), expected.get(i).values()));
        }
    }

    private static List<Tensor> exact(Graph graph, float[][] inputs) {
        Map<String, Tensor> feeds = new HashMap<>();
        for (int i = 0; i < inputs.length; i++) feeds.put(graph.inputs().get(i).name(), new Tensor(graph.inputs().get(i).shape(), inputs[i]));
        return Reference.outputs(graph, feeds);
    }

    /** NaN if there is one. */
    private static double error(Tensor exact, float[] got) {
        return IntStream.range(0, got.length).mapToDouble(i -> Math.abs((double) exact.values()[i] - got[i])).reduce(0, Math::max);
    }
}
