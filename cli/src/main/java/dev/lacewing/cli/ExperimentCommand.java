package dev.lacewing.cli;

import dev.lacewing.bench.report.Json;
import dev.lacewing.bench.report.Markdown;
import dev.lacewing.cli.experiment.Comparison;
import dev.lacewing.cli.experiment.Latency;
import dev.lacewing.cli.experiment.Runs;
import dev.lacewing.cli.experiment.Trial;
import dev.lacewing.cli.experiment.Trials;
import dev.lacewing.train.Epoch;
import dev.lacewing.train.data.DataSet;
import dev.lacewing.train.recipe.Experiment;
import dev.lacewing.train.recipe.Experiment.Arm;
import dev.lacewing.train.recipe.Recipe;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "experiment", header = "Compare ways of training: several recipes, each with several seeds.",
        description = {"FILE is YAML: a base recipe, and arms that say what they change of it.%n",
                "  title: SET and RigL against static masks",
                "  seeds: [1, 2, 3]",
                "  base:",
                "    data: fashion-mnist",
                "    network: mlp",
                "    method: {name: rigl, sparsity: 0.95}",
                "    scope: all",
                "  arms:",
                "    static: {method: {name: static, sparsity: 0.95}}",
                "    rigl: {against: static}%n",
                "An arm changes what it names and may say against: ARM (which it is compared with, seed by seed) and from: ARM (whose trained network it starts from). Runs of one seed on one network and "
                        + "batch size start from the same weights and see the same batches. Each keeps its figures in DIR/ARM-SEED.json and its network beside it; what is kept is not "
                        + "run again, and what was stopped goes on. One that diverges is kept as failed. From them DIR/table.md and DIR/plot.svg are made, after each run and, without training, with --rebuild.%n"},
        footer = {"%nExamples:", "  lacewing experiment experiments/rigl.yaml", "  lacewing experiment experiments/width.yaml --measure", "  lacewing experiment experiments/rigl.yaml --rebuild --page docs/results.md"})
final class ExperimentCommand extends Subcommand {
    private static final int TIMED = 300;

    @Mixin
    private final TrainingOptions options = new TrainingOptions();

    @Option(names = {"-o", "--output"}, paramLabel = "DIR", description = "Where runs are kept (default: beside FILE, its name without .yaml).")
    private @Nullable Path output;

    @Option(names = {"-t", "--threads"}, paramLabel = "N", description = "Runs at once, each with one thread, so that it comes out the same whatever N is (default: as many as the machine has).")
    private @Nullable Integer threads;

    @Option(names = "--only", paramLabel = "ARM", split = ",", description = "Run these arms alone, with those that they start from; also those that are kept without their network.")
    private List<String> only = List.of();

    @Option(names = "--rebuild", description = "Train nothing: table and picture from what is kept.")
    private boolean rebuild;

    @Option(names = "--measure", description = "Then time the networks of the first seed, in Lacewing with one and two threads and in ONNX Runtime with one; those that are missing are trained again. For a quiet machine.")
    private boolean measure;

    @Option(names = "--page", paramLabel = "PAGE", description = "Write table and picture into this Markdown page, too.")
    private @Nullable Path page;

    private final Map<Recipe.Data, DataSet> loaded = new HashMap<>();

    @Override
    public Integer call() {
        int atOnce = TrainingOptions.threads(threads, this);
        check(!(rebuild && !only.isEmpty()), "--rebuild trains nothing: --only has no meaning beside it");
        Path file = options.file();
        Experiment experiment = Experiment.read(file);
        Trials trials = new Trials(experiment, output == null ? file.resolveSibling(options.name()) : output, options.folder());
        List<Arm> arms = only.stream().map(experiment::arm).toList();
        trials.makeFolder();
        write(trials);   // whatever is kept must be readable before more is trained
        for (Arm arm : experiment.arms())
            for (long seed : experiment.seeds())
                if (trials.isStale(arm, seed)) note(arm.name() + ", seed " + seed + ": what is kept is of another recipe, network or teacher" + (rebuild ? ", so it is left out" : ", so it is run again"));
        if (!rebuild) train(trials, arms, atOnce);
        if (measure)
            try (Progress progress = new Progress(terminal(), "measuring", Latency.calls(TIMED))) {
                Latency.measure(trials, Version.number(), TIMED, progress::at);
            }
        Comparison comparison = write(trials);
        if (page != null) publish(file, page, experiment, comparison);
        print(Json.object().put("folder", trials.folder()).put("runs", comparison.count()).put("of", experiment.arms().size() * experiment.seeds().size()),
                experiment.title() + "\n\n" + comparison.table() + "\n" + comparison.notes() + "\nwritten: " + trials.folder().resolve("table.md") + ", " + trials.folder().resolve("plot.svg") + "\n");
        return ExitCode.OK;
    }

    private void train(Trials trials, List<Arm> arms, int atOnce) {
        Runs runs = new Runs(trials, arms, measure, atOnce, Version.number(), this::load, new Watcher(trials));
        note(trials.experiment().title() + ": " + runs.count() + " runs to do, " + runs.kept() + " kept in " + trials.folder());
        for (Trial trial : runs.failedBefore())
            note(trial.arm() + ", seed " + trial.seed() + ", is kept as failed" + (isStart(trials.experiment(), trial.arm()) ? ", and what starts from it is not run" : "") + ": " + trial.failed()
                    + "; once that is mended, --only " + trial.arm() + " tries it again");
        runs.run();
    }

    private static boolean isStart(Experiment experiment, String arm) { return experiment.arms().stream().anyMatch(a -> a.from().equals(arm)); }

    private final class Watcher implements Runs.Watcher {
        private final Trials trials;

        Watcher(Trials trials) { this.trials = trials; }

        @Override
        public void epoch(Runs.Job job, Epoch e, double left) {
            note(String.format(Locale.ROOT, "%s: epoch %d/%d%s, test %.2f %%, density %.1f %%, %.1f s; %s left", job, e.number(), job.arm().recipe().epochs(), TrainProgress.loss(e), 100 * e.testAccuracy(),
                    100 * e.density(), e.seconds(), TrainProgress.time(left)));
        }

        @Override
        public void finished(Runs.Job job, Trial trial, int done, int all, double left) {
            note(String.format(Locale.ROOT, "run %d of %d done: %s: %.2f %% in %s; %s left", done, all, job, 100 * trial.accuracy(), TrainProgress.time(trial.seconds()), TrainProgress.time(left)));
            write(trials);
        }

        @Override
        public void failed(Runs.Job job, String why) { note(job + " failed: " + why); }

        @Override
        public void restarted(Runs.Job job) { note(job + ": the checkpoint is of another network or of other data, so the run begins anew"); }
    }

    private static Comparison write(Trials trials) {
        Comparison comparison = new Comparison(trials);
        OutputFile.write(trials.folder().resolve("table.md"), comparison.table());
        OutputFile.write(trials.folder().resolve("plot.svg"), comparison.svg());
        return comparison;
    }

    /** The images are read once for all runs. */
    private synchronized DataSet load(Recipe recipe) {
        DataSet known = loaded.get(recipe.data());
        if (known != null) return known;
        DataSet found = options.data(recipe);
        loaded.put(recipe.data(), found);
        return found;
    }

    private void publish(Path file, Path target, Experiment experiment, Comparison comparison) {
        Path picture = target.resolveSibling(Objects.toString(target.getFileName()).replaceFirst("\\.md$", "") + "-" + options.name() + ".svg");
        if (!comparison.isEmpty()) OutputFile.write(picture, comparison.svg());
        String again = "    lacewing experiment " + file + (experiment.plot() == Experiment.Plot.LATENCY || comparison.isTimed() ? " --measure" : "") + " --page " + target + "\n";
        String found = experiment.found().isEmpty() ? "" : "\n\n" + experiment.found();
        String told = comparison.isEmpty() ? "Not run yet."
                : comparison.table() + "\n" + comparison.notes() + found + "\n\n![" + experiment.title() + "](" + picture.getFileName() + ")";
        Markdown.replace(target, "# Results of training", options.name(), "## " + experiment.title() + "\n\n" + (experiment.about().isEmpty() ? "" : experiment.about() + "\n\n") + told
                + "\n\nRecipes: `" + file + "`, made by\n\n" + again);
    }
}
