package dev.lacewing.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lacewing.Lacewing;
import dev.lacewing.Model;
import dev.lacewing.cli.image.Normalisations;
import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Op;
import dev.lacewing.train.Preparation;
import dev.lacewing.train.Progress;
import dev.lacewing.train.Trainer;
import dev.lacewing.train.recipe.Recipe;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainCommandTest {
    private static final String RECIPE = """
            data: {name: pictures, size: 32}
            network: {name: resnet20, width: 0.25}
            method: {name: static, sparsity: 0.5, allocation: uniform}
            epochs: 2
            batch: 8
            """;

    @TempDir
    Path folder;

    private Path recipe(String text) throws IOException {
        Random random = new Random(1);
        for (String part : new String[] {"train", "test"})
            for (int i = 0; i < 16; i++) {
                Path at = Files.createDirectories(folder.resolve("pictures/" + part + "/" + (i % 2 == 0 ? "bright" : "dark")));
                BufferedImage image = new BufferedImage(32, 32, BufferedImage.TYPE_INT_RGB);
                for (int y = 0; y < 32; y++) for (int x = 0; x < 32; x++) image.setRGB(x, y, (i % 2 == 0 ? 0x808080 : 0) + random.nextInt(0x70) * 0x10101);
                ImageIO.write(image, "png", at.resolve(i + ".png").toFile());
            }
        return Files.writeString(folder.resolve("recipe.yaml"), text);
    }

    @Test
    void trainsAndWritesNetworkAndCurves() throws IOException {
        Path out = folder.resolve("net.onnx");
        Cli cli = Cli.run("train", recipe(RECIPE), "-o", out, "--threads", "1");
        assertThat(cli.code()).as(cli.err()).isZero();
        assertThat(cli.err().lines()).hasSize(3).anyMatch(l -> l.matches("epoch 2/2: loss .* %, test .* %, density 50\\.\\d %, \\d+ s.*"));
        assertThat(cli.out()).contains("zeros in the layers in scope").contains("lacewing explain " + out);
        Graph graph = Lacewing.load(out).graph();
        assertThat(graph.metadata()).containsKeys("lacewing.training.recipe", "lacewing.training.accuracy", "lacewing.preprocess.mean");
        assertThat(graph.metadata().get("lacewing.training.classes")).isEqualTo("bright,dark");
        assertThat(Files.readAllLines(folder.resolve("net.onnx.csv"))).hasSize(3);
        assertThat(folder.resolve("net.onnx.svg")).content().contains("</svg>");
        assertThat(folder.resolve("net.onnx.checkpoint")).doesNotExist();
    }

    /** Without epochs a network from a file is what it was; what it was trained with is used again. */
    @Test
    void aFileIsJudgedWithTheNormalisationItRemembers() throws IOException {
        Path first = folder.resolve("first.onnx"), again = folder.resolve("again.onnx");
        assertThat(Cli.run("train", recipe(RECIPE + "seed: 3\n"), "-o", first).code()).isZero();
        Graph graph = Lacewing.load(first).graph();
        Map<String, String> other = new HashMap<>(graph.metadata());
        other.put("lacewing.preprocess.mean", "1.0");
        other.put("lacewing.preprocess.std", "2.0");
        new Model(graph.withMetadata(other)).save(first);
        Path judged = Files.writeString(folder.resolve("judge.yaml"), "data: {name: pictures, size: 32, validation: 0.5}\nnetwork: first.onnx\nepochs: 0\nbatch: 4\n");
        Cli cli = Cli.run("train", judged, "-o", again);
        assertThat(cli.code()).as(cli.err()).isZero();
        assertThat(cli.out()).contains("on the images set aside");
        assertThat(cli.err()).contains("epoch 0/0, test").contains("judged by 8 set aside");
        assertThat(Lacewing.load(again).graph().metadata()).containsEntry("lacewing.preprocess.mean", "1.0,1.0,1.0").containsEntry("lacewing.preprocess.std", "2.0,2.0,2.0");
        assertThat(Cli.run("train", judged, "-o", again, "--json").json().get("epochs").number()).isZero();
        assertThat(folder.resolve("again.onnx.svg")).content().doesNotContain("NaN");
    }

    /** What a file leaves out is as in run and eval; and a teacher must see what the student sees. */
    @Test
    void aTeacherSeesTheSameImages() throws IOException {
        Path first = folder.resolve("first.onnx"), out = folder.resolve("taught.onnx");
        assertThat(Cli.run("train", recipe(RECIPE), "-o", first).code()).isZero();
        Graph graph = Lacewing.load(first).graph();
        Path zoo = recipe(RECIPE + "teacher: first.onnx\n"), same = Files.writeString(folder.resolve("same.yaml"), Files.readString(zoo).replace("{name: resnet20, width: 0.25}", "first.onnx"));
        assertThat(Cli.run("train", zoo, "-o", out).code()).as("measured on the same images").isZero();
        Map<String, String> other = new HashMap<>(graph.metadata());
        other.put("lacewing.preprocess.mean", "1.0");
        other.remove("lacewing.preprocess.std");
        new Model(graph.withMetadata(other)).save(first);
        Cli refused = Cli.run("train", zoo, "-o", out);
        assertThat(refused.code()).isEqualTo(ExitCode.FAILED);
        assertThat(refused.err()).contains("the teacher first.onnx was trained with mean 1.0,1.0,1.0, std 255.0,255.0,255.0, the network to be trained sees mean ");
        assertThat(Cli.run("train", same, "-o", out).code()).isZero();
        assertThat(Lacewing.load(out).graph().metadata()).containsEntry("lacewing.preprocess.mean", "1.0,1.0,1.0").containsEntry("lacewing.preprocess.std", "255.0,255.0,255.0");
        other.remove("lacewing.preprocess.mean");
        new Model(graph.withMetadata(other)).save(first);
        assertThat(Cli.run("train", zoo, "-o", out).code()).as("it says nothing").isZero();
    }

    @Test
    void keepsAStoppedRunFromBeingOverwritten() throws IOException {
        Path out = folder.resolve("net.lace");
        Files.writeString(folder.resolve("net.lace.checkpoint"), "half a run");
        Cli cli = Cli.run("train", recipe(RECIPE), "-o", out);
        assertThat(cli.code()).isEqualTo(ExitCode.FAILED);
        assertThat(cli.err()).contains("--resume").contains("net.lace.checkpoint");
        Cli damaged = Cli.run("train", folder.resolve("recipe.yaml"), "-o", out, "--resume");
        assertThat(damaged.code()).isEqualTo(ExitCode.FAILED);
        assertThat(damaged.err()).contains("is no checkpoint");
    }

    /** As a run that was stopped in the middle leaves it. */
    @Test
    void goesOnFromACheckpointToTheSameNetwork() throws IOException {
        Path file = recipe(RECIPE), whole = folder.resolve("whole.onnx"), out = folder.resolve("net.onnx"), checkpoint = folder.resolve("net.onnx.checkpoint");
        assertThat(Cli.run("train", file, "-o", whole, "--threads", "1").code()).isZero();
        Recipe recipe = Recipe.read(file);
        Preparation prepared = Normalisations.asRemembered(Preparation.of(recipe, Preparation.data(recipe, folder, null), folder));
        assertThatThrownBy(() -> prepared.train(new Trainer.Settings(1, checkpoint, false, 0), new Progress() {
            @Override
            public void step(long step, long steps, double loss, double accuracy, double density) {
                if (step == 4) throw new IllegalStateException("stopped");
            }
        })).hasMessage("stopped");
        assertThat(checkpoint).exists();
        Cli cli = Cli.run("train", file, "-o", out, "--threads", "1", "--resume");
        assertThat(cli.code()).as(cli.err()).isZero();
        assertThat(cli.err()).doesNotContain("starting anew", "epoch 1/2").contains("epoch 2/2");
        assertThat(weights(out)).usingElementComparator(Arrays::compare).isEqualTo(weights(whole)).isNotEmpty();
        assertThat(checkpoint).doesNotExist();
    }

    private static List<float[]> weights(Path network) {
        return Lacewing.load(network).graph().nodes().stream().filter(n -> n.op() instanceof Op.Conv).map(n -> ((Op.Conv) n.op()).weight().values()).toList();
    }

    @Test
    void saysWhatIsWrongWithoutATrace() throws IOException {
        assertThat(Cli.run("train", recipe(RECIPE + "epoch: 3\n"), "-o", folder.resolve("n.lace")).err()).contains("recipe.yaml:6: there is no key 'epoch' here; did you mean 'epochs'?");
        assertThat(Cli.run("train", recipe(RECIPE.replace("pictures", "nothing")), "-o", folder.resolve("n.lace")).err()).contains("there is no data set nothing").doesNotContain("\tat ");
        assertThat(Cli.run("train", recipe(RECIPE.replace("resnet20", "resnet21")), "-o", folder.resolve("n.lace")).err()).contains("there is no network resnet21");
        assertThat(Cli.run("train", folder.resolve("missing.yaml")).err()).contains("missing.yaml: no such file");
        assertThat(Cli.run("train", recipe(RECIPE), "-o", folder.resolve("n.txt")).code()).isEqualTo(ExitCode.USAGE);
        assertThat(Cli.run("train", recipe(RECIPE), "--threads", "0").code()).isEqualTo(ExitCode.USAGE);
    }
}
