package dev.lacewing.suite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacewing.Model;
import dev.lacewing.bench.OnnxRuntimePeer;
import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Value;
import dev.lacewing.prune.Scope;
import dev.lacewing.sparse.Pattern;
import dev.lacewing.tensor.Tensor;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** ONNX Runtime vouches for the reference, and for the ONNX writer that stands between them. */
class ReferenceTest {
    @TempDir
    private Path folder;

    static List<String> networks() { return ZooModels.names(); }

    @ParameterizedTest
    @EnumSource
    void equalsOnnxRuntime(Problems.Family family) {
        Conformance.check(family, Integer.getInteger("lacewing.suite.count", 60), "ONNX Runtime", p -> onOnnxRuntime(p.graph(), p.inputValues()));
    }

    @ParameterizedTest
    @MethodSource("networks")
    void equalsOnnxRuntimeOnWholeNetworks(String name) {
        Graph graph = ZooModels.pruned(name, new Pattern.Block(4), Scope.POINTWISE);
        Map<String, Tensor> inputs = graph.inputs().stream().collect(Collectors.toMap(Value::name, v -> new Draw(7).values(v.shape())));
        float[][] got = onOnnxRuntime(graph, graph.inputs().stream().map(v -> inputs.get(v.name()).values()).toArray(float[][]::new));
        assertThat(Closeness.difference(graph.outputs(), Reference.outputs(graph, inputs), got, Closeness.NETWORK)).isEmpty();
    }

    private float[][] onOnnxRuntime(Graph graph, float[][] inputs) {
        Path file = folder.resolve(graph.name() + ".onnx");
        new Model(graph).save(file);
        try (OnnxRuntimePeer peer = OnnxRuntimePeer.open(file, graph.inputs().stream().map(Value::shape).toList(), 1)) {
            return peer.run(inputs);
        }
    }
}
