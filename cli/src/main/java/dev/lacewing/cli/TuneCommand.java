package dev.lacewing.cli;

import dev.lacewing.Model;
import dev.lacewing.bench.report.Json;
import dev.lacewing.emit.Tier;
import dev.lacewing.plan.CostModel;
import dev.lacewing.tune.Calibration;
import dev.lacewing.tune.Tuner;
import dev.lacewing.tune.Tuner.Layer;
import dev.lacewing.tune.Tuner.Whole;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "tune", header = "Measure the ways to run each layer on this machine, and keep the fastest in a .lace file.",
        description = {"The planner predicts which format and kernel is fastest for each layer; this command measures it, in the real network with its real weights. "
                + "Every layer is run in each way that is not predicted to be hopeless, sparse and dense, in blocks of 1, 2, 4 and more rows, or baked into code; the least time of many runs "
                + "counts, and the planner's own choice is left only for one at least 3 %% faster. The winners are written into the file and followed wherever it is run, so "
                + "tune on the machine, and with the number of threads, that the network is for.%n"},
        footer = {"%nExamples:", "  lacewing tune net.onnx -o net.lace", "  lacewing tune net.lace -o tuned.lace --threads 2 --limit 60"})
final class TuneCommand extends Subcommand {
    @Mixin
    private final ModelArgument model = new ModelArgument();

    @Mixin
    private final ThreadsOption threads = new ThreadsOption();

    @Option(names = {"-o", "--output"}, paramLabel = "FILE", required = true, description = "Where to write: a .lace file.")
    @SuppressWarnings("NullAway.Init")
    private Path output;

    @Option(names = "--limit", paramLabel = "SECONDS", defaultValue = "30", description = "Time for the measurements, at least one second (default: ${DEFAULT-VALUE}).")
    private int limit = 30;

    @Override
    public Integer call() {
        check(limit >= 1, "--limit must be at least 1 second, got " + limit);
        int count = threads.count(this);
        OutputFile.checkNetwork(output, this);
        check(output.toString().toLowerCase(Locale.ROOT).endsWith(".lace"), "--output: decisions are kept in .lace files, got '" + output + "'");
        Model loaded = model.load();
        Tier tier = Tier.current();
        CostModel costs = Rates.ready(tier, this);
        boolean warmUp = !Calibration.isReadyCode(tier);
        List<Layer> layers;
        Whole whole;
        try (Tuner tuner = new Tuner(loaded.graph(), tier, costs, count); Progress progress = new Progress(terminal(), "measuring " + tuner.variants() + " variants", 100)) {
            layers = tuner.measure(warmUp, Duration.ofSeconds(limit), share -> progress.at((int) (100 * share)));
            whole = tuner.compare(tier, layers, warmUp);
        }
        new Model(loaded.graph(), Tuner.decisions(layers)).save(output);
        report(layers, whole, count);
        return ExitCode.OK;
    }

    private void report(List<Layer> layers, Whole whole, int count) {
        Table table = new Table("layer", "op", ">ways tried", "as planned", ">ms", "fastest", ">ms", ">gain");
        for (Layer l : layers)
            table.row(l.name(), l.op(), l.trials().size(), l.planned().decision(), l.planned().measuredMs(), l.winner().decision(), l.winner().measuredMs(), gain(l));
        long changed = layers.stream().filter(l -> l.winner() != l.planned()).count();
        Table wholes = new Table("whole network", ">median ms").row("as planned", whole.beforeMs()).row("as tuned", whole.afterMs());
        print(Json.object().put("output", output).put("threads", count).put("layers", layers.stream().map(TuneCommand::json).toList()).put("changed", changed)
                        .put("before_ms", whole.beforeMs()).put("after_ms", whole.afterMs()),
                table + "\n" + wholes + changed + " of " + layers.size() + " layers run otherwise than planned\nwritten: " + output + "\n");
    }

    private static String gain(Layer l) { return l.winner() == l.planned() ? "" : Table.number(l.planned().measuredMs() / l.winner().measuredMs()) + "x"; }

    private static Json json(Layer l) {
        return Json.object().put("name", l.name()).put("op", l.op()).put("winner", l.winner().decision().toString())
                .put("trials", l.trials().stream().map(t -> Json.object().put("decision", t.decision().toString()).put("predicted_ms", t.predictedMs()).put("measured_ms", t.measuredMs())).toList());
    }
}
