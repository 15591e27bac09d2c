package dev.lacewing.cli;

import dev.lacewing.Model;
import dev.lacewing.bench.report.Json;
import dev.lacewing.cli.image.Preprocessing;
import dev.lacewing.error.LacewingException.Failed;
import dev.lacewing.graph.Graph;
import dev.lacewing.train.Curves;
import dev.lacewing.train.Epoch;
import dev.lacewing.train.Preparation;
import dev.lacewing.train.Trainer;
import dev.lacewing.train.recipe.Recipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "train", header = "Train a sparse network as a recipe says.",
        description = {"A recipe is a YAML file; two lines are enough, for what is left out has a default:%n",
                "  data: fashion-mnist           a published data set (see: lacewing data), or a folder",
                "  network: mobilenet_v1         of the zoo, or a file to train on (.onnx, .lace)",
                "  method: {name: rigl, sparsity: 0.9}",
                "  epochs: 20",
                "  rate: {name: cosine, rate: 0.1, warmup: 1}",
                "  seed: 1%n",
                "Methods: dense, gradual, one_shot, subp, sr_ste, ste, rigl, set, static, g2g. A key or a name that does not exist is answered with those that do. Beside the network it "
                        + "writes the curves, as OUT.csv and OUT.svg, and while it trains OUT.checkpoint: a run that was stopped goes on from there with --resume, and ends with "
                        + "the same bits as if it had not been stopped.%n"},
        footer = {"%nExamples:", "  lacewing train recipe.yaml", "  lacewing train recipe.yaml -o net.onnx --threads 2", "  lacewing train recipe.yaml -o net.onnx --threads 2 --resume"})
final class TrainCommand extends Subcommand {
    private static final double SECONDS_BETWEEN_CHECKPOINTS = 60;

    @Parameters(index = "0", paramLabel = "RECIPE", description = "A .yaml file.")
    @SuppressWarnings("NullAway.Init")
    private Path file;

    @Option(names = {"-o", "--output"}, paramLabel = "OUT", description = "Where to write: .onnx or .lace (default: the recipe's name with .lace, in the current folder).")
    private @Nullable Path output;

    @Option(names = "--resume", description = "Go on from OUT.checkpoint, if it is there.")
    private boolean resume;

    @Option(names = "--data", paramLabel = "DIR", description = "Folder of the data set (default: where the package manager or lacewing data put it).")
    private @Nullable Path data;

    @Option(names = {"-t", "--threads"}, paramLabel = "N", description = "Threads to train with (default: as many as the machine has). Another number gives other last bits.")
    private @Nullable Integer threads;

    @Override
    public Integer call() {
        int count = threads == null ? Runtime.getRuntime().availableProcessors() : threads;
        check(count >= 1 && count <= 256, "--threads must be 1 to 256, got " + count);
        Path target = output == null ? Path.of(withoutEnding(Objects.toString(file.getFileName())) + ".lace") : output;
        OutputFile.checkNetwork(target, this);
        if (!Files.exists(file)) throw new Failed(file + ": no such file");
        Recipe recipe = Recipe.read(file);
        Path checkpoint = Path.of(target + ".checkpoint");
        if (!resume && Files.exists(checkpoint)) throw new Failed("a run that was stopped is kept in " + checkpoint + ": go on with --resume, or remove that file to start anew");
        if (resume && !Files.exists(checkpoint)) note("there is no " + checkpoint + " to go on from: starting anew");
        Preparation prepared = Preparation.of(recipe, Objects.requireNonNullElse(file.toAbsolutePath().getParent(), Path.of("")), data);
        note(prepared.graph().name() + " on " + prepared.data().train().count() + " images of " + prepared.data().name() + ", " + recipe.epochs() + " epochs, judged by "
                + prepared.data().test().count() + " others");
        Trainer.Result result;
        try (TrainProgress progress = new TrainProgress(terminal(), recipe.epochs())) {
            result = prepared.train(new Trainer.Settings(count, checkpoint, resume, SECONDS_BETWEEN_CHECKPOINTS), progress);
        }
        Graph graph = result.graph();
        new Model(graph.withMetadata(Preprocessing.of(prepared.data().normalisation()).addTo(graph.metadata()))).save(target);
        OutputFile.write(Path.of(target + ".csv"), Curves.csv(result.history()));
        OutputFile.write(Path.of(target + ".svg"), Curves.svg(withoutEnding(Objects.toString(file.getFileName())), result.history()));
        remove(checkpoint);
        report(target, result.history());
        return ExitCode.OK;
    }

    private void report(Path target, List<Epoch> history) {
        Epoch last = history.getLast();
        double seconds = history.stream().mapToDouble(Epoch::seconds).sum();
        print(Json.object().put("output", target).put("accuracy", last.testAccuracy()).put("loss", last.testLoss()).put("density", last.density()).put("epochs", history.size())
                        .put("seconds", seconds),
                "accuracy " + Table.percent(last.testAccuracy()) + " on the test images, " + Table.percent(1 - last.density()) + " zeros in the layers in scope, trained in "
                        + TrainProgress.time(seconds) + "\nwritten: " + target + ", " + target + ".csv, " + target + ".svg\n"
                        + "next: lacewing explain " + target + "     how it would run here, layer by layer\n"
                        + "      lacewing bench " + target + " --against onnxruntime\n");
    }

    private static void remove(Path checkpoint) {
        try {
            Files.deleteIfExists(checkpoint);
        } catch (IOException e) {
            throw new Failed("the network is written, but " + checkpoint + " cannot be removed: " + e.getMessage(), e);
        }
    }

    private static String withoutEnding(String name) { return name.replaceFirst("(?i)\\.ya?ml$", "").toLowerCase(Locale.ROOT).isEmpty() ? "network" : name.replaceFirst("(?i)\\.ya?ml$", ""); }
}
