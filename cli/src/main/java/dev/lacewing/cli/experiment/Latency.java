package dev.lacewing.cli.experiment;

import dev.lacewing.Lacewing;
import dev.lacewing.Model;
import dev.lacewing.Options;
import dev.lacewing.Session;
import dev.lacewing.bench.Buffers;
import dev.lacewing.bench.Interleaved;
import dev.lacewing.bench.OnnxRuntimePeer;
import dev.lacewing.bench.Turns;
import dev.lacewing.bench.WarmUp;
import dev.lacewing.bench.report.Records;
import dev.lacewing.error.LacewingException.Failed;
import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import dev.lacewing.train.recipe.Experiment;
import dev.lacewing.train.recipe.Experiment.Arm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
    private static final long SEED = 1;

    public Latency { rows = List.copyOf(rows); }

    /**
     * Median milliseconds of an image.
     *
     * @param fingerprint of the run whose network it was, and of the files that it read
     * @param lacewing with one thread, as {@code onnxRuntime}
     * @param lacewingTwo with two threads
     * @param balance kept blocks of the fuller half of the block rows over the mean of both halves, each layer's summed over the layers; NaN if the experiment has no blocks
     */
    public record Row(String arm, String fingerprint, double lacewing, double lacewingTwo, double onnxRuntime, double balance) {}

    /** Measures all arms whose run is kept, and keeps the times. */
    public static Latency measure(Trials trials, String version, int runs, IntConsumer progress) {
        Experiment experiment = trials.experiment();
        long seed = experiment.seeds().getFirst();
        Map<Arm, Trial> kept = new LinkedHashMap<>();
        for (Arm arm : experiment.arms()) {
            Trial trial = trials.read(arm, seed);
            if (trial != null && !trial.hasFailed()) kept.put(arm, trial);
        }
        if (kept.isEmpty()) throw new Invalid("nothing to measure: no run of seed " + seed + " is kept in " + trials.folder());
        List<AutoCloseable> open = new ArrayList<>();
        try {
            Map<String, Runnable> subjects = new LinkedHashMap<>();
            Map<Arm, Graph> graphs = new LinkedHashMap<>();
            String tier = "", peer = "";
            int lanes = 0;
            for (Arm arm : kept.keySet()) {
                Path file = trials.network(arm.name(), seed);
                if (!Files.exists(file)) throw new Failed("the network " + file + " is not there: --measure without --rebuild, and without --only, trains it again");
                Model model = Lacewing.load(file);
                graphs.put(arm, model.graph());
                for (int threads = 1; threads <= 2; threads++) {
                    Session session = model.session(Options.defaults().withThreads(threads));
                    open.add(session);
                    float[][] inputs = Buffers.normal(session.inputShapes(), SEED), outputs = Buffers.zeros(session.outputShapes());
                    WarmUp.untilSteady(List.of(session), inputs);
                    subjects.put(arm.name() + "/" + threads, () -> session.run(inputs, outputs));
                    tier = session.tier();
                    lanes = session.lanes();
                }
                OnnxRuntimePeer other = OnnxRuntimePeer.open(model.graph(), 1);
                open.add(other);
                float[][] inputs = Buffers.normal(model.graph().inputs().stream().map(v -> v.shape()).toList(), SEED), outputs = Buffers.zeros(other.outputShapes());
                subjects.put(arm.name() + "/onnxruntime", () -> other.run(inputs, outputs));
                peer = other.name() + " " + other.version();
            }
            Map<String, Double> medians = new LinkedHashMap<>();
            for (Interleaved.Timing t : Interleaved.measure(subjects, Turns.LONG, WARM_UP, runs, progress)) medians.put(t.name(), t.medianMs());
            List<Row> rows = new ArrayList<>();
            graphs.forEach((arm, graph) -> rows.add(new Row(arm.name(), Objects.requireNonNull(kept.get(arm)).origin(), get(medians, arm.name() + "/1"), get(medians, arm.name() + "/2"),
                    get(medians, arm.name() + "/onnxruntime"), balance(graph, arm.recipe().scope().nodes(graph), experiment.blockRows()))));
            Latency latency = new Latency(version, peer, tier, lanes, runs, rows);
            Trials.writeJson(trials.latency(), Records.toMap(latency));
            return latency;
        } finally {
            close(open);
        }
    }

    private static double get(Map<String, Double> medians, String key) { return medians.getOrDefault(key, Double.NaN); }

    private static void close(List<AutoCloseable> open) {
        for (AutoCloseable each : open) {
            try {
                each.close();
            } catch (Exception e) {
                throw new Failed("an engine cannot be closed: " + e.getMessage(), e);
            }
        }
    }

    /** What was measured last, of runs that are still kept; without rows if nothing was. */
    static Latency read(Trials trials) {
        Map<?, ?> map = Trials.readJson(trials.latency());
        if (map == null) return new Latency("", "", "", 0, 0, List.of());
        Latency all = Records.fromMap(Latency.class, map);
        long seed = trials.experiment().seeds().getFirst();
        Set<String> origins = new HashSet<>();
        for (Arm arm : trials.experiment().arms()) {
            Trial trial = trials.read(arm, seed);
            if (trial != null && !trial.hasFailed()) origins.add(arm.name() + " " + trial.origin());
        }
        List<Row> current = all.rows.stream().filter(r -> origins.contains(r.arm + " " + r.fingerprint)).toList();
        return new Latency(all.version, all.peer, all.tier, all.lanes, all.runs, current);
    }

    @Nullable Row of(Arm arm) { return rows.stream().filter(r -> r.arm.equals(arm.name())).findFirst().orElse(null); }

    /** @param n rows of output channels in a block; 0 for NaN */
    static double balance(Graph graph, Set<String> scope, int n) {
        double most = 0, mean = 0;
        if (n == 0) return Double.NaN;
        for (Node node : graph.nodes()) {
            if (!scope.contains(node.name()) || !(node.op() instanceof Op.Conv c)) continue;
            int[] kept = kept(c, n);
            int half = Math.ceilDiv(kept.length, 2), first = 0, second = 0;
            for (int r = 0; r < kept.length; r++) {
                if (r < half) first += kept[r];
                else second += kept[r];
            }
            most += Math.max(first, second);
            mean += (first + second) / 2.0;
        }
        return most / mean;
    }

    /** Blocks in each block row that are not all zero. */
    static int[] kept(Op.Conv c, int n) {
        int out = c.weight().shape().dim(0), in = c.weight().shape().dim(1), taps = c.weight().size() / out / in;
        int[] kept = new int[Math.ceilDiv(out, n)];
        for (int row = 0; row < kept.length; row++)
            for (int i = 0; i < in; i++) {
                boolean live = false;
                for (int o = row * n; o < Math.min(out, row * n + n); o++) for (int t = 0; t < taps; t++) live |= c.weight().values()[(o * in + i) * taps + t] != 0;
                if (live) kept[row]++;
            }
        return kept;
    }
}
