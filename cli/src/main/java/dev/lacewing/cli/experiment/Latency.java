package dev.lacewing.cli.experiment;

import dev.lacewing.bench.Interleaved;
import dev.lacewing.bench.Turns;
import dev.lacewing.bench.report.Records;
import dev.lacewing.error.LacewingException.Failed;
import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.error.LacewingException.Malformed;
import dev.lacewing.graph.Graph;
import dev.lacewing.train.recipe.Experiment;
import dev.lacewing.train.recipe.Experiment.Arm;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What an image takes in the networks of all arms, of the first seed each, measured side by side in one process.
 *
 * @param version of Lacewing
 * @param peer ONNX Runtime's version
 * @param tier how Lacewing ran
 */
public record Latency(String version, String peer, String tier, int lanes, int runs, List<Row> rows) {
    private static final int WARM_UP = 20;

    public Latency { rows = List.copyOf(rows); }

    /**
     * Median milliseconds of an image.
     *
     * @param fingerprint of the run whose network it was, and of the files that it read
     * @param lacewing with one thread, as {@code onnxRuntime}
     * @param lacewingTwo with two threads
     * @param work share of the multiplications in the layers in scope that is left, 0 to 1
     * @param balance kept blocks of the fuller half of the block rows over the mean of both halves, each layer's summed over the layers; NaN if the experiment has no blocks
     */
    public record Row(String arm, String fingerprint, double lacewing, double lacewingTwo, double onnxRuntime, double work, double balance) {}

    /** How often each network is run, at first included, so that {@code runs} are timed. */
    public static int calls(int runs) { return 1 + WARM_UP + runs; }

    /**
     * Measures all arms whose run is kept, and keeps the times.
     *
     * @throws Invalid if no run is kept
     * @throws Failed if a network is not there, or an engine computes something else than the others
     */
    public static Latency measure(Trials trials, String version, int runs, IntConsumer progress) {
        Experiment experiment = trials.experiment();
        long seed = experiment.seeds().getFirst();
        Map<Arm, Trial> kept = new LinkedHashMap<>();
        for (Arm arm : experiment.arms()) {
            Trial trial = trials.read(arm, seed);
            if (trial != null && !trial.hasFailed()) kept.put(arm, trial);
        }
        if (kept.isEmpty()) throw new Invalid("nothing to measure: no run of seed " + seed + " is kept in " + trials.folder());
        Map<Arm, Engines> engines = new LinkedHashMap<>();
        try {
            kept.forEach((arm, trial) -> engines.put(arm, Engines.open(trials.network(arm.name(), seed))));
            Map<String, Runnable> subjects = new LinkedHashMap<>();
            engines.forEach((arm, e) -> e.subjects().forEach((name, run) -> subjects.put(arm.name() + name, run)));
            Map<String, Double> medians = new HashMap<>();
            for (Interleaved.Timing t : Interleaved.measure(subjects, Turns.LONG, WARM_UP, runs, progress)) medians.put(t.name(), t.medianMs());
            List<Row> rows = new ArrayList<>();
            kept.forEach((arm, trial) -> {
                Graph graph = Objects.requireNonNull(engines.get(arm)).graph();
                Set<String> scope = arm.recipe().scope().nodes(graph);
                rows.add(new Row(arm.name(), trial.origin(), get(medians, arm, Engines.ONE), get(medians, arm, Engines.TWO), get(medians, arm, Engines.PEER),
                        Work.left(graph, scope), Balance.of(graph, scope, experiment.blockRows())));
            });
            Engines any = engines.values().iterator().next();
            Latency latency = new Latency(version, any.peer().name() + " " + any.peer().version(), any.one().tier(), any.one().lanes(), runs, rows);
            Trials.writeJson(trials.latency(), Records.toMap(latency));
            return latency;
        } finally {
            engines.values().forEach(Engines::close);
        }
    }

    private static double get(Map<String, Double> medians, Arm arm, String engine) { return Objects.requireNonNull(medians.get(arm.name() + engine)); }

    /** What was measured last, of runs that are still kept; without rows if nothing was. */
    static Latency read(Trials trials) {
        Map<?, ?> map = Trials.readJson(trials.latency());
        if (map == null) return new Latency("", "", "", 0, 0, List.of());
        Latency all = parse(trials, map);
        long seed = trials.experiment().seeds().getFirst();
        Set<String> origins = new HashSet<>();
        for (Arm arm : trials.experiment().arms()) {
            Trial trial = trials.read(arm, seed);
            if (trial != null && !trial.hasFailed()) origins.add(arm.name() + " " + trial.origin());
        }
        List<Row> current = all.rows.stream().filter(r -> origins.contains(r.arm + " " + r.fingerprint)).toList();
        return new Latency(all.version, all.peer, all.tier, all.lanes, all.runs, current);
    }

    private static Latency parse(Trials trials, Map<?, ?> map) {
        try {
            return Records.fromMap(Latency.class, map);
        } catch (Malformed e) {
            throw new Malformed(trials.latency() + " is damaged, or of another version of Lacewing: remove it, then --measure: " + e.getMessage(), e);
        }
    }

    @Nullable Row of(Arm arm) { return rows.stream().filter(r -> r.arm.equals(arm.name())).findFirst().orElse(null); }
}
