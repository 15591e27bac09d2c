package dev.lacewing.cli;

import dev.lacewing.Model;
import dev.lacewing.Session;
import dev.lacewing.bench.Allocation;
import dev.lacewing.bench.Buffers;
import dev.lacewing.bench.Difference;
import dev.lacewing.bench.Interleaved.Timing;
import dev.lacewing.bench.Interleaved;
import dev.lacewing.bench.Peer;
import dev.lacewing.bench.Turns;
import dev.lacewing.bench.WarmUp;
import dev.lacewing.bench.report.Json;
import dev.lacewing.emit.Tier;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "bench", header = "Time a network, alone or beside another engine.",
        description = "The two engines take turns in one process on the same input, so a slow spell of the machine meets both: 100 ms that do not count, then ten timed "
                + "runs. Their outputs are compared first (exit code 3 if they differ). The ratio is the other engine's median divided by ours: above 1, Lacewing is faster. "
                + "The first run of each, once its network is open, stands in a column of its own.%n",
        footer = {"%nExamples:", "  lacewing bench net.lace --against onnxruntime", "  lacewing bench net.onnx --threads 2 --runs 200 --json"})
final class BenchCommand extends Subcommand {
    private static final int ALLOCATION_RUNS = 20;
    private static final long SEED = 1;

    @Mixin
    private final ModelArgument model = new ModelArgument();

    @Mixin
    private final ThreadsOption threads = new ThreadsOption();

    @Option(names = {"-n", "--runs"}, paramLabel = "N", defaultValue = "100", description = "Timed runs (default: ${DEFAULT-VALUE}).")
    private int runs = 100;

    @Option(names = "--warmup", paramLabel = "N", description = "Runs before them that do not count (default: until the JVM has compiled all kernels, and 20).")
    private @Nullable Integer warmup;

    @Option(names = "--dense", description = "Treat zeros as numbers: Lacewing's dense engine.")
    private boolean dense;

    @Option(names = "--against", paramLabel = "ENGINE", description = "Compare with ${COMPLETION-CANDIDATES}, which gets the same weights.")
    private @Nullable Against against;

    @Override
    public Integer call() {
        check(runs >= 1, "--runs must be at least 1, got " + runs);
        check(warmup == null || warmup >= 0, "--warmup must not be negative, got " + warmup);
        threads.count(this);
        Model loaded = model.load();
        Rates.ready(Tier.current(), this);
        try (Session session = loaded.session(threads.options(this).withDense(dense));
                Peer peer = against == null ? null : against.open(model, loaded.graph(), session.threads(), this)) {
            return measure(session, peer);
        }
    }

    /** The peer's very first run: its time, and how its outputs compare with ours. */
    record FirstRun(double ms, Difference difference) {
        static FirstRun of(Peer peer, float[][] inputs, float[][] ours, float[][] theirs) {
            long start = System.nanoTime();
            peer.run(inputs, theirs);
            double ms = (System.nanoTime() - start) / 1e6;
            return new FirstRun(ms, Difference.between(ours, theirs));
        }
    }

    private int measure(Session session, @Nullable Peer peer) {
        float[][] inputs = Buffers.normal(session.inputShapes(), SEED), outputs = Buffers.zeros(session.outputShapes());
        long start = System.nanoTime();
        session.run(inputs, outputs);
        double firstMs = (System.nanoTime() - start) / 1e6, theirFirstMs = Double.NaN;
        Map<String, Runnable> subjects = new LinkedHashMap<>();
        subjects.put("lacewing", () -> session.run(inputs, outputs));
        if (peer != null) {
            float[][] theirs = Buffers.zeros(peer.outputShapes());
            FirstRun first = FirstRun.of(peer, inputs, outputs, theirs);
            Difference difference = first.difference;
            theirFirstMs = first.ms;
            if (!difference.ok()) {
                note(String.format(Locale.ROOT, "lacewing: the outputs differ from %s by %.3g where the largest is %.3g; nothing was timed", peer.name(),
                        difference.maxAbsDiff(), difference.maxAbsOutput()));
                return ExitCode.CHECK_FAILED;
            }
            subjects.put(peer.name(), () -> peer.run(inputs, theirs));
        }
        int before = warmup == null ? 20 : warmup;
        if (warmup == null) {
            note(WarmUp.NOTE);
            WarmUp.untilSteady(List.of(session), inputs);
        }
        List<Timing> timings;
        try (Progress progress = new Progress(terminal(), "measuring", 1 + before + runs)) {
            timings = Interleaved.measure(subjects, Turns.LONG, before, runs, progress::at);
        }
        long allocated = Math.round(Allocation.bytesPerRunOfAllThreads(() -> session.run(inputs, outputs), ALLOCATION_RUNS));
        report(session, timings, firstMs, theirFirstMs, allocated, peer);
        return ExitCode.OK;
    }

    private void report(Session session, List<Timing> timings, double firstMs, double theirFirstMs, long allocated, @Nullable Peer peer) {
        Timing ours = timings.getFirst();
        Table table = new Table("engine", ">median ms", ">min ms", ">p90 ms", ">first ms", ">ratio")
                .row("Lacewing (" + session.tier() + ", " + session.lanes() + " lanes)", ours.medianMs(), ours.minMs(), ours.p90Ms(), firstMs, "");
        Json other = null;
        if (peer != null) {
            Timing theirs = timings.getLast();
            double ratio = ours.fasterThan(theirs);
            table.row(peer.name() + " " + peer.version(), theirs.medianMs(), theirs.minMs(), theirs.p90Ms(), theirFirstMs, ratio);
            other = Json.object().put("name", String.valueOf(against)).put("version", peer.version()).put("median_ms", theirs.medianMs()).put("first_ms", theirFirstMs).put("ratio", ratio);
        }
        print(Json.object().put("model", model.name()).put("threads", session.threads()).put("tier", session.tier()).put("lanes", session.lanes())
                        .put("median_ms", ours.medianMs()).put("min_ms", ours.minMs()).put("p90_ms", ours.p90Ms()).put("first_ms", firstMs)
                        .put("allocated_bytes_per_run", allocated).put("against", other),
                model.name() + ", " + session.threads() + (session.threads() == 1 ? " thread, " : " threads, ") + runs + " runs\n" + table
                        + "allocated per run after warm-up: " + allocated + " bytes\n");
    }
}
