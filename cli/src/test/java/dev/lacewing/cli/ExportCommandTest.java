package dev.lacewing.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lacewing.Model;
import dev.lacewing.error.LacewingException.Failed;
import dev.lacewing.graph.Activation;
import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import dev.lacewing.graph.Value;
import dev.lacewing.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportCommandTest {
    @TempDir
    Path folder;

    private Path net, out;

    @BeforeEach
    void zoo() {
        net = folder.resolve("net.onnx");
        out = folder.resolve("site");
        assertThat(Cli.run("zoo", "mobilenet_v1", "--width", "0.25", "--resolution", "32", "--classes", "10", "-o", net).code()).isZero();
    }

    @Test
    void writesAFolderAndReplacesItsOwn() throws IOException {
        Cli cli = Cli.run("export", pruned(), "--target", "web", "--with-dense", "--threads", "2", "--npm", "my-network", "-o", out, "--json");
        assertThat(cli.code()).as(cli.err()).isZero();
        assertThat(cli.json().get("files").list().stream().map(f -> f.get("name").value()).toList()).contains("manifest.json", "weights.bin", "relaxed.wasm", "simd.wasm", "scalar.wasm",
                "lacewing.js", "lacewing.d.ts", "package.json", "dense/manifest.json", "dense/weights.bin", "threads/manifest.json");
        for (JsonValue file : cli.json().get("files").list()) assertThat(Files.size(out.resolve(file.get("name").value().toString()))).isEqualTo((long) file.get("bytes").number());
        assertThat(cli.json().get("module_bytes").number()).isBetween(1000.0, 24.0 * 1024);
        assertThat(Cli.run("export", net, "--target", "web", "--npm", "my-network", "-o", out).code()).isZero();
        assertThat(out.resolve("dense")).doesNotExist();
        assertThat(left()).containsExactlyInAnyOrder("net.onnx", "pruned.onnx", "site");
    }

    @Test
    void sixteenBitsAreHalfTheDownload() {
        double whole = Cli.run("export", net, "--target", "web", "-o", out, "--json").json().get("weights_bytes").number();
        double half = Cli.run("export", net, "--target", "web", "--fp16", "-o", out, "--json").json().get("weights_bytes").number();
        assertThat(half).isBetween(0.45 * whole, 0.6 * whole);
    }

    @Test
    void sameNetworkSameBytes() throws IOException {
        Path again = folder.resolve("again");
        assertThat(Cli.run("export", net, "--target", "web", "-o", out).code()).isZero();
        assertThat(Cli.run("export", net, "--target", "web", "-o", again).code()).isZero();
        try (Stream<Path> files = Files.list(out)) {
            for (Path file : files.toList()) assertThat(file).hasSameBinaryContentAs(again.resolve(file.getFileName()));
        }
    }

    @Test
    void leavesOtherFoldersAlone() throws IOException {
        Files.createDirectory(out);
        Files.writeString(out.resolve("diary.txt"), "mine");
        Cli cli = Cli.run("export", net, "--target", "web", "-o", out);
        assertThat(cli.code()).isEqualTo(ExitCode.FAILED);
        assertThat(cli.err()).contains("other files", "--force");
        assertThat(out.resolve("diary.txt")).hasContent("mine");
        assertThat(Cli.run("export", net, "--target", "web", "--force", "-o", out).code()).isZero();
        assertThat(out.resolve("diary.txt")).doesNotExist();
    }

    @Test
    void leavesWhatWasPutBesideAnExportAlone() throws IOException {
        for (String own : List.of("CNAME", ".git/config", "node_modules/a/index.js", "dense/notes.txt")) {
            assertThat(Cli.run("export", net, "--target", "web", "--force", "-o", out).code()).isZero();
            Files.createDirectories(out.resolve(own).getParent());
            Files.writeString(out.resolve(own), "mine");
            Cli cli = Cli.run("export", net, "--target", "web", "-o", out);
            assertThat(cli.code()).as(own).isEqualTo(ExitCode.FAILED);
            assertThat(cli.err()).contains(own, "--force");
            assertThat(out.resolve(own)).hasContent("mine");
        }
    }

    @Test
    void neverReplacesWhatIsInUse() throws IOException {
        Path inner = Files.createDirectories(out.resolve("inner")), own = Files.copy(net, inner.resolve("net.onnx"));
        Cli cli = Cli.run("export", own, "--target", "web", "--force", "-o", out);
        assertThat(cli.code()).isEqualTo(ExitCode.FAILED);
        assertThat(cli.err()).contains("in use", "net.onnx");
        assertThat(own).exists();
        for (Path current : List.of(out, inner)) assertThatThrownBy(() -> ExportTarget.check(out, true, List.of(current), null)).isInstanceOf(Failed.class).hasMessageContaining("in use");
        ExportTarget.check(out, true, List.of(folder, folder.resolve("none")), null);
        String home = System.getProperty("user.home");
        assertThat(Cli.run("export", net, "--target", "web", "--force", "-o", home).err()).contains("in use");
    }

    @Test
    void keepsWhatWasChangedInAPackage() throws IOException {
        Path json = out.resolve("package.json");
        assertThat(Cli.run("export", net, "--target", "web", "--npm", "@me/my-network", "-o", out).code()).isZero();
        assertThat(json).content().contains("\"name\": \"@me/my-network\"", "\"version\": \"1.0.0\"").doesNotContain("threads/");
        Files.writeString(json, Files.readString(json).replace("\"1.0.0\"", "\"1.0.1\", \"license\": \"MIT\", \"author\": {\"name\": \"Ada\"}"));
        assertThat(Cli.run("export", net, "--target", "web", "--npm", "@me/my-network", "--threads", "2", "-o", out).code()).isZero();
        assertThat(json).content().contains("\"version\": \"1.0.1\"", "\"license\": \"MIT\"", "{\"name\": \"Ada\"}", "\"./lacewing.js\"", "threads/manifest.json");
        assertThat(Cli.run("export", net, "--target", "web", "--npm", "@me/my-network@2.0.0-beta.1", "-o", out).code()).isZero();
        assertThat(json).content().contains("\"version\": \"2.0.0-beta.1\"", "\"license\": \"MIT\"").doesNotContain("threads/");
    }

    @Test
    void leavesOtherPackagesAlone() throws IOException {
        Path json = out.resolve("package.json");
        assertThat(Cli.run("export", net, "--target", "web", "--npm", "my-network@1.2.3", "-o", out).code()).isZero();
        String own = Files.readString(json);
        assertThat(own).contains("\"version\": \"1.2.3\"");
        for (List<String> other : List.of(List.<String>of(), List.of("--npm", "your-network"))) {
            Cli cli = Cli.run(Stream.of(List.of("export", net, "--target", "web", "-o", out), other).flatMap(List::stream).toArray());
            assertThat(cli.code()).as("%s", other).isEqualTo(ExitCode.FAILED);
            assertThat(cli.err()).contains("package.json", "--force");
            assertThat(json).hasContent(own);
        }
        Files.writeString(json, "{");
        assertThat(Cli.run("export", net, "--target", "web", "--npm", "my-network", "-o", out).err()).contains("package.json", "--force");
        assertThat(Cli.run("export", net, "--target", "web", "--npm", "your-network", "--force", "-o", out).code()).isZero();
        assertThat(json).content().contains("your-network", "\"1.0.0\"");
        assertThat(Cli.run("export", net, "--target", "web", "--force", "-o", out).code()).isZero();
        assertThat(json).doesNotExist();
    }

    @Test
    void oneFileIsForOneThread() throws IOException {
        Path one = folder.resolve("one.html"), other = folder.resolve("other.html");
        Cli cli = Cli.run("export", net, "--target", "web", "--threads", "2", "-o", out, "--single-file", one);
        assertThat(cli.code()).as(cli.err()).isZero();
        assertThat(cli.err()).contains("one thread");
        assertThat(out.resolve("threads/manifest.json")).exists();
        assertThat(Cli.run("export", net, "--target", "web", "--single-file", other).err()).doesNotContain("one thread");
        assertThat(one).hasSameBinaryContentAs(other);
        assertThat(Files.readString(one)).doesNotContain("data-file=\"threads/");
    }

    @Test
    void saysHowLargeTheOneFileIs() throws IOException {
        Path one = folder.resolve("one.html");
        Cli alone = Cli.run("export", net, "--target", "web", "--single-file", one);
        assertThat(alone.out()).contains("one.html", Long.toString(Files.size(one))).doesNotContain("weights.bin", "module and weights");
        assertThat(Cli.run("export", net, "--target", "web", "--single-file", one, "--json").json().get("files").list()).isEmpty();
        Cli both = Cli.run("export", net, "--target", "web", "-o", out, "--single-file", one, "--json");
        assertThat(both.json().get("single_file_bytes").number()).isEqualTo(Files.size(one));
        assertThat(both.json().get("files").list()).isNotEmpty();
    }

    @Test
    void refusesAllLayersWithoutAFormAtOnceAndWritesNothing() throws IOException {
        Shape square = Shape.of(1, 4, 4);
        Graph graph = new Graph("gaps", List.of(new Value("x", square)), List.of(new Node("first", new Op.MatMul(), List.of("x", "x"), "y"),
                new Node("second", new Op.MatMul(), List.of("y", "x"), "z")), List.of("z"), Map.of());
        Path gaps = folder.resolve("gaps.lace");
        new Model(graph).save(gaps);
        Cli cli = Cli.run("export", gaps, "--target", "web", "-o", out);
        assertThat(cli.code()).isEqualTo(ExitCode.UNSUPPORTED);
        assertThat(cli.err()).contains("first (MatMul)", "second (MatMul)");
        assertThat(left()).containsExactlyInAnyOrder("net.onnx", "gaps.lace");
    }

    @Test
    void mistakesInTheArguments() {
        assertThat(Cli.run("export", net, "--target", "moon", "-o", out).code()).isEqualTo(ExitCode.USAGE);
        assertThat(Cli.run("export", net, "--target", "web", "--npm", "My Network", "-o", out).err()).contains("my-network", "My Network");
        for (String version : List.of("1", "1.0", "01.0.0", "1.0.0.0", "1.0.0-", "1.0.0+build", "latest", ""))
            assertThat(Cli.run("export", net, "--target", "web", "--npm", "my-network@" + version, "-o", out).code()).as(version).isEqualTo(ExitCode.USAGE);
        assertThat(Cli.run("export", net, "--target", "web", "--npm", "x".repeat(215), "-o", out).code()).isEqualTo(ExitCode.USAGE);
        Cli within = Cli.run("export", net, "--target", "web", "-o", out, "--single-file", out.resolve("net.html"));
        assertThat(within.code()).isEqualTo(ExitCode.USAGE);
        assertThat(within.err()).contains("net.html", "outside");
        assertThat(Cli.run("export", net, "--target", "web", "--threads", "0", "-o", out).code()).isEqualTo(ExitCode.USAGE);
        assertThat(Cli.run("export", net, "--target", "web", "-o", net).err()).contains("is a file");
        assertThat(Cli.run("export", net, "--target", "web", "--npm", "my-network", "--single-file", folder.resolve("one.html")).code()).isEqualTo(ExitCode.USAGE);
        assertThat(Cli.run("export", folder.resolve("none.onnx"), "--target", "web", "-o", folder.resolve("no").resolve("where")).err()).as("before the network is read").contains("there is no folder");
        Path numbers = folder.resolve("numbers.lace");
        new Model(new Graph("numbers", List.of(new Value("x", Shape.of(1, 6))), List.of(new Node("y", new Op.Activate(Activation.RELU), List.of("x"), "y")), List.of("y"), Map.of())).save(numbers);
        Cli picture = Cli.run("export", numbers, "--target", "web", "--mean", "127.5", "-o", out);
        assertThat(picture.code()).isEqualTo(ExitCode.USAGE);
        assertThat(picture.err()).contains("takes no picture");
        assertThat(out).doesNotExist();
    }

    @Test
    void leavesPagesOfOthersAlone() throws IOException {
        Path one = folder.resolve("one.html"), index = out.resolve("index.html");
        assertThat(Cli.run("export", net, "--target", "web", "-o", out, "--single-file", one).code()).isZero();
        assertThat(Cli.run("export", net, "--target", "web", "-o", out, "--single-file", one).err()).as("exported ones are replaced").doesNotContain("--force");
        Files.writeString(one, "<h1>mine</h1>");
        Cli page = Cli.run("export", net, "--target", "web", "--single-file", one);
        assertThat(page.code()).isEqualTo(ExitCode.FAILED);
        assertThat(page.err()).contains("one.html is no page that export wrote", "--force");
        assertThat(one).hasContent("<h1>mine</h1>");
        assertThat(Cli.run("export", net, "--target", "web", "--force", "--single-file", one).code()).isZero();
        assertThat(Files.size(one)).isGreaterThan(10_000);
        Files.writeString(index, "<h1>mine</h1>");
        Cli site = Cli.run("export", net, "--target", "web", "-o", out);
        assertThat(site.code()).isEqualTo(ExitCode.FAILED);
        assertThat(site.err()).contains("index.html", "--force");
        assertThat(index).hasContent("<h1>mine</h1>");
    }

    @Test
    void followsALink() throws IOException {
        Path real = Files.createDirectory(folder.resolve("real"));
        Files.createSymbolicLink(out, real);
        for (int i = 0; i < 2; i++) {
            Cli cli = Cli.run("export", net, "--target", "web", "-o", out);
            assertThat(cli.code()).as(cli.err()).isZero();
            assertThat(out).isSymbolicLink();
            assertThat(real.resolve("manifest.json")).exists();
        }
        assertThat(left()).containsExactlyInAnyOrder("net.onnx", "real", "site");
    }

    /** As of files beside it that nobody has heard of. */
    @Test
    void saysOnlyTheNameThatWasGiven() {
        Path tooLong = folder.resolve("x".repeat(240));
        Cli cli = Cli.run("export", net, "--target", "web", "-o", tooLong);
        assertThat(cli.code()).isEqualTo(ExitCode.FAILED);
        assertThat(cli.err()).contains("cannot write " + tooLong).doesNotContain(".tmp");
    }

    @Test
    void denseTwinOnlyOfANetworkWithZeros() {
        Cli unpruned = Cli.run("export", net, "--target", "web", "--with-dense", "-o", out);
        assertThat(unpruned.code()).isZero();
        assertThat(unpruned.err()).contains("no zeros");
        assertThat(out.resolve("dense")).doesNotExist();
        Cli pruned = Cli.run("export", pruned(), "--target", "web", "--with-dense", "-o", out);
        assertThat(pruned.err()).doesNotContain("no zeros");
        assertThat(out.resolve("dense/manifest.json")).exists();
    }

    @Test
    void sixteenBitsAreNeverMore() {
        Cli whole = Cli.run("export", pruned(), "--target", "web", "--with-dense", "-o", out, "--json"), half = Cli.run("export", pruned(), "--target", "web", "--with-dense", "--fp16", "-o", out, "--json");
        assertThat(size(half, "dense/weights.bin")).isLessThanOrEqualTo(size(whole, "dense/weights.bin"));
        assertThat(size(half, "weights.bin")).isLessThan(size(whole, "weights.bin"));
    }

    private static double size(Cli cli, String file) {
        return cli.json().get("files").list().stream().filter(f -> file.equals(f.get("name").value())).mapToDouble(f -> f.get("bytes").number()).sum();
    }

    private Path pruned() {
        Path pruned = folder.resolve("pruned.onnx");
        if (!Files.exists(pruned)) assertThat(Cli.run("prune", net, "-s", "0.9", "-o", pruned).code()).isZero();
        return pruned;
    }

    @Test
    void pictures() {
        Cli small = Cli.run("export", net, "--target", "web", "--resize", "5", "-o", out), wide = Cli.run("export", net, "--target", "web", "--resize", "64x31", "-o", out);
        assertThat(small.code()).isEqualTo(ExitCode.FAILED);
        assertThat(small.err()).contains("--resize 5", "32x32");
        assertThat(wide.err()).contains("--resize 64x31", "32x32");
        assertThat(Cli.run("export", net, "--target", "web", "--resize", "40", "-o", out).err()).contains("mean and std guessed");
        assertThat(Cli.run("export", net, "--target", "web", "-o", out).err()).contains("(guessed, for neither");
        assertThat(Cli.run("export", net, "--target", "web", "--batch", "2", "-o", out).err()).doesNotContain("preprocessing");
        assertThat(Cli.run("export", net, "--target", "web", "--batch", "2", "--mean", "1", "-o", out).err()).contains("several at once");
    }

    @Test
    void labelsThatDoNotFit() throws IOException {
        Path labels = Files.writeString(folder.resolve("labels.txt"), "");
        assertThat(Cli.run("export", net, "--target", "web", "--labels", labels, "-o", out).err()).contains("names 0 classes, the network has 10");
    }

    private List<String> left() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.map(p -> p.getFileName().toString()).toList();
        }
    }
}
