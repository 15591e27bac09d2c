package dev.lacewing.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacewing.train.recipe.Recipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that is asked to stop while it trains stops without a crash of the autograd library. */
class StoppedProcessTest {
    private static final int TERMINATED = 128 + 15;

    /** Trains without end and without pause. */
    public static void main(String[] args) {
        Recipe recipe = Recipe.parse("r", "data: bars\nnetwork: toy\nbatch: 384\nepochs: 1000000\n");
        Trainer.train(recipe, Toys.bars(), Toys.network(), null, new Trainer.Settings(1, Path.of(args[0]), false, 0), new Progress() {});
    }

    @Test
    void stops(@TempDir Path folder) throws IOException, InterruptedException {
        Path log = folder.resolve("log"), checkpoint = folder.resolve("checkpoint");
        Process process = new ProcessBuilder(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "--add-modules", "jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"), StoppedProcessTest.class.getName(), checkpoint.toString()))
                .directory(folder.toFile()).redirectErrorStream(true).redirectOutput(log.toFile()).start();
        while (process.isAlive() && !Files.exists(checkpoint)) Thread.sleep(5);
        process.destroy();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(log)).isEqualTo(TERMINATED);
        assertThat(log).content().doesNotContain("SIGSEGV");
    }
}
