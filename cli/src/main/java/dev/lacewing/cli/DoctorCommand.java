package dev.lacewing.cli;

import dev.lacewing.bench.PeakRate;
import dev.lacewing.bench.report.Json;
import dev.lacewing.emit.Tier;
import dev.lacewing.plan.CostModel;
import dev.lacewing.program.Machine;
import dev.lacewing.tune.Processor;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;

@Command(name = "doctor", header = "Show what Lacewing finds on this machine, and what would make it faster.",
        description = "Processor, vector width, how kernels are executed and why, the JDK, and the peak rate of multiply-adds that a kernel reaches on one thread.%n",
        footer = {"%nExample:", "  lacewing doctor --json"})
final class DoctorCommand extends Subcommand {
    @Override
    public Integer call() {
        Tier tier = Tier.current();
        boolean vectorModule = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
        double gflops = PeakRate.gflops(tier);
        String jdk = System.getProperty("java.vm.name") + " " + Runtime.version() + " (" + System.getProperty("java.vendor") + ")";
        int cores = Runtime.getRuntime().availableProcessors(), lanes = tier.machine().lanes();
        CostModel costs = Rates.ready(tier, this);
        List<String> advice = advice(tier, vectorModule), features = Tier.features();
        Table table = new Table("what", "found").row("processor", Processor.name() + ", " + cores + (cores == 1 ? " core" : " cores")).row("system", System.getProperty("os.name") + " " + System.getProperty("os.arch"))
                .row("JDK", jdk).row("Vector API", vectorModule ? "present" : needsVectors(tier) ? "missing" : "not loaded, not needed").row("tier", tier.name() + ", " + lanes + (lanes == 1 ? " lane" : " lanes"))
                .row("why", tier.reason()).row("costs", costs.origin())
                .row("features", features.isEmpty() ? "none that machine code needs" : String.join(", ", features)).row("peak", Table.number(gflops / 2) + " billion multiply-adds a second on one thread (" + Table.number(gflops) + " GFLOP/s)");
        StringBuilder text = new StringBuilder(table.toString());
        for (String line : advice) text.append("advice: ").append(line).append('\n');
        if (advice.isEmpty()) text.append("Nothing to improve.\n");
        print(Json.object().put("cpu", Processor.name()).put("cores", cores).put("os", System.getProperty("os.name")).put("arch", System.getProperty("os.arch")).put("jdk", jdk)
                .put("vector_module", vectorModule).put("tier", tier.name()).put("lanes", lanes).put("reason", tier.reason()).put("cpu_features", features).put("costs", costs.origin())
                .put("peak_multiply_adds_per_second", gflops / 2 * 1e9).put("peak_gflops", gflops).put("advice", advice), text.toString());
        return ExitCode.OK;
    }

    /** Whether kernels may be vector calls: those that need more registers than a processor without AVX-512 has are, also on the x64 tier. */
    private static boolean needsVectors(Tier tier) { return tier.name().equals("jvm") || tier.name().equals("x64") && tier.machine().lanes() < Machine.AVX512.lanes(); }

    static List<String> advice(Tier tier, boolean vectorModule) {
        List<String> advice = new ArrayList<>();
        if (!vectorModule && needsVectors(tier)) advice.add("start Java with --add-modules jdk.incubator.vector (the ./lacewing launcher does)");
        if (tier.name().equals("interpreter")) advice.add("unset -D" + Tier.TIER + ": compiled kernels are hundreds of times faster");
        if (System.getProperty(Tier.LANES) != null) advice.add("unset -D" + Tier.LANES + " to use the processor's full vector width");
        Runtime.Version version = Runtime.version();
        if (version.feature() == 25 && version.update() < 3) advice.add("update the JDK to 25.0.3 or newer: earlier ones have a defect in pinning arrays");
        String vm = System.getProperty("java.vm.info", "");
        if (vm.contains("interpreted")) advice.add("remove -Xint: without a compiler kernels are interpreted");
        return advice;
    }
}
