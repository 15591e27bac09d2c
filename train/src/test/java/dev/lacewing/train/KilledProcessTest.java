package dev.lacewing.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacewing.Model;
import dev.lacewing.train.recipe.Recipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run in a process of its own that is killed again and again ends with the same bits as one that was left alone. */
class KilledProcessTest {
    private static final String RECIPE = "data: bars\nnetwork: toy\nbatch: 32\nepochs: 8\nmethod: {name: set, sparsity: 0.6, interval: 5}\nema: 0.9\n";
    private static final int KILLS = 3;

    /** Trains and writes the network; slowly, so that it can be killed in between. */
    public static void main(String[] args) {
        Recipe recipe = Recipe.parse("r", RECIPE);
        Trainer.Result result = Trainer.train(recipe, Toys.bars(), Toys.network(), null, new Trainer.Settings(1, Path.of(args[0]), true, 0), new Progress() {
            @Override
            public void step(long step, long steps, double loss, double accuracy, double density) {
                try {
                    Thread.sleep(10);
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
        });
        new Model(result.graph()).save(Path.of(args[1]));
    }

    @Test
    void endsWithTheSameBits(@TempDir Path folder) throws IOException, InterruptedException {
        Path checkpoint = folder.resolve("run.checkpoint"), network = folder.resolve("net.onnx");
        byte[] before = {};
        for (int kill = 1; kill <= KILLS; kill++) {
            Process process = start(checkpoint, network);
            for (int written = 0; written < 4 * kill; Thread.sleep(3)) {   // kill after a number of new checkpoints, at no particular moment
                assertThat(process.isAlive()).as("process %s: %s", kill, Files.exists(folder.resolve("log")) ? Files.readString(folder.resolve("log")) : "").isTrue();
                byte[] now = Files.exists(checkpoint) ? Files.readAllBytes(checkpoint) : before;
                if (!java.util.Arrays.equals(now, before)) written++;
                before = now;
            }
            process.destroyForcibly();
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(Files.exists(network)).isFalse();
            try (Stream<Path> left = Files.list(folder)) {
                for (Path path : left.filter(p -> p.toString().endsWith(".tmp")).toList()) Files.delete(path);
            }
        }
        Process last = start(checkpoint, network);
        assertThat(last.waitFor(100, TimeUnit.SECONDS)).isTrue();
        assertThat(last.exitValue()).as(Files.readString(folder.resolve("log"))).isZero();
        Path alone = folder.resolve("alone.onnx");
        new Model(Trainer.train(Recipe.parse("r", RECIPE), Toys.bars(), Toys.network(), null, Trainer.Settings.of(1), new Progress() {}).graph()).save(alone);
        assertThat(network).hasSameBinaryContentAs(alone);
    }

    private static Process start(Path checkpoint, Path network) throws IOException {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "--add-modules", "jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"), KilledProcessTest.class.getName(), checkpoint.toString(), network.toString()));
        Path log = network.resolveSibling("log");
        return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    }
}
