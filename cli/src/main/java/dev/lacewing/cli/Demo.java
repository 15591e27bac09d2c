package dev.lacewing.cli;

import dev.lacewing.Model;
import dev.lacewing.Options;
import dev.lacewing.Session;
import dev.lacewing.bench.Buffers;
import dev.lacewing.bench.Difference;
import dev.lacewing.bench.Interleaved.Timing;
import dev.lacewing.bench.Interleaved;
import dev.lacewing.bench.OnnxRuntimePeer;
import dev.lacewing.bench.Peer;
import dev.lacewing.bench.Pruned;
import dev.lacewing.bench.Turns;
import dev.lacewing.bench.WarmUp;
import dev.lacewing.cli.report.BarChart;
import dev.lacewing.cli.report.Report;
import dev.lacewing.emit.Tier;
import dev.lacewing.error.LacewingException;
import dev.lacewing.graph.Graph;
import dev.lacewing.plan.LayerReport;
import dev.lacewing.prune.Pruning;
import dev.lacewing.prune.Scope;
import dev.lacewing.sparse.Pattern;
import dev.lacewing.tune.Processor;
import dev.lacewing.zoo.Zoo;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The demo's work: three variants of one network and the peer, checked against each other, then timed in turn; then the trained networks. */
final class Demo implements AutoCloseable {
    private static final double SPARSITY = 0.9;
    private static final long SEED = 1, BUDGET_NANOS = 12_000_000_000L;
    private static final int PROFILE_RUNS = 20, ESTIMATING_ROUNDS = 3;
    private static final String ABOUT = "Random weights: the speed is real, the answers mean nothing. In the sparse networks 90 % of the weights of the 1x1 convolutions "
            + "are zero. Unstructured: each weight by itself; 1x4: runs of four output channels.";
    private static final String PEER = "ONNX Runtime";

    private final int threads;
    private final boolean quick;
    private final Terminal terminal;
    private final List<AutoCloseable> open = new ArrayList<>();
    private final List<Check> checks = new ArrayList<>();
    private int rounds;

    /** One comparison of a sparse network's outputs with another way to compute them. */
    record Check(String network, String against, Difference difference) {
        String describe() {
            return String.format(Locale.ROOT, "%s: %s against %s, largest difference %.2g where the largest output is %.2g", difference.ok() ? "ok" : "NOT OK", network, against,
                    difference.maxAbsDiff(), difference.maxAbsOutput());
        }
    }

    record Result(List<Timing> timings, List<Check> checks, Clothes.Result clothes, Report report, int threads, String tier, int lanes) {
        boolean ok() { return checks.stream().allMatch(c -> c.difference().ok()); }
    }

    private record Variant(String name, Graph graph) {}

    Demo(int threads, boolean quick, Terminal terminal) {
        this.threads = threads;
        this.quick = quick;
        this.terminal = terminal;
    }

    Result run() {
        String network = "mobilenet_v1";
        int resolution = quick ? 96 : 224;
        double width = quick ? 0.5 : 1;
        terminal.note("building " + network + " " + resolution + " and pruning it at " + Math.round(100 * SPARSITY) + " %");
        Graph dense = Zoo.build(network, Zoo.defaults(network).withResolution(resolution).withWidth(width));
        List<Variant> variants = List.of(new Variant("Lacewing, dense", dense), new Variant("Lacewing, 90 % unstructured", pruned("unstructured", dense)),
                new Variant("Lacewing, 90 % 1x4", pruned("1x4", dense)));
        List<Session> sessions = variants.stream().map(v -> keep(new Model(v.graph).session(options()))).toList();
        Peer peer = peer(dense);
        float[][] inputs = Buffers.normal(sessions.getFirst().inputShapes(), SEED);
        terminal.note("checking the answers");
        for (int i = 1; i < variants.size(); i++) check(variants.get(i), sessions.get(i), inputs, peer != null);
        Map<String, Runnable> subjects = new LinkedHashMap<>();
        for (int i = 0; i < variants.size(); i++) {
            Session session = sessions.get(i);
            float[][] outputs = Buffers.zeros(session.outputShapes());
            subjects.put(variants.get(i).name, () -> session.run(inputs, outputs));
        }
        if (peer != null) {
            float[][] outputs = Buffers.zeros(peer.outputShapes());
            subjects.put(PEER + " " + peer.version() + ", dense", () -> peer.run(inputs, outputs));
        }
        terminal.note(WarmUp.NOTE);
        WarmUp.untilSteady(sessions, inputs);
        List<Timing> timings = time(subjects);
        terminal.note("timing each layer");
        BarChart chart = chart(variants, sessions.stream().map(s -> s.profile(inputs, Math.min(rounds, PROFILE_RUNS))).toList());
        Clothes.Result clothes = Clothes.measure(threads, quick, peer != null, terminal);
        Session first = sessions.getFirst();
        String title = "MobileNetV1 " + (quick ? "0.5/96" : "1.0/224") + ", " + threads + (threads == 1 ? " thread" : " threads");
        Report report = new Report("Lacewing: " + title, ABOUT, machine(first), rows(timings, peer != null), checks.stream().map(Check::describe).toList(), clothes.grid(), chart);
        return new Result(timings, List.copyOf(checks), clothes, report, threads, first.tier(), first.lanes());
    }

    private static Graph pruned(String pattern, Graph dense) { return Pruned.by(new Pruning(Pattern.parse(pattern), SPARSITY, Scope.POINTWISE), dense); }

    private Options options() { return Options.defaults().withThreads(threads); }

    private <T extends AutoCloseable> T keep(T resource) {
        open.add(resource);
        return resource;
    }

    /** The peer, or null (and a note) where it does not load. */
    private @Nullable Peer peer(Graph graph) {
        try {
            return keep(OnnxRuntimePeer.open(graph, threads));
        } catch (LacewingException | LinkageError e) {
            terminal.note("note: without ONNX Runtime: " + e.getMessage());
            return null;
        }
    }

    private void check(Variant variant, Session sparse, float[][] inputs, boolean peer) {
        float[][] ours = Buffers.zeros(sparse.outputShapes()), reference = Buffers.zeros(sparse.outputShapes());
        sparse.run(inputs, ours);
        try (Session dense = new Model(variant.graph).session(options().withDense(true))) {
            dense.run(inputs, reference);
        }
        checks.add(new Check(variant.name, "the dense engine on the same weights", Difference.between(ours, reference)));
        if (!peer) return;
        try (Peer other = OnnxRuntimePeer.open(variant.graph, threads)) {
            checks.add(new Check(variant.name, PEER + " on the same weights", Difference.between(ours, other.run(inputs))));
        }
    }

    /** As many rounds as {@link #BUDGET_NANOS} allows, at most 60, after as many of warm-up. */
    private List<Timing> time(Map<String, Runnable> subjects) {
        long fastest = Long.MAX_VALUE;
        for (int i = 0; i < ESTIMATING_ROUNDS; i++) {
            long start = System.nanoTime();
            subjects.values().forEach(Runnable::run);
            fastest = Math.min(fastest, System.nanoTime() - start);
        }
        rounds = Math.clamp(BUDGET_NANOS / (2 * Math.max(1, fastest)), 3, quick ? 10 : 60);
        try (Progress progress = new Progress(terminal, "measuring", 1 + 2 * rounds)) {
            return Interleaved.measure(subjects, Turns.LONG, rounds, rounds, progress::at);
        }
    }

    private static List<Report.Row> rows(List<Timing> timings, boolean peer) {
        Timing dense = timings.getFirst(), last = timings.getLast();
        return timings.stream().map(t -> new Report.Row(t.name(), t.medianMs(), t.minMs(), t.fasterThan(dense), peer ? t.fasterThan(last) : Double.NaN)).toList();
    }

    /** The layers that take a visible share of the time, in the order of the network. */
    private BarChart chart(List<Variant> variants, List<List<LayerReport>> profiles) {
        List<Map<String, Double>> times = new ArrayList<>();
        for (List<LayerReport> profile : profiles) {
            Map<String, Double> ms = new LinkedHashMap<>();
            profile.forEach(l -> ms.merge(l.name(), l.measuredMs(), Double::sum));
            times.add(ms);
        }
        List<BarChart.Group> groups = new ArrayList<>();
        for (LayerReport layer : profiles.getFirst())
            if (layer.multiplyAdds() > 0)
                groups.add(new BarChart.Group(layer.name(), times.stream().map(ms -> ms.getOrDefault(layer.name(), Double.NaN)).toList()));
        List<String> names = variants.stream().map(Variant::name).toList();
        List<Double> totals = times.stream().map(ms -> ms.values().stream().filter(v -> !v.isNaN()).mapToDouble(v -> v).sum()).toList();
        StringBuilder description = new StringBuilder("Horizontal bars: time of each of " + groups.size() + " layers. Summed over all layers: ");
        for (int i = 0; i < names.size(); i++) description.append(i == 0 ? "" : "; ").append(names.get(i)).append(String.format(Locale.ROOT, " %.2f ms", totals.get(i)));
        return new BarChart("Time of each layer" + (threads == 1 ? "" : ", on one thread"), description + ".", "ms", names, groups);
    }

    private List<String> machine(Session session) {
        return List.of(Processor.name() + ", " + System.getProperty("os.name") + " " + System.getProperty("os.arch"),
                "JDK " + Runtime.version() + " (" + System.getProperty("java.vendor") + ")",
                "tier " + session.tier() + ", " + session.lanes() + " lanes: " + Tier.current().reason(), "lacewing " + Version.number());
    }

    @Override
    public void close() {
        for (AutoCloseable resource : open.reversed()) {
            try {
                resource.close();
            } catch (Exception e) {
                terminal.note("note: " + e.getMessage());
            }
        }
    }
}
