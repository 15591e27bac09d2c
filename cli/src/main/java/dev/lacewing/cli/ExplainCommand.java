package dev.lacewing.cli;

import dev.lacewing.Model;
import dev.lacewing.Options;
import dev.lacewing.Session;
import dev.lacewing.bench.Buffers;
import dev.lacewing.bench.WarmUp;
import dev.lacewing.bench.report.Json;
import dev.lacewing.emit.Tier;
import dev.lacewing.plan.CostModel;
import dev.lacewing.plan.LayerReport;
import dev.lacewing.tune.Calibration;
import dev.lacewing.tune.CostCache;
import dev.lacewing.tune.Quantiles;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "explain", header = "Show how each layer will run, and why.",
        description = "For each layer: output shape, multiply-adds of the dense layer, share of zeros, share of non-zeros in what the kernel multiplies (fill), "
                + "the kernel, predicted time, the dense kernel's time beside it, and the reason. "
                + "Times are those of one thread, which with --threads does the shares of all, one after another; bench times threads together.%n",
        footer = {"%nExamples:", "  lacewing explain net.lace", "  lacewing explain net.onnx --measure --threads 2"})
final class ExplainCommand extends Subcommand {
    private static final long SEED = 1;

    @Mixin
    private final ModelArgument model = new ModelArgument();

    @Mixin
    private final ThreadsOption threads = new ThreadsOption();

    @Option(names = "--measure", description = "Run the network, sparse and dense, and show measured times.")
    private boolean measure;

    @Option(names = {"-n", "--runs"}, paramLabel = "N", defaultValue = "30", description = "Runs measured, with --measure (default: ${DEFAULT-VALUE}).")
    private int runs = 30;

    @Override
    public Integer call() {
        check(runs >= 1, "--runs must be at least 1, got " + runs);
        Options options = threads.options(this);
        Model loaded = model.load();
        Tier tier = Tier.current();
        CostModel costs = measure ? Rates.ready(tier, this) : CostCache.ofUser().known(tier);
        List<LayerReport> layers = measure ? measured(loaded, options) : loaded.explain(options);
        print(json(layers).put("rates", costs.origin()), text(layers) + foot(layers, costs, options.threads()));
        return ExitCode.OK;
    }

    private List<LayerReport> measured(Model loaded, Options options) {
        note("measuring the network as planned, then dense" + (Calibration.isReadyCode(Tier.current()) ? "" : ": some ten seconds each, for the JVM compiles the kernels first"));
        List<LayerReport> sparse = profile(loaded, options, runs);
        Map<String, Double> dense = profile(loaded, options.withDense(true), runs).stream().collect(Collectors.toMap(LayerReport::name, LayerReport::measuredMs, (a, b) -> a));
        return sparse.stream().map(l -> new LayerReport(l.name(), l.op(), l.input(), l.output(), l.multiplyAdds(), l.sparsity(), l.fill(), l.kernel(),
                l.predictedMs(), l.measuredMs(), dense.getOrDefault(l.name(), Double.NaN), l.reason())).toList();
    }

    static List<LayerReport> profile(Model model, Options options, int runs) {
        try (Session session = model.session(options)) {
            float[][] inputs = Buffers.normal(session.inputShapes(), SEED);
            WarmUp.untilSteady(List.of(session), inputs);
            return session.profile(inputs, runs);
        }
    }

    private String foot(List<LayerReport> layers, CostModel costs, int count) {
        String shares = count == 1 ? "" : "times are of one thread that does the shares of all " + count + ": bench --threads " + count + " times them together\n";
        String rates = "predicted with the rates " + (costs.origin().equals(CostModel.SHIPPED) ? "that Lacewing brings along: lacewing calibrate measures this machine's" : "in " + costs.origin());
        return shares + (measure ? String.format(Locale.ROOT, "median error of the predictions: %.0f %% (%s)%n", 100 * medianError(layers), rates) : rates + "\n");
    }

    /** Of |predicted - measured| / measured over the layers; NaN without one. */
    static double medianError(List<LayerReport> layers) {
        double[] errors = layers.stream().filter(l -> l.measuredMs() > 0).mapToDouble(l -> Math.abs(l.predictedMs() - l.measuredMs()) / l.measuredMs()).toArray();
        return errors.length == 0 ? Double.NaN : Quantiles.of(errors).median();
    }

    private Json json(List<LayerReport> layers) {
        return Json.object().put("model", model.name()).put("layers", layers.stream().map(ExplainCommand::json).toList())
                .put("total", Json.object().put("multiply_adds", layers.stream().mapToLong(LayerReport::multiplyAdds).sum())
                        .put("predicted_ms", sum(layers, LayerReport::predictedMs)).put("measured_ms", sum(layers, LayerReport::measuredMs))
                        .put("dense_ms", denseTotal(layers)).put("median_error", measure ? medianError(layers) : Double.NaN));
    }

    private static Json json(LayerReport l) {
        return Json.object().put("name", l.name()).put("op", l.op()).put("input_shape", l.input().dims()).put("output_shape", l.output().dims())
                .put("multiply_adds", l.multiplyAdds()).put("sparsity", l.sparsity()).put("fill", l.fill()).put("kernel", l.kernel())
                .put("predicted_ms", l.predictedMs()).put("measured_ms", l.measuredMs()).put("dense_ms", l.denseMs()).put("reason", l.reason());
    }

    private String text(List<LayerReport> layers) {
        Table table = measure ? new Table("layer", "op", "output", ">mult-adds", ">zeros", ">fill", "kernel", ">predicted ms", ">measured ms", ">dense ms", "why")
                : new Table("layer", "op", "output", ">mult-adds", ">zeros", ">fill", "kernel", ">predicted ms", ">dense ms", "why");
        for (LayerReport l : layers) {
            boolean weights = l.multiplyAdds() > 0;
            row(table, l.name(), l.op(), l.output().toString(), weights ? Table.count(l.multiplyAdds()) : "-", weights ? Table.percent(l.sparsity()) : "-",
                    weights ? Table.percent(l.fill()) : "-", l.kernel(), l.predictedMs(), l.measuredMs(), l.denseMs(), l.reason());
        }
        row(table, "total", "", "", Table.count(layers.stream().mapToLong(LayerReport::multiplyAdds).sum()), "", "", "", sum(layers, LayerReport::predictedMs),
                sum(layers, LayerReport::measuredMs), denseTotal(layers), "");
        return table.toString();
    }

    private void row(Table table, String name, String op, String output, String multiplyAdds, String zeros, String fill, String kernel, double predicted,
            double measured, double dense, String reason) {
        if (measure) table.row(name, op, output, multiplyAdds, zeros, fill, kernel, predicted, measured, dense, reason);
        else table.row(name, op, output, multiplyAdds, zeros, fill, kernel, predicted, dense, reason);
    }

    /** Of what is known; NaN if nothing is. */
    private static double sum(List<LayerReport> layers, ToDoubleFunction<LayerReport> what) {
        return layers.stream().mapToDouble(what).filter(ms -> !Double.isNaN(ms)).reduce(Double::sum).orElse(Double.NaN);
    }

    /** A layer without a dense alternative counts with its own time. */
    private static double denseTotal(List<LayerReport> layers) {
        return sum(layers, l -> !Double.isNaN(l.denseMs()) ? l.denseMs() : !Double.isNaN(l.measuredMs()) ? l.measuredMs() : l.predictedMs());
    }
}
