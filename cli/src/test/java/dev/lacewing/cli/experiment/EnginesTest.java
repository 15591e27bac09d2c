package dev.lacewing.cli.experiment;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lacewing.Model;
import dev.lacewing.Options;
import dev.lacewing.bench.OnnxRuntimePeer;
import dev.lacewing.error.LacewingException.Failed;
import dev.lacewing.graph.Graph;
import dev.lacewing.zoo.Zoo;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class EnginesTest {
    /** One network in Lacewing, the same one with other weights in ONNX Runtime. */
    @Test
    void nothingIsTimedThatComputesSomethingElse() {
        Graph ours = network(1), other = network(2);
        Options options = Options.defaults();
        try (Engines same = new Engines(ours, new Model(ours).session(options), new Model(ours).session(options), OnnxRuntimePeer.open(ours, 1));
                Engines different = new Engines(ours, new Model(ours).session(options), new Model(ours).session(options), OnnxRuntimePeer.open(other, 1))) {
            same.check(Path.of("net.onnx"));
            assertThatThrownBy(() -> different.check(Path.of("net.onnx"))).isInstanceOf(Failed.class).hasMessageContaining("net.onnx: outputs differ");
        }
    }

    private static Graph network(long seed) { return Zoo.build("mlp", Zoo.defaults("mlp").withSeed(seed)); }
}
