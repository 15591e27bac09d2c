package dev.lacewing.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lacewing.Model;
import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Op;
import dev.lacewing.tensor.Tensor;
import dev.lacewing.train.data.DataSet;
import dev.lacewing.train.recipe.Recipe;
import dev.lacewing.zoo.Zoo;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PreparationTest {
    private static final String NETWORK = "network: tinycnn\n";

    @TempDir
    Path folder;

    /** Ten dark pictures, then ten bright ones, to train with; four of each to judge by. */
    @BeforeEach
    void pictures() throws IOException {
        for (String name : List.of("dark", "bright"))
            for (int i = 0; i < 14; i++) {
                BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB);
                for (int p = 0; p < 64; p++) image.setRGB(p % 8, p / 8, (name.equals("dark") ? 0 : 0xd0d0d0) + i * 0x010101);
                Path in = Files.createDirectories(folder.resolve("pictures/" + (i < 10 ? "train/" : "test/") + name));
                ImageIO.write(image, "png", in.resolve(String.format("%02d.png", i)).toFile());
            }
    }

    private DataSet data(String settings) { return Preparation.of(Recipe.parse("r", "data: {name: pictures, size: 8, channels: 1" + settings + "}\n" + NETWORK), folder, null).data(); }

    @Test
    void limitsTakeOfEachClassAsMany() {
        assertThat(data("").train().labels()).hasSize(20);
        DataSet limited = data(", limit: 6, test_limit: 4");
        assertThat(limited.train().labels()).containsExactly(0, 1, 0, 1, 0, 1);
        assertThat(limited.test().labels()).containsExactly(0, 1, 0, 1);
        assertThat(limited.normalisation()).isEqualTo(data("").normalisation());
    }

    @Test
    void validationJudgesByTrainingImages() {
        DataSet whole = data(""), held = data(", validation: 0.25"), both = data(", validation: 0.25, limit: 3, test_limit: 2");
        assertThat(held.train().count()).isEqualTo(15);
        assertThat(held.test().count()).isEqualTo(5);
        List<String> all = new ArrayList<>(images(held.train()));
        all.addAll(images(held.test()));
        assertThat(all).containsExactlyInAnyOrderElementsOf(images(whole.train())).doesNotContainAnyElementsOf(images(whole.test()));
        assertThat(images(both.train())).isEqualTo(images(held.train()).subList(0, 3));
        assertThat(images(both.test())).isEqualTo(images(held.test()).subList(0, 2));
        assertThatThrownBy(() -> new DataSet("one", whole.train().first(1), whole.test()).validation(0.5, 1)).isInstanceOf(Invalid.class)
                .hasMessageContaining("at least 2");
    }

    private static List<String> images(dev.lacewing.train.data.Images images) {
        List<String> all = new ArrayList<>();
        for (int i = 0; i < images.count(); i++) all.add(Arrays.toString(Arrays.copyOfRange(images.pixels(), i * images.size(), (i + 1) * images.size())));
        return all;
    }

    @Test
    void settingsWithoutEffectAreRefused() {
        assertThatThrownBy(() -> Preparation.of(Recipe.parse("r", "data: {name: mnist, size: 20}\n" + NETWORK), folder, null)).isInstanceOf(Invalid.class)
                .hasMessageContaining("size and channels are of pictures of a folder");
        assertThatThrownBy(() -> Preparation.of(Recipe.parse("r", "data: pictures\n" + NETWORK), folder, folder)).isInstanceOf(Invalid.class).hasMessageContaining("leave out the folder");
    }

    private static final String NORMALISED = "data: bars\nnetwork: {name: toy.lace, batch_norm: true}\nbatch: 32\n";

    private Preparation normalised(String settings) {
        new Model(Toys.network()).save(folder.resolve("toy.lace"));
        DataSet bars = Toys.bars();
        return Preparation.of(Recipe.parse("r", NORMALISED + settings), bars, folder).seenBy(bars.normalisation());
    }

    /** Its statistics are measured anew each time. */
    @Test
    void aStoppedRunWithBatchNormalisationPutBackGoesOnToTheSameBits() {
        String sparse = "epochs: 2\nmethod: {name: gradual, sparsity: 0.75, frequency: 4}\n";
        Trainer.Result whole = normalised(sparse).train(Trainer.Settings.of(1), new Progress() {});
        assertThat(whole.last().testAccuracy()).isGreaterThan(0.9);
        assertThat(normalisations(whole.graph())).isEqualTo(2);
        Trainer.Settings settings = new Trainer.Settings(1, folder.resolve("checkpoint"), true, 0);
        assertThatThrownBy(() -> normalised(sparse).train(settings, new Progress() {
            @Override
            public void step(long step, long steps, double loss, double accuracy, double density) { if (step == 7) throw new IllegalStateException("stopped"); }
        })).hasMessage("stopped");
        List<Long> steps = new ArrayList<>();
        Trainer.Result resumed = normalised(sparse).train(settings, new Progress() {
            @Override
            public void step(long step, long all, double loss, double accuracy, double density) { steps.add(step); }
        });
        assertThat(steps).first().isNotEqualTo(1L);
        assertThat(resumed.graph()).isEqualTo(whole.graph());
    }

    private static long normalisations(Graph graph) { return graph.nodes().stream().filter(n -> n.op() instanceof Op.BatchNormalization).count(); }

    @Test
    void batchNormalisationThatWasAskedForMustBeThere() {
        normalised("epochs: 1\n");
        Preparation without = Preparation.of(Recipe.parse("r", NORMALISED + "epochs: 1\n"), Toys.bars(), folder);
        assertThatThrownBy(() -> without.train(Trainer.Settings.of(1), new Progress() {})).isInstanceOf(Invalid.class).hasMessageContaining("is not in toy yet: call seenBy before train");
        new Model(Toys.network()).save(folder.resolve("toy.onnx"));
        assertThatThrownBy(() -> Preparation.of(Recipe.parse("r", NORMALISED.replace("lace", "onnx")), Toys.bars(), folder)).isInstanceOf(Invalid.class)
                .hasMessageContaining("toy.onnx has batch normalisation already");
    }

    /** Statistics are measured anew only of what was put in. */
    @Test
    void withoutEpochsANetworkIsJudgedAsItIs() {
        Graph start = Trainer.train(Recipe.parse("r", "data: bars\nnetwork: toy.onnx\nbatch: 32\nepochs: 1\nreestimate: 0\n"), Toys.bars(), Toys.network(), null, Trainer.Settings.of(1),
                new Progress() {}).graph();
        new Model(start).save(folder.resolve("own.onnx"));
        for (String method : List.of("dense", "{name: one_shot, sparsity: 0.5, rearrangement: none}")) {
            Preparation own = Preparation.of(Recipe.parse("r", "data: bars\nnetwork: own.onnx\nbatch: 32\nepochs: 0\nmethod: " + method + "\n"), Toys.bars(), folder);
            assertThat(statistics(own.train(Trainer.Settings.of(1), new Progress() {}).graph())).isEqualTo(statistics(start));
            Preparation put = normalised("epochs: 0\nmethod: " + method + "\n");
            assertThat(statistics(put.train(Trainer.Settings.of(1), new Progress() {}).graph())).isNotEqualTo(statistics(put.graph()));
        }
    }

    private static List<Tensor> statistics(Graph graph) {
        return graph.nodes().stream().filter(n -> n.op() instanceof Op.BatchNormalization).map(n -> (Op.BatchNormalization) n.op()).flatMap(b -> Stream.of(b.mean(), b.variance())).toList();
    }

    @Test
    void networkAndTeacherMustReadTheImages() {
        new Model(Zoo.build("tinycnn", Zoo.defaults("tinycnn").withResolution(8).withChannels(3))).save(folder.resolve("colours.onnx"));
        String data = "data: {name: pictures, size: 8, channels: 1}\n";
        for (String wrong : List.of("network: colours.onnx\n", NETWORK + "teacher: colours.onnx\n"))
            assertThatThrownBy(() -> Preparation.of(Recipe.parse("r", data + wrong), folder, null)).as(wrong).isInstanceOf(Invalid.class).hasMessageContaining("reads 1x3x8x8, but the images");
        assertThat(Preparation.of(Recipe.parse("r", data + NETWORK + "teacher: {file: nowhere.onnx, weight: 0}\n"), folder, null).teacher()).isNull();
    }

    /** A .lace file has its normalisations within the weights, an .onnx file has them as they are. */
    @Test
    void saysThatAFoldedNetworkIsTrainedWithoutNormalisation() {
        Preparation fresh = Preparation.of(Recipe.parse("r", "data: {name: pictures, size: 8, channels: 1}\n" + NETWORK), folder, null);
        for (String file : List.of("net.lace", "net.onnx")) {
            new Model(fresh.graph()).save(folder.resolve(file));
            List<String> notes = new ArrayList<>();
            for (int epochs = 0; epochs <= 1; epochs++) {
                Recipe recipe = Recipe.parse("r", "data: {name: pictures, size: 8, channels: 1}\nepochs: " + epochs + "\nbatch: 10\nnetwork: " + file + "\n");
                Preparation.of(recipe, folder, null).train(Trainer.Settings.of(1), new Progress() {
                    @Override
                    public void note(String text) { notes.add(text); }
                });
            }
            assertThat(notes).as(file).hasSize(file.endsWith("lace") ? 1 : 0).allSatisfy(n -> assertThat(n).contains("net.lace has no batch normalisation", "batch_norm: true"));
        }
    }
}
