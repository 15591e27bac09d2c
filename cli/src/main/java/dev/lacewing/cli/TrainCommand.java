package dev.lacewing.cli;

import dev.lacewing.Model;
import dev.lacewing.bench.report.Json;
import dev.lacewing.cli.image.Normalisations;
import dev.lacewing.error.LacewingException.Failed;
import dev.lacewing.train.Curves;
import dev.lacewing.train.Epoch;
import dev.lacewing.train.Preparation;
import dev.lacewing.train.Trainer;
import dev.lacewing.train.recipe.Recipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "train", header = "Train a sparse network as a recipe says.",
        description = {"A recipe is a YAML file; two lines are enough, for what is left out has a default:%n",
                "  data: fashion-mnist           a published data set (see: lacewing data), or a folder",
                "  network: mobilenet_v1_mnist   of the zoo, or a file to train on (.onnx, .lace)",
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

    @Mixin
    private final TrainingOptions options = new TrainingOptions();

    @Option(names = {"-o", "--output"}, paramLabel = "OUT", description = "Where to write: .onnx, which can be trained on, or .lace, whose normalisations are folded away (default: the recipe's name with .lace, in the current folder).")
    private @Nullable Path output;

    @Option(names = "--resume", description = "Go on from OUT.checkpoint, if it is there.")
    private boolean resume;

    @Option(names = {"-t", "--threads"}, paramLabel = "N", description = "Threads to train with (default: as many as the machine has). Another number gives other last bits.")
    private @Nullable Integer threads;

    @Override
    public Integer call() {
        int count = TrainingOptions.threads(threads, this);
        Path target = output == null ? Path.of(options.name() + ".lace") : output;
        OutputFile.checkNetwork(target, this);
        Recipe recipe = Recipe.read(options.file());
        Path checkpoint = Path.of(target + ".checkpoint");
        if (!resume && Files.exists(checkpoint)) throw new Failed("a run that was stopped is kept in " + checkpoint + ": go on with --resume, or remove that file to start anew");
        if (resume && !Files.exists(checkpoint)) note("there is no " + checkpoint + " to go on from: starting anew");
        Preparation prepared = Normalisations.asRemembered(Preparation.of(recipe, options.data(recipe), options.folder()));
        note(prepared.graph().name() + " on " + prepared.data().train().count() + " images of " + prepared.data().name() + ", " + recipe.epochs() + " epochs, judged by "
                + prepared.data().test().count() + (recipe.data().validation() > 0 ? " set aside" : " test images"));
        Trainer.Result result;
        try (TrainProgress progress = new TrainProgress(terminal(), recipe.epochs())) {
            result = prepared.train(new Trainer.Settings(count, checkpoint, resume, SECONDS_BETWEEN_CHECKPOINTS), progress);
        }
        new Model(Normalisations.remember(result.graph(), prepared.data().normalisation())).save(target);
        OutputFile.write(Path.of(target + ".csv"), Curves.csv(result.history()));
        OutputFile.write(Path.of(target + ".svg"), Curves.svg(options.name(), result.history()));
        remove(checkpoint);
        report(target, recipe, result.history());
        return ExitCode.OK;
    }

    private void report(Path target, Recipe recipe, List<Epoch> history) {
        Epoch last = history.getLast();
        String judges = recipe.data().validation() > 0 ? "images set aside" : "test images";
        double seconds = history.stream().mapToDouble(Epoch::seconds).sum();
        print(Json.object().put("output", target).put("accuracy", last.testAccuracy()).put("loss", last.testLoss()).put("density", last.density()).put("epochs", recipe.epochs())
                        .put("seconds", seconds),
                "accuracy " + Table.percent(last.testAccuracy()) + " on the " + judges + ", " + Table.percent(1 - last.density()) + " zeros in the layers in scope, trained in "
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
}
