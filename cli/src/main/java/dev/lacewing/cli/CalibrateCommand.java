package dev.lacewing.cli;

import dev.lacewing.bench.NodeClock;
import dev.lacewing.bench.report.Json;
import dev.lacewing.emit.Tier;
import dev.lacewing.file.WholeFile;
import dev.lacewing.plan.CostModel;
import dev.lacewing.plan.CostTable;
import dev.lacewing.program.Machine;
import dev.lacewing.tune.Calibration;
import dev.lacewing.tune.CostCache;
import dev.lacewing.tune.Processor;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "calibrate", header = "Measure what kernels cost on this machine, for the planner.",
        description = "Times every kernel on synthetic data and keeps the rates in the user's cache folder, where every later run finds them. Done by itself, once, by doctor, "
                + "bench, tune and explain --measure where it takes a second or two; on the jvm tier, where it takes minutes, only by this command. Close other programs first.%n",
        footer = {"%nExamples:", "  lacewing calibrate", "  lacewing calibrate -o rates.txt",
                "%nThe tables that Lacewing brings along are written so; docs/cost-model.md tells how."})
final class CalibrateCommand extends Subcommand {
    @Option(names = {"-o", "--output"}, paramLabel = "FILE", description = "Write the rates there instead.")
    private @Nullable Path output;

    @Option(names = "--wasm", hidden = true, description = "Measure WebAssembly in Node, for the table that exports to the web are planned by.")
    private boolean wasm;

    @Override
    public Integer call() {
        if (wasm) return wasm();
        Tier tier = Tier.current();
        if (output != null) WholeFile.check(output);
        if (!Calibration.isReadyCode(tier)) note("the JVM compiles the kernels while they run: this takes minutes");
        CostModel costs = output == null ? Rates.measure(tier, CostCache.ofUser(), this) : Calibration.measure(tier);
        String table = CostTable.write(costs, List.of("Measured by lacewing calibrate on: " + Processor.name() + ", tier " + tier.name()));
        if (output != null) OutputFile.write(output, table);
        return done(costs, table, tier.name());
    }

    private Integer wasm() {
        try (NodeClock node = NodeClock.start()) {
            CostModel costs = Calibration.measure(Machine.WASM, node);
            String table = CostTable.write(costs, List.of("Measured by lacewing calibrate --wasm on: " + Processor.name() + ", Node " + node.version()));
            if (output != null) OutputFile.write(output, table);
            return done(costs, table, "wasm");
        }
    }

    private Integer done(CostModel costs, String table, String tier) {
        Json rates = Json.object();
        costs.rates().forEach((name, r) -> rates.put(name, Json.object().put("call", r.call()).put("outer", r.outer()).put("inner", r.inner()).put("far", r.far())));
        print(Json.object().put("tier", tier).put("lanes", costs.machine().lanes()).put("output", output).put("nanoseconds", rates), table);
        return ExitCode.OK;
    }
}
