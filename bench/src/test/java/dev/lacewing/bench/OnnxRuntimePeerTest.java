package dev.lacewing.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import dev.lacewing.bench.OnnxRuntimePeer.Spinning;
import dev.lacewing.error.LacewingException.Failed;
import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.error.LacewingException.Malformed;
import dev.lacewing.error.LacewingException.Unsupported;
import dev.lacewing.tensor.Shape;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxRuntimePeerTest {
    @TempDir
    Path folder;

    private Path file(byte[] model) throws IOException { return Files.write(Files.createTempFile(folder, "model", ".onnx"), model); }

    @Test
    void runsAModelWithClosedShapes() throws IOException {
        try (OnnxRuntimePeer peer = OnnxRuntimePeer.open(file(OnnxFiles.pointwise()), List.of(Shape.of(1, 2, 2, 2)), 2, Spinning.UNTIL_THE_RUN_ENDS)) {
            assertThat(peer.outputShapes()).containsExactly(Shape.of(1, 1, 2, 2));
            float[][] y = peer.run(new float[] {1, 2, 3, 4, 5, 6, 7, 8});
            assertThat(y[0]).containsExactly(51, 62, 73, 84);
            peer.run(new float[][] {{0, 0, 0, 1, 0, 0, 0, 0}}, y);
            assertThat(y[0]).containsExactly(0, 0, 0, 1);
            assertThat(peer.name()).isEqualTo("ONNX Runtime");
            assertThat(peer.version()).isEqualTo("1.29.0");
        }
    }

    @Test
    void inputShapesFixOpenDimensionsAndOutputsKeepTheirOrder() throws IOException {
        Path file = Files.write(folder.resolve("tiny.onnx"), OnnxFiles.sumAndDifference(DataType.FLOAT));
        try (OnnxRuntimePeer peer = OnnxRuntimePeer.open(file, List.of(Shape.of(2, 3), Shape.of(2, 3)), 1)) {
            assertThat(peer.outputShapes()).containsExactly(Shape.of(2, 3), Shape.of(2, 3));
            float[][] y = peer.run(new float[] {1, 2, 3, 4, 5, 6}, new float[] {10, 20, 30, 40, 50, 60});
            assertThat(y[0]).containsExactly(11, 22, 33, 44, 55, 66);
            assertThat(y[1]).containsExactly(-9, -18, -27, -36, -45, -54);
        }
    }

    @Test
    void refusesWhatDoesNotFit() throws IOException {
        Path model = file(OnnxFiles.pointwise());
        assertThatThrownBy(() -> OnnxRuntimePeer.open(model, List.of(Shape.of(1, 2, 3, 2)), 1)).isInstanceOf(Invalid.class).hasMessageContaining("1x2x3x2");
        assertThatThrownBy(() -> OnnxRuntimePeer.open(model, List.of(), 1)).isInstanceOf(Invalid.class).hasMessageContaining("1 inputs");
        try (OnnxRuntimePeer peer = OnnxRuntimePeer.open(model, List.of(Shape.of(1, 2, 2, 2)), 1)) {
            assertThatThrownBy(() -> peer.run(new float[7])).isInstanceOf(Invalid.class).hasMessageContaining("needs 8 values, got 7");
        }
    }

    @Test
    void refusesWhatIsNotAModelOfFloats() throws IOException {
        Path nonsense = file(new byte[] {1, 2, 3}), doubles = file(OnnxFiles.sumAndDifference(DataType.DOUBLE));
        assertThatThrownBy(() -> OnnxRuntimePeer.open(nonsense, List.of(), 1)).isInstanceOf(Malformed.class);
        assertThatThrownBy(() -> OnnxRuntimePeer.open(folder.resolve("none.onnx"), List.of(), 1)).isInstanceOf(Failed.class).hasMessageContaining("no such file");
        assertThatThrownBy(() -> OnnxRuntimePeer.open(doubles, List.of(Shape.of(1, 3), Shape.of(1, 3)), 1))
                .isInstanceOf(Unsupported.class).hasMessageContaining("fp32");
    }

    /** In a process of its own, whose native library is not one. */
    @Test
    void saysInOneSentenceThatTheNativeLibraryDoesNotLoad() throws IOException, InterruptedException {
        for (String library : List.of("onnxruntime", "onnxruntime4j_jni")) Files.writeString(folder.resolve(System.mapLibraryName(library)), "not a library");
        Path java = Path.of(System.getProperty("java.home"), "bin", "java"), output = folder.resolve("output.txt");
        Process process = new ProcessBuilder(java.toString(), "-Donnxruntime.native.path=" + folder, "-cp", System.getProperty("java.class.path"), Opening.class.getName(), file(OnnxFiles.pointwise()).toString())
                .redirectErrorStream(true).redirectOutput(output.toFile()).start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(Files.readString(output, StandardCharsets.UTF_8)).contains("FAILED ONNX Runtime's native library does not load on this platform (");
        assertThat(process.exitValue()).isEqualTo(3);
    }

    static final class Opening {
        private Opening() {}

        public static void main(String[] arguments) {
            try {
                OnnxRuntimePeer.open(Path.of(arguments[0]), List.of(Shape.of(1, 2, 2, 2)), 1).close();
            } catch (Failed e) {
                System.err.println("FAILED " + e.getMessage());
                System.exit(3);
            }
        }
    }
}
