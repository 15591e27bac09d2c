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
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The networks of the zoo, narrow and at low resolution, dense and pruned: the engine equals ONNX Runtime on the same file. */
class WholeModelTest {
    @BeforeAll
    static void tier() { ProcessTier.assumePresent(); }

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
            assertThat(Closeness.difference(graph.outputs(), expected, outputs, Closeness.NETWORK)).as("%s with %s", graph.name(), options).isEmpty();
        }
    }
}
