package dev.lacewing.cli;

import dev.lacewing.emit.Tier;
import dev.lacewing.plan.CostModel;
import dev.lacewing.tune.Calibration;
import dev.lacewing.tune.CostCache;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The planner's rates, measured now if that is quick and was never done here. */
final class Rates {
    private Rates() {}

    /** What sessions of this process will plan with from now on. */
    static CostModel ready(Tier tier, Subcommand command) {
        CostCache cache = CostCache.ofUser();
        Optional<CostModel> known = cache.read(tier);
        if (known.isPresent() || !Calibration.isReadyCode(tier)) return known.orElseGet(() -> cache.known(tier));
        return measure(tier, cache, command);
    }

    static CostModel measure(Tier tier, CostCache cache, Subcommand command) {
        long start = System.nanoTime();
        CostModel measured = Calibration.measure(tier);
        Path file = cache.write(tier, measured);
        command.note("measured what kernels cost on this machine in " + Table.number((System.nanoTime() - start) / 1e9) + " s, " + kept(file));
        return measured;
    }

    private static String kept(@Nullable Path file) {
        return file == null ? "but there is no cache folder to keep it in: the rates that Lacewing brings along serve" : "for this and later runs: " + file;
    }
}
