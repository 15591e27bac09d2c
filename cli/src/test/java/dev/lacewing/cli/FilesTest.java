package dev.lacewing.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that are missing, broken or cannot be written: one message, the right exit code, nothing left behind. */
class FilesTest {
    @TempDir
    Path folder;

    private Path net;

    @BeforeEach
    void zoo() {
        net = folder.resolve("net.onnx");
        assertThat(Cli.run("zoo", "resnet20", "--width", "0.25", "-o", net).code()).isZero();
    }

    private static void fails(int code, Object... args) {
        Cli cli = Cli.run(args);
        assertThat(cli.code()).as(cli.err()).isEqualTo(code);
        assertThat(cli.out()).isEmpty();
        assertThat(cli.err()).contains("lacewing: ").doesNotContain("\tat ").doesNotContain("defect of Lacewing");
    }

    private List<String> left() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.map(p -> p.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void missingFiles() {
        for (String command : List.of("bench", "explain")) fails(1, command, folder.resolve("none.onnx"));
        fails(1, "bench", folder);
        fails(4, "bench", Files.exists(net) ? copy("net.tflite") : net);
    }

    private Path copy(String name) {
        try {
            return Files.copy(net, folder.resolve(name));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void truncatedModels() throws IOException {
        byte[] whole = Files.readAllBytes(net);
        for (int length : new int[] {0, 1, 100, whole.length / 2, whole.length - 1}) {
            Path part = Files.write(folder.resolve("part.onnx"), Arrays.copyOf(whole, length));
            fails(1, "explain", part);
            assertThat(Cli.run("explain", part).err()).contains("part.onnx");
            fails(1, "prune", part, "-s", "0.5", "-o", folder.resolve("out.onnx"));
        }
        assertThat(left()).containsExactly("net.onnx", "part.onnx");
    }

    @Test
    void unwritableTargets() throws IOException {
        fails(1, "zoo", "resnet20", "-o", folder.resolve("none/net.onnx"));
        fails(1, "prune", net, "-s", "0.5", "-o", folder.resolve("none/net.onnx"));
        fails(2, "prune", net, "-s", "0.5", "-o", folder.resolve("net.txt"));
        fails(1, "zoo", "resnet20", "-o", folder.getRoot());
        fails(1, "prune", net, "-s", "0.5", "-o", Files.createDirectory(folder.resolve("dir.onnx")));
        fails(1, "demo", "--quick", "-o", folder.resolve("none/report.html"));
        assertThat(left()).containsExactly("dir.onnx", "net.onnx");
    }

    @Test
    void picturesThatAreNone() throws IOException {
        Path text = Files.writeString(folder.resolve("text.jpg"), "no picture");
        fails(1, "run", net, "--image", text);
        fails(1, "run", net, "--image", folder.resolve("none.jpg"));
        assertThat(Cli.run("run", net, "--image", folder).err()).contains("is a folder");
        assertThat(Cli.run("eval", net, "--cifar", folder).err()).contains("is a folder");
        assertThat(Cli.run("eval", net, "--images", folder, "--labels", folder).err()).contains("is a folder");
        fails(1, "eval", net, "--cifar", text);
        fails(1, "eval", net, "--images", folder, "--labels", folder.resolve("none.csv"));
    }

    @Test
    void aTraceOnlyWhenAsked() {
        assertThat(Cli.run("bench", folder.resolve("none.onnx"), "--debug").err()).contains("\tat ");
    }
}
