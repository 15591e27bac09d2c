package dev.lacewing.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacewing.Lacewing;
import dev.lacewing.Model;
import dev.lacewing.graph.Graph;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExperimentCommandTest {
    private static final String YAML = """
            title: Blocks
            seeds: [1, 2]
            block_rows: 8
            base:
              data: {name: pictures, size: 12, channels: 1}
              network: {name: tinycnn, width: 0.5}
              epochs: 2
              batch: 8
            arms:
              dense: {}
              half: {epochs: 1}
              pruned: {from: half, epochs: 1, method: {name: one_shot, patterns: 1x8, sparsity: 0.5, rearrangement: none}, against: dense}
            """;

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void pictures() throws IOException {
        Random random = new Random(1);
        for (String part : new String[] {"train", "test"})
            for (int i = 0; i < 16; i++) {
                Path at = Files.createDirectories(folder.resolve("pictures/" + part + "/" + (i % 2 == 0 ? "bright" : "dark")));
                BufferedImage image = new BufferedImage(12, 12, BufferedImage.TYPE_INT_RGB);
                for (int y = 0; y < 12; y++) for (int x = 0; x < 12; x++) image.setRGB(x, y, (i % 2 == 0 ? 0x808080 : 0) + random.nextInt(0x70) * 0x10101);
                ImageIO.write(image, "png", at.resolve(i + ".png").toFile());
            }
        file = Files.writeString(folder.resolve("blocks.yaml"), YAML);
    }

    private Cli run(Object... options) {
        Object[] all = new Object[options.length + 2];
        all[0] = "experiment";
        all[1] = file;
        System.arraycopy(options, 0, all, 2, options.length);
        Cli cli = Cli.run(all);
        assertThat(cli.code()).as(cli.err()).isZero();
        return cli;
    }

    @Test
    void keepsEachRunAndDoesNoneTwice() throws IOException {
        Cli first = run("--threads", "2", "--only", "dense");
        assertThat(first.err()).contains("2 runs to do, 0 kept").contains("run 2 of 2 done: dense, seed ");
        assertThat(first.out()).contains("2 of 6 runs, ").contains("; not run: half, pruned.");
        Path kept = folder.resolve("blocks/dense-1.json");
        String before = Files.readString(kept);
        assertThat(before).contains("\"seed\": 1").contains("tinycnn").contains("\"fingerprint\"");
        Cli second = run("--only", "half,pruned");
        assertThat(second.err()).contains("4 runs to do, 0 kept").contains("run 4 of 4 done");
        assertThat(kept).hasContent(before.strip());
        assertThat(second.out()).containsPattern("pruned +\\|     2 \\| +[\\d.]+ ± [\\d.]+ \\| +[-+][\\d.]+ ± [\\d.]+ \\| dense \\| +5\\d\\.\\d \\| +2 ");
        Cli third = run();
        assertThat(third.err()).contains("0 runs to do, 6 kept").doesNotContain("epoch");
        assertThat(third.out()).contains(". 6 runs, ").doesNotContain("not run");
        try (var all = Files.list(folder.resolve("blocks"))) {
            assertThat(all.map(p -> p.getFileName().toString())).doesNotContain("checkpoint").anyMatch(n -> n.equals("plot.svg")).anyMatch(n -> n.equals("pruned-2.onnx"));
        }
    }

    @Test
    void aMissingNetworkIsTrainedAgainWhereItIsNamed() throws IOException {
        run("--only", "pruned");
        Path network = folder.resolve("blocks/half-1.onnx"), kept = folder.resolve("blocks/half-1.json");
        String before = withoutTimes(kept);
        byte[] trained = Files.readAllBytes(network);
        Files.delete(network);
        assertThat(run("--only", "pruned").err()).contains("0 runs to do, 4 kept");
        assertThat(run("--only", "half", "--threads", "1").err()).contains("1 runs to do, 1 kept").contains("done: half, seed 1").doesNotContain("seed 2");
        assertThat(withoutTimes(kept)).isEqualTo(before);
        assertThat(network).hasBinaryContent(trained);
    }

    @Test
    void anotherRecipeIsRunAgainAndTheSameSeedsComeOutTheSame() throws IOException {
        run("--only", "half", "--threads", "1");
        String one = withoutTimes(folder.resolve("blocks/half-2.json"));
        Files.writeString(file, YAML.replace("half: {epochs: 1}", "half: {epochs: 1, smoothing: 0.1}"));
        assertThat(run("--only", "half").err()).contains("half, seed 1: what is kept is of another recipe").contains("2 runs to do");
        assertThat(withoutTimes(folder.resolve("blocks/half-2.json"))).isNotEqualTo(one);
        Files.writeString(file, YAML);
        run("--only", "half", "--threads", "2");
        assertThat(withoutTimes(folder.resolve("blocks/half-2.json"))).isEqualTo(one);
    }

    private static String withoutTimes(Path file) throws IOException { return Files.readString(file).replaceAll("\"(seconds|atOnce)\": [-0-9.E]+", ""); }

    @Test
    void tableAndPictureAreRebuiltWithoutTraining() throws IOException {
        run();
        Path page = folder.resolve("results.md");
        Files.delete(folder.resolve("blocks/table.md"));
        for (int seed = 1; seed <= 2; seed++) Files.delete(folder.resolve("blocks/dense-" + seed + ".onnx"));
        Files.writeString(file, "about: What is compared.\nfound: What came out.\n" + YAML);
        assertThat(run("--rebuild", "--page", page).err()).isEmpty();
        assertThat(folder.resolve("blocks/table.md")).content().contains("| pruned");
        assertThat(page).content().containsSubsequence("## Blocks", "What is compared.", "| pruned", "What came out.").contains("lacewing experiment " + file, "![Blocks](results-blocks.svg)");
        assertThat(folder.resolve("results-blocks.svg")).content().contains("</svg>").contains("pruned");
    }

    @Test
    void measuresWhatIsKept() throws IOException {
        run("--only", "pruned");
        Cli cli = run("--rebuild", "--measure");
        assertThat(cli.out()).contains("ONNX Runtime, ms", "max/mean work");
        assertThat(folder.resolve("blocks/latency.json")).content().contains("\"balance\": 1").contains("\"lacewingTwo\": ");
        assertThat(run("--rebuild").out()).contains("multiplications, %", "ONNX Runtime, ms");
        Path latency = folder.resolve("blocks/latency.json");
        String measured = Files.readString(latency);
        Files.writeString(latency, measured.replaceFirst("\"work\": [^,]*,", ""));
        for (String what : List.of("--rebuild", "--only=half")) assertThat(Cli.run("experiment", file, what).err()).contains("latency.json is damaged, or of another version of Lacewing: remove it, then --measure");
        Files.writeString(latency, measured);
        for (String run : List.of("half-1", "pruned-1", "pruned-2")) Files.delete(folder.resolve("blocks/" + run + ".onnx"));
        assertThat(Cli.run("experiment", file, "--rebuild", "--measure").err()).contains("half-1.onnx is not there: --measure without --rebuild, and without --only, trains it again");
        assertThat(run("--only", "pruned", "--measure").err()).contains("3 runs to do, 1 kept").doesNotContain("half, seed 2");
    }

    @Test
    void aRunThatFailsLeavesTheOthersAlone() throws IOException {
        Files.writeString(file, YAML.replace("half: {epochs: 1}", "half: {epochs: 1, rate: {name: constant, rate: 1e30}}"));
        Cli cli = Cli.run("experiment", file);
        assertThat(cli.code()).isEqualTo(ExitCode.FAILED);
        assertThat(cli.err()).contains("4 runs failed").contains("half, seed 1: the loss is").contains("pruned, seed 1 failed: what it starts from has failed").contains("done: dense, seed 2");
        assertThat(folder.resolve("blocks/table.md")).content().contains("| dense");
    }

    /** It would diverge again: it is told of, and run again only where that is asked for. */
    @Test
    void whatDivergesIsKeptAsFailed() throws IOException {
        Files.writeString(file, YAML.replace("half: {epochs: 1}", "half: {epochs: 1, rate: {name: constant, rate: 1e30}}"));
        assertThat(Cli.run("experiment", file, "--only", "half").code()).isEqualTo(ExitCode.FAILED);
        Cli cli = run("--only", "pruned", "--page", folder.resolve("results.md"));
        assertThat(cli.err()).contains("0 runs to do, 0 kept", "half, seed 1, is kept as failed, and what starts from it is not run: the loss is", "; once that is mended, --only half tries it again");
        assertThat(cli.out()).containsPattern("half +\\| +0 \\| failed: the loss is \\S+ (at|after)[^|;]*: the training has diverged +\\|").contains("0 of 6 runs, ")
                .contains("; failed: half; not run: dense, pruned.");
        assertThat(folder.resolve("results.md")).content().contains("| failed: the loss").doesNotContain("Not run yet");
        try (var all = Files.list(folder.resolve("blocks"))) {
            assertThat(all.map(p -> p.getFileName().toString())).containsExactlyInAnyOrder("half-1.json", "half-2.json", "table.md", "plot.svg");
        }
        assertThat(Cli.run("experiment", file, "--only", "half").err()).contains("2 runs to do, 0 kept").doesNotContain("kept as failed");
        assertThat(Cli.run("experiment", file, "--only", "half,pruned").err()).contains("4 runs to do, 0 kept").contains("pruned, seed 2 failed: what it starts from has failed");
        Files.delete(folder.resolve("blocks/half-2.json"));
        Cli part = Cli.run("experiment", file, "--rebuild");
        assertThat(part.out()).contains("; failed: half (seed 1); not run: dense, half (seed 2), pruned.");
        Files.writeString(file, YAML);
        assertThat(run("--only", "pruned").err()).contains("half, seed 1: what is kept is of another recipe").contains("4 runs to do, 0 kept");
        assertThat(folder.resolve("blocks/half-1.json")).content().doesNotContain("failed");
    }

    /** By what it computes, not by the bytes of its file; where it is not, it is taken for what it was. */
    @Test
    void runsOfAnotherNetworkOrTeacherAreStale() throws IOException {
        run("--only", "half", "--threads", "1");
        Path start = folder.resolve("start.onnx"), teacher = folder.resolve("teacher.onnx"), kept = folder.resolve("tuned");
        Files.copy(folder.resolve("blocks/half-1.onnx"), start);
        Files.copy(start, teacher);
        file = Files.writeString(folder.resolve("tuned.yaml"), """
                title: Tuned
                seeds: [1]
                base: {data: {name: pictures, size: 12, channels: 1}, network: start.onnx, batch: 8, epochs: 1, scope: all}
                arms:
                  alone: {}
                  after: {from: alone, epochs: 0}
                  taught: {network: {name: tinycnn, width: 0.5}, teacher: teacher.onnx}
                  deaf: {network: {name: tinycnn, width: 0.5}, teacher: {file: nowhere.onnx, weight: 0}}
                """);
        run();
        assertThat(names(kept.resolve("after-1.json"))).containsExactly("start.onnx");
        assertThat(names(kept.resolve("taught-1.json"))).containsExactly("teacher.onnx");
        assertThat(names(kept.resolve("deaf-1.json"))).isEmpty();
        times(kept, "alone", "after", "taught", "deaf");
        assertThat(run("--rebuild").out()).containsPattern("alone .* 1.25 .*").containsPattern("after .* 1.25 .*").containsPattern("taught .* 1.25 .*").containsPattern("deaf .* 1.25 .*");

        Graph same = Lacewing.load(start).graph();
        Map<String, String> described = new HashMap<>(same.metadata());
        described.put("note", "written by another program");
        new Model(same.withMetadata(described)).save(start);
        assertThat(run().err()).contains("0 runs to do, 4 kept");
        Files.delete(start);
        assertThat(run().err()).contains("0 runs to do, 4 kept");

        Files.copy(folder.resolve("blocks/half-2.onnx"), start);
        Cli rebuilt = run("--rebuild");
        assertThat(rebuilt.err()).contains("alone, seed 1: what is kept is of another recipe, network or teacher, so it is left out").contains("after, seed 1:").doesNotContain("taught", "deaf");
        assertThat(rebuilt.out()).contains("| taught", "2 of 4 runs", "; not run: alone, after.").doesNotContain("| alone", "| after");
        assertThat(run().err()).contains("2 runs to do, 2 kept");
        assertThat(run("--rebuild").out()).as("times of the networks from before").doesNotContainPattern("(alone|after) .* 1.25 ").containsPattern("taught .* 1.25 ").containsPattern("deaf .* 1.25 ");

        Graph seen = Lacewing.load(teacher).graph();
        described = new HashMap<>(seen.metadata());
        assertThat(described.put("lacewing.preprocess.mean", "1")).isNotNull();
        new Model(seen.withMetadata(described)).save(teacher);
        assertThat(run("--rebuild").err()).as("its images are others").contains("taught, seed 1: what is kept is of another").doesNotContain("alone");
    }

    private static List<String> names(Path json) throws IOException {
        return JsonValue.parse(Files.readString(json)).get("files").list().stream().map(f -> f.get("name").text()).toList();
    }

    /** As if the networks that are kept had been measured. */
    private static void times(Path kept, String... arms) throws IOException {
        StringBuilder rows = new StringBuilder();
        for (String arm : arms) {
            JsonValue trial = JsonValue.parse(Files.readString(kept.resolve(arm + "-1.json")));
            StringBuilder origin = new StringBuilder(trial.get("fingerprint").text());
            for (JsonValue source : trial.get("files").list()) origin.append('-').append(source.get("sha256").text(), 0, 16);
            rows.append(rows.isEmpty() ? "" : ", ").append("{\"arm\": \"" + arm + "\", \"fingerprint\": \"" + origin + "\", \"lacewing\": 1.25, \"lacewingTwo\": 1, \"onnxRuntime\": 2, \"work\": 1, \"balance\": null}");
        }
        Files.writeString(kept.resolve("latency.json"), "{\"version\": \"1\", \"peer\": \"p\", \"tier\": \"t\", \"lanes\": 8, \"runs\": 3, \"rows\": [" + rows + "]}");
    }

    /** Network and teacher beside the file; judged before training, and by eval as in the table. */
    @Test
    void filesStandBesideTheExperimentAndNetworksRememberTheirNormalisation() throws IOException {
        run("--only", "half", "--threads", "1");
        Files.copy(folder.resolve("blocks/half-1.onnx"), folder.resolve("start.onnx"));
        String kept = Files.readString(folder.resolve("blocks/half-1.json"));
        file = Files.writeString(folder.resolve("tuned.yaml"), """
                title: Tuned
                seeds: [1]
                base: {data: {name: pictures, size: 12, channels: 1}, network: start.onnx, teacher: start.onnx, batch: 8, epochs: 1, scope: all}
                arms:
                  before: {epochs: 0, method: dense}
                  pruned: {epochs: 0, method: {name: one_shot, patterns: unstructured, sparsity: 0.5}, against: before}
                  tuned: {method: {name: one_shot, patterns: unstructured, sparsity: 0.5}, against: before}
                """);
        Cli cli = run("-o", folder.resolve("elsewhere"));
        assertThat(cli.out()).containsPattern("before +\\| +1 \\|.*\\| +100.0 \\| +0 \\|").contains("paired by seed.").doesNotContain("same batches");
        assertThat(accuracy(folder.resolve("elsewhere/before-1.json"))).isEqualTo(accuracy(folder.resolve("blocks/half-1.json"))).isNotNaN();
        assertThat(kept).contains("\"accuracy\"");
        StringBuilder truth = new StringBuilder("file,class\n");
        for (int i = 0; i < 16; i++) truth.append(i % 2 == 0 ? "bright/" : "dark/").append(i).append(".png,").append(i % 2).append('\n');
        Path labels = Files.writeString(folder.resolve("truth.csv"), truth);
        for (String arm : new String[] {"before", "pruned", "tuned"}) {
            Cli eval = Cli.run("eval", folder.resolve("elsewhere/" + arm + "-1.onnx"), "--images", folder.resolve("pictures/test"), "--labels", labels, "--json");
            assertThat(eval.code()).as(eval.err()).isZero();
            assertThat(eval.err()).contains("remembered in the file");
            assertThat(eval.json().get("top1").number()).as(arm).isEqualTo(accuracy(folder.resolve("elsewhere/" + arm + "-1.json")));
        }
    }

    private static double accuracy(Path json) throws IOException { return JsonValue.parse(Files.readString(json)).get("accuracy").number(); }

    @Test
    void aCheckpointThatDoesNotFitIsDropped() throws IOException {
        run("--only", "half");
        Path kept = folder.resolve("blocks/half-1.json");
        String fingerprint = Files.readString(kept).replaceAll("(?s).*\"fingerprint\": \"([^\"]*)\".*", "$1");
        Files.delete(kept);
        Path checkpoint = Files.writeString(folder.resolve("blocks/half-1-" + fingerprint.substring(0, 8) + ".checkpoint"), "of another network");
        assertThat(run("--only", "half").err()).contains("half, seed 1: the checkpoint is of another network or of other data");
        assertThat(kept).exists();
        assertThat(checkpoint).doesNotExist();
    }

    @Test
    void badRequestsAreRefused() throws IOException {
        assertThat(Cli.run("experiment", folder.resolve("no.yaml")).err()).contains("no such file");
        assertThat(Cli.run("experiment", file, "--only", "thin").err()).contains("there is no arm thin; choose one of dense, half, pruned");
        assertThat(Cli.run("experiment", file, "--rebuild", "--measure").err()).contains("nothing to measure");
        assertThat(Cli.run("experiment", file, "--rebuild", "--only", "dense").code()).isEqualTo(ExitCode.USAGE);
        assertThat(Cli.run("experiment", file, "--data", folder).err()).contains("the recipe names the folder");
        assertThat(Cli.run("experiment", Files.writeString(folder.resolve("last.yaml"), "last: 2\n" + YAML)).err()).contains("last is 2 epochs, but arm half has 1");
    }
}
