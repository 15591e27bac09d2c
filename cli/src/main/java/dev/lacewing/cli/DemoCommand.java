package dev.lacewing.cli;

import dev.lacewing.bench.Interleaved.Timing;
import dev.lacewing.bench.report.Json;
import dev.lacewing.cli.report.Report;
import dev.lacewing.file.WholeFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "demo", header = "See what sparsity buys on this machine, in less than a minute.",
        description = "Builds MobileNetV1 224 with random weights, zeroes 90 %% of its pointwise weights in two patterns, checks that the sparse kernels give the "
                + "answers of the dense ones and of ONNX Runtime, and times them in turn. Then two trained networks tell clothes apart, a dense one and a sparse one, to see the accuracy beside the time. Needs no file; writes an HTML report.%n",
        footer = {"%nExamples:", "  lacewing demo", "  lacewing demo --threads 2 --output report.html"})
final class DemoCommand extends Subcommand {
    @Option(names = "--quick", description = "A small network and few runs: to see that everything works, not to measure.")
    private boolean quick;

    @Option(names = {"-o", "--output"}, paramLabel = "FILE", defaultValue = "lacewing-report.html", description = "The report (default: ${DEFAULT-VALUE}).")
    private Path output = Path.of("lacewing-report.html");

    @Mixin
    private final ThreadsOption threads = new ThreadsOption();

    @Override
    public Integer call() {
        WholeFile.check(output);
        Demo.Result result;
        try (Demo demo = new Demo(threads.count(this), quick, terminal())) {
            result = demo.run();
        }
        Report report = result.report();
        OutputFile.write(output, report.html());
        print(json(result), text(result));
        for (Demo.Check check : result.checks()) if (!check.difference().ok()) note("lacewing: " + check.describe());
        return result.ok() ? ExitCode.OK : ExitCode.CHECK_FAILED;
    }

    private Json json(Demo.Result result) {
        List<Json> rows = new ArrayList<>();
        for (int i = 0; i < result.timings().size(); i++) {
            Timing timing = result.timings().get(i);
            Report.Row row = result.report().rows().get(i);
            rows.add(Json.object().put("name", timing.name()).put("median_ms", timing.medianMs()).put("min_ms", timing.minMs())
                    .put("speedup_over_dense", row.overDense()).put("speedup_over_onnxruntime", row.overPeer()));
        }
        List<Json> checks = result.checks().stream().map(c -> Json.object().put("network", c.network()).put("against", c.against())
                .put("max_abs_diff", c.difference().maxAbsDiff()).put("max_abs_output", c.difference().maxAbsOutput()).put("ok", c.difference().ok())).toList();
        return Json.object().put("threads", result.threads()).put("tier", result.tier()).put("lanes", result.lanes()).put("rows", rows).put("checks", checks)
                .put("trained", result.clothes().json()).put("ok", result.ok()).put("report", output.toAbsolutePath());
    }

    private String text(Demo.Result result) {
        boolean peer = result.report().rows().stream().anyMatch(r -> !Double.isNaN(r.overPeer()));
        Table table = peer ? new Table("engine and network", ">median ms", ">over dense", ">over ONNX Runtime") : new Table("engine and network", ">median ms", ">over dense");
        for (Report.Row row : result.report().rows()) {
            if (peer) table.row(row.name(), row.medianMs(), ratio(row.overDense()), ratio(row.overPeer()));
            else table.row(row.name(), row.medianMs(), ratio(row.overDense()));
        }
        StringBuilder text = new StringBuilder(result.report().title()).append('\n').append(result.report().about().replace(". ", ".\n")).append("\n\n").append(table)
                .append("ratios above 1 are faster\n\n");
        result.checks().forEach(c -> text.append(c.describe()).append('\n'));
        return text + grid(result.report().grid()) + "report: " + output.toAbsolutePath() + "\n";
    }

    private static String grid(Report.Grid grid) {
        Table table = new Table(Stream.concat(Stream.of(grid.head().getFirst()), grid.head().stream().skip(1).map(h -> ">" + h)).toArray(String[]::new));
        for (List<String> row : grid.cells()) table.row(row.toArray());
        return "\n" + grid.title() + "\n\n" + table + grid.note().replace(". ", ".\n") + "\n\n";
    }

    private static String ratio(double times) { return String.format(Locale.ROOT, "%.2fx", times); }
}
