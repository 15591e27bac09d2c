package dev.lacewing.jmh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lacewing.Lacewing;
import dev.lacewing.error.LacewingException.Malformed;
import dev.lacewing.graph.Graph;
import dev.lacewing.zoo.Zoo;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The lists of layers are those of the networks. {@code -Dlacewing.approve=true} writes them anew. */
class LayerShapeTest {
    @ParameterizedTest
    @ValueSource(strings = {"mobilenet_v1", "mobilenet_v2", "efficientnet_b0", "resnet50"})
    void listsOfTheZooAreUpToDate(String network) throws IOException { check(network, Zoo.build(network)); }

    /** Where the environment variable LACEWING_DATA names a folder with the published file; otherwise its list is taken as it is. */
    @Test
    void listOfThePublishedNetworkIsUpToDate(@TempDir Path folder) throws IOException {
        Path packed = Path.of(String.valueOf(System.getenv("LACEWING_DATA")), "models", "mediapipe_hand_landmark_sparse_224.onnx.gz"), file = folder.resolve("hand.onnx");
        Assumptions.assumeTrue(Files.isRegularFile(packed), "LACEWING_DATA names no folder with " + packed.getFileName());
        try (InputStream in = new GZIPInputStream(Files.newInputStream(packed))) {
            Files.copy(in, file);
        }
        check("hand_landmark", Lacewing.load(file).graph());
    }

    private static void check(String network, Graph graph) throws IOException {
        if (Boolean.getBoolean("lacewing.approve")) {
            String text = LayerShape.in(graph).stream().map(s -> s + "\n").collect(Collectors.joining("", "# window, inputs, outputs, height, width, stride\n", ""));
            Files.writeString(Path.of("src/main/resources/dev/lacewing/jmh/" + network + ".txt"), text);
        }
        assertThat(LayerShape.of(network)).containsExactlyElementsOf(LayerShape.in(graph));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "3x3", "3x3 1 2 3 4", "3x3 1 2 3 4 5 6", "3x5 1 2 3 4 5", "x3 1 2 3 4 5", "3x3 1 2 3 4 a"})
    void refusesOtherLines(String line) { assertThatThrownBy(() -> LayerShape.parse(line)).isInstanceOf(Malformed.class).hasMessageContaining("expected a layer"); }
}
