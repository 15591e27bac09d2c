package dev.lacewing.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lacewing.Model;
import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.train.data.DataSet;
import dev.lacewing.train.recipe.Recipe;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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

    /** A .lace file has its normalisations within the weights, an .onnx file has them as they are. */
    @Test
    void saysThatAFoldedNetworkIsTrainedWithoutNormalisation() {
        Preparation fresh = Preparation.of(Recipe.parse("r", "data: {name: pictures, size: 8, channels: 1}\n" + NETWORK), folder, null);
        for (String file : List.of("net.lace", "net.onnx")) {
            new Model(fresh.graph()).save(folder.resolve(file));
            Recipe recipe = Recipe.parse("r", "data: {name: pictures, size: 8, channels: 1}\nepochs: 1\nbatch: 10\nnetwork: " + file + "\n");
            List<String> notes = new ArrayList<>();
            Preparation.of(recipe, folder, null).train(Trainer.Settings.of(1), new Progress() {
                @Override
                public void note(String text) { notes.add(text); }
            });
            assertThat(notes).as(file).hasSize(file.endsWith("lace") ? 1 : 0).allSatisfy(n -> assertThat(n).contains("net.lace holds no batch normalisation"));
        }
    }
}
