package dev.lacewing.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.ModelProto;
import dev.lacewing.Model;
import dev.lacewing.graph.Graph;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Published networks, where the environment variable LACEWING_DATA names a folder with {@code models/*.onnx} or {@code models/*.onnx.gz}. */
class RealModelsTest {
    private static final Map<String, Map<String, Integer>> OPEN = Map.of("espcn_x2_fp32.onnx", Map.of("H", 24, "W", 31), "fsrcnn_x2_fp32.onnx", Map.of("H", 24, "W", 31));

    @TempDir
    Path folder;

    @TestFactory
    Stream<DynamicTest> computeTheSameAfterReadingAndWriting() throws IOException {
        String data = System.getenv("LACEWING_DATA");
        Assumptions.assumeTrue(data != null && Files.isDirectory(Path.of(data, "models")), "LACEWING_DATA names no folder with models");
        try (Stream<Path> files = Files.list(Path.of(data, "models"))) {
            return files.filter(f -> f.toString().matches(".*\\.onnx(\\.gz)?")).sorted().toList().stream().map(given -> DynamicTest.dynamicTest(given.getFileName().toString(), () -> {
                Path f = unpacked(given);
                Graph graph = new OnnxFormat().read(f, OPEN.getOrDefault(f.getFileName().toString(), Map.of())).graph();
                Path written = folder.resolve("written.onnx");
                for (double sparseFrom : new double[] {2, 0.5}) {
                    new OnnxFormat(sparseFrom).write(new Model(graph), written);
                    Oracle.same(ModelProto.parseFrom(Files.readAllBytes(f)), graph, ModelProto.parseFrom(Files.readAllBytes(written)));
                }
                new OnnxFormat().write(new Model(graph), written);
                assertThat(new OnnxFormat().read(written, Map.of()).graph()).isEqualTo(graph);
            }));
        }
    }

    private Path unpacked(Path file) throws IOException {
        if (!file.toString().endsWith(".gz")) return file;
        Path plain = folder.resolve(file.getFileName().toString().replace(".gz", ""));
        try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
            Files.copy(in, plain);
        }
        return plain;
    }
}
