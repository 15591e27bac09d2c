package dev.lacewing.cli;

import dev.lacewing.Model;
import dev.lacewing.Options;
import dev.lacewing.Session;
import dev.lacewing.bench.Buffers;
import dev.lacewing.bench.Interleaved.Timing;
import dev.lacewing.bench.Interleaved;
import dev.lacewing.bench.OnnxRuntimePeer;
import dev.lacewing.bench.Peer;
import dev.lacewing.bench.Turns;
import dev.lacewing.bench.WarmUp;
import dev.lacewing.bench.report.Json;
import dev.lacewing.cli.image.Preprocessing;
import dev.lacewing.cli.image.Preprocessor;
import dev.lacewing.cli.report.Report;
import dev.lacewing.graph.Costs;
import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import dev.lacewing.prune.Scope;
import dev.lacewing.train.Preparation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The demo's second part: the trained networks that come with Lacewing, how many pictures they get right and how long one takes. */
final class Clothes {
    private static final int RUNS = 150, QUICK_RUNS = 20;
    private static final long SEED = 2;
    private static final String PEER = "/peer";

    private Clothes() {}

    /**
     * @param right of the {@code images} that come with Lacewing
     * @param zeros share of the weights of 1x1 convolutions
     * @param accuracy on all test images of the data set, measured at the end of its training
     * @param medianMs of one image in Lacewing
     * @param peerMs in ONNX Runtime; NaN without it
     */
    record Row(String name, long weights, double zeros, int right, int images, double accuracy, double medianMs, double peerMs) {}

    /** The dense network's row and the sparse one's, in this order. */
    record Result(List<Row> rows) {
        private Row dense() { return rows.getFirst(); }

        private Row sparse() { return rows.getLast(); }

        private boolean peer() { return !Double.isNaN(dense().peerMs); }

        /** How many times less time the network takes here than the dense one in the peer, or here where there is none. */
        private double over(Row row) { return (peer() ? dense().peerMs : dense().medianMs) / row.medianMs; }

        Report.Grid grid() {
            List<String> head = new ArrayList<>(List.of("trained network", "weights", "zeros in 1x1", "right of " + dense().images, "of all 10,000", "ms in Lacewing"));
            if (peer()) head.add("ms in ONNX Runtime");
            head.add(peer() ? "over " + dense().name + " in ONNX Runtime" : "over " + dense().name);
            List<List<String>> cells = new ArrayList<>();
            for (Row r : rows) {
                List<String> line = new ArrayList<>(List.of(r.name, Table.count(r.weights), Table.percent(r.zeros), r.right + " (" + Table.percent(r.right / (double) r.images) + ")",
                        String.format(Locale.ROOT, "%.2f %%", 100 * r.accuracy), Table.number(r.medianMs)));
                if (peer()) line.add(Table.number(r.peerMs));
                line.add(times(over(r)));
                cells.add(line);
            }
            return new Report.Grid("Accuracy beside time", head, cells, reading());
        }

        /** What is to be seen in the numbers. */
        private String reading() {
            String engines = peer() ? times(over(sparse())) + " as fast in Lacewing as the dense one in ONNX Runtime, and " + times(dense().medianMs / sparse().medianMs) + " as fast as that one in Lacewing"
                    : times(over(sparse())) + " as fast as the dense one";
            return String.format(Locale.ROOT, "Read off: with %.0f %% of the weights of its 1x1 convolutions zero, the sparse network gets %d of %d pictures of clothes right, the dense one %d. It is %s. "
                    + "Both were taught by the same larger dense network. The accuracy on all 10,000 test images was measured after training: %d pictures are too few to tell one point of accuracy from chance.",
                    100 * sparse().zeros, sparse().right, sparse().images, dense().right, engines, dense().images);
        }

        Json json() {
            return Json.object().put("rows", rows.stream().map(r -> Json.object().put("name", r.name).put("weights", r.weights).put("sparsity", r.zeros).put("right", r.right)
                    .put("images", r.images).put("accuracy_10000", r.accuracy).put("median_ms", r.medianMs).put("onnxruntime_ms", r.peerMs).put("speedup", over(r))).toList());
        }

        private static String times(double ratio) { return String.format(Locale.ROOT, "%.2fx", ratio); }
    }

    /** @param peer whether there is one */
    static Result measure(int threads, boolean quick, boolean peer, Terminal terminal) {
        terminal.note("telling clothes apart with trained networks");
        Map<String, Graph> graphs = new LinkedHashMap<>();
        for (String name : Shipped.NAMES) graphs.put(name, Shipped.load(name).graph());
        List<AutoCloseable> open = new ArrayList<>();
        try {
            Map<String, Integer> right = new HashMap<>();
            Map<String, Runnable> subjects = new LinkedHashMap<>();
            graphs.forEach((name, graph) -> {
                Session session = new Model(graph).session(Options.defaults().withThreads(threads));
                open.add(session);
                float[][] inputs = Buffers.normal(session.inputShapes(), SEED), outputs = Buffers.zeros(session.outputShapes());
                right.put(name, right(graph, session, terminal));
                WarmUp.untilSteady(List.of(session), inputs);
                subjects.put(name, () -> session.run(inputs, outputs));
                if (!peer) return;
                Peer other = OnnxRuntimePeer.open(graph, threads);
                open.add(other);
                subjects.put(name + PEER, () -> other.run(inputs, outputs));
            });
            int runs = quick ? QUICK_RUNS : RUNS;
            Map<String, Double> medians = new HashMap<>();
            try (Progress progress = new Progress(terminal, "measuring", 1 + 2 * runs)) {
                for (Timing t : Interleaved.measure(subjects, Turns.LONG, runs, runs, progress::at)) medians.put(t.name(), t.medianMs());
            }
            int images = SetSamples.builtIn().size();
            return new Result(graphs.entrySet().stream().map(e -> row(e.getKey(), e.getValue(), right.getOrDefault(e.getKey(), 0), images, medians)).toList());
        } finally {
            open.reversed().forEach(Clothes::close);
        }
    }

    private static void close(AutoCloseable resource) {
        try {
            resource.close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static Row row(String name, Graph graph, int right, int images, Map<String, Double> medians) {
        double accuracy = Double.parseDouble(graph.metadata().getOrDefault(Preparation.ACCURACY, "NaN"));
        return new Row(name, Costs.parameters(graph), zeros(graph), right, images, accuracy, medians.getOrDefault(name, Double.NaN), medians.getOrDefault(name + PEER, Double.NaN));
    }

    /** Of the weights of its 1x1 convolutions. */
    static double zeros(Graph graph) {
        Set<String> scope = Scope.POINTWISE.nodes(graph);
        long size = 0, nonzeros = 0;
        for (Node node : graph.nodes())
            if (scope.contains(node.name()) && node.op() instanceof Op.Conv conv) {
                size += conv.weight().size();
                nonzeros += conv.weight().nonzeros();
            }
        return 1 - nonzeros / (double) size;
    }

    /** How many of the test images that come with Lacewing it gets right. */
    static int right(Graph graph, Session session, Terminal terminal) {
        SetSamples samples = SetSamples.builtIn();
        Preprocessor preprocessor = new Preprocessor(Preprocessing.from(graph.metadata()), graph.inputs().getFirst().shape());
        try (Progress progress = new Progress(terminal, "evaluating", samples.size())) {
            return Math.toIntExact(Math.round(samples.size() * new Evaluation(samples, samples.size()).run(preprocessor, session, null, progress).top1()));
        }
    }
}
