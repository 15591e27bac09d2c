package dev.lacewing.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.image.Picture;
import dev.lacewing.train.data.DataSets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataCommandTest {
    @TempDir
    Path folder;

    @Test
    void listsWhatIsHere() {
        Cli text = Cli.run("data"), json = Cli.run("data", "--json");
        assertThat(text.code()).isZero();
        assertThat(text.out()).contains("fashion-mnist", "mnist", "cifar-10", "cifar-100");
        assertThat(json.json().get("data_sets").list()).hasSize(4);
    }

    @Test
    void saysWhatIsWrongWithTheArguments() throws IOException {
        assertThat(Cli.run("data", "imagenet").err()).contains("choose one of fashion-mnist, mnist");
        assertThat(Cli.run("data", "imagenet").code()).isEqualTo(ExitCode.USAGE);
        assertThat(Cli.run("data", "--to", folder).code()).isEqualTo(ExitCode.USAGE);
        Files.writeString(Files.createDirectories(folder.resolve("cifar-10")).resolve("notes.txt"), "mine");
        assertThat(Cli.run("data", "CIFAR_10", "--to", folder).err()).as("known in any case").contains("is in the way: it does not hold cifar-10");
    }

    @Test
    void fiftyImagesOfEachClassComeAlong() {
        SetSamples samples = SetSamples.builtIn();
        assertThat(samples.size()).isEqualTo(500);
        for (int c = 0; c < 10; c++) {
            int of = c;
            assertThat(IntStream.range(0, 500).filter(i -> samples.label(i) == of).count()).isEqualTo(50);
        }
        Picture boot = samples.picture(0);
        assertThat(boot.width()).isEqualTo(28);
        assertThat(boot.luminance(14, 14)).isEqualTo(samples.pixels()[14 * 28 + 14] & 0xff);
        assertThat(DataCommandTest.class.getResourceAsStream("fashion-mnist-500/LICENSE")).isNotNull();
    }

    /** Where the whole data set is installed, the shipped images are found in it. */
    @Test
    void theyAreTheFirstOfEachClass() {
        Assumptions.assumeTrue(DataSets.ofUser().find("fashion-mnist") != null, "Fashion-MNIST is not on this machine: lacewing data fashion-mnist");
        SetSamples some = SetSamples.builtIn(), all = SetSamples.of("fashion-mnist", null);
        int[] seen = new int[10];
        for (int i = 0, at = 0; i < all.size(); i++) {
            if (seen[all.label(i)]++ >= 50) continue;
            assertThat(some.label(at)).isEqualTo(all.label(i));
            assertThat(some.picture(at++).rgb()).isEqualTo(all.picture(i).rgb());
        }
        assertThat(Arrays.stream(seen).sum()).isEqualTo(10_000);
    }

    @Test
    void evaluatesOnThem() {
        Path net = folder.resolve("net.lace");
        assertThat(Cli.run("zoo", "resnet20", "--width", "0.25", "-o", net).code()).isZero();
        Cli cli = Cli.run("eval", net, "--set", "fashion-mnist-500", "--limit", "20", "--json");
        assertThat(cli.code()).isZero();
        assertThat(cli.json().get("images").number()).isEqualTo(20);
        assertThat(Cli.run("eval", net, "--set", "imagenet").code()).isEqualTo(ExitCode.USAGE);
        assertThat(Cli.run("eval", net, "--set", "Fashion_MNIST", "--data", folder).err()).as("known in any case").contains("does not hold fashion-mnist");
        assertThat(Cli.run("eval", net, "--set", "mnist", "--cifar", "x").code()).isEqualTo(ExitCode.USAGE);
        assertThat(Cli.run("eval", net, "--data", folder).code()).isEqualTo(ExitCode.USAGE);
        assertThatThrownBy(() -> SetSamples.of("mnist", folder)).isInstanceOf(Invalid.class).hasMessageContaining("lacewing data mnist");
    }
}
