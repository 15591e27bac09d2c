package dev.lacewing.tune;

import dev.lacewing.emit.Tier;
import dev.lacewing.error.LacewingException.Failed;
import dev.lacewing.graph.Graph;
import dev.lacewing.plan.CostModel;
import dev.lacewing.plan.Decision;
import dev.lacewing.plan.Format;
import dev.lacewing.plan.LayerReport;
import dev.lacewing.plan.Plan;
import dev.lacewing.plan.Planner;
import dev.lacewing.run.Runner;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.UnaryOperator;

/**
 * Measures the ways to run each layer inside the real network and keeps the fastest. In the s-th variant of the network every layer runs in the s-th of its own ways,
 * so a few variants measure all ways of all layers; the variants take turns, and the least time of each layer counts.
 */
public final class Tuner implements AutoCloseable {
    /** A way predicted to take this many times as long as the best is not tried. */
    private static final double HOPELESS = 2.5;
    /** The planner's own choice is left only for one this much faster: less is noise. */
    private static final double MARGIN = 0.97;
    private static final int LEAST_ROUNDS = 5, MOST_ROUNDS = 200, COMPARISONS = 41;

    /**
     * One way to run a layer.
     *
     * @param predictedMs milliseconds of one thread that does all of it
     * @param measuredMs milliseconds of all threads, their shares side by side
     */
    public record Trial(Decision decision, double predictedMs, double measuredMs) {}

    /**
     * @param trials the planner's own choice first
     * @param winner one of them
     */
    public record Layer(String name, String op, List<Trial> trials, Trial winner) {
        public Trial planned() { return trials.getFirst(); }
    }

    /** Medians of whole runs in turns, as planned and as tuned. */
    public record Whole(double beforeMs, double afterMs) {}

    /** Told after each round of runs. */
    public interface Listener {
        /** @param share of the time limit that is used, 0 to 1 */
        void round(double share);
    }

    private final Graph graph;
    private final CostModel costs;
    private final int threads;
    private final Map<String, List<Trial>> ways = new LinkedHashMap<>();
    private final List<Runner> variants = new ArrayList<>();
    private final float[][] inputs;
    private final float[][] outputs;

    /** Plans and opens the variants. */
    public Tuner(Graph graph, Tier tier, CostModel costs, int threads) {
        this.graph = graph;
        this.costs = costs;
        this.threads = threads;
        Plan own = plan(Map.of());
        propose(own);
        inputs = own.graph().inputs().stream().map(in -> normal(in.shape().size())).toArray(float[][]::new);
        outputs = own.graph().outputs().stream().map(out -> new float[own.graph().shape(out).size()]).toArray(float[][]::new);
        int most = ways.values().stream().mapToInt(List::size).max().orElse(1);
        try {
            for (int v = 0; v < most; v++) {
                int variant = v;
                Map<String, Decision> forced = new LinkedHashMap<>();
                ways.forEach((layer, trials) -> forced.put(layer, trials.get(variant % trials.size()).decision()));
                variants.add(Runner.alone(plan(forced), tier));
            }
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    private Plan plan(Map<String, Decision> decisions) { return Planner.plan(graph, costs, threads, false, decisions); }

    /** Each layer's ways that the machine has kernels for and that are not hopeless. */
    private void propose(Plan own) {
        own.decisions().forEach((layer, decision) -> ways.put(layer, new ArrayList<>(List.of(new Trial(decision, predicted(own, layer), Double.NaN)))));
        for (Decision d : Decision.ALL) {
            Map<String, Decision> all = new LinkedHashMap<>();
            ways.keySet().forEach(layer -> all.put(layer, d));
            Plan plan = plan(all);
            ways.forEach((layer, trials) -> {
                double ms = predicted(plan, layer);
                boolean follows = d.equals(plan.decisions().get(layer)), known = trials.stream().anyMatch(t -> t.decision().equals(d));
                if (follows && !known && ms <= HOPELESS * trials.getFirst().predictedMs()) trials.add(new Trial(d, ms, Double.NaN));
            });
        }
    }

    private static double predicted(Plan plan, String layer) {
        return plan.layers().stream().filter(l -> l.name().equals(layer)).findFirst().orElseThrow().predictedMs();
    }

    private static float[] normal(int size) {
        Random random = new Random(1);
        float[] values = new float[size];
        for (int i = 0; i < size; i++) values[i] = (float) random.nextGaussian();
        return values;
    }

    /** Variants of the network that take turns. */
    public int variants() { return variants.size(); }

    /**
     * Runs the variants in turns until the limit, but each a few times; with a warm-up of a third of the limit where the JVM compiles the kernels.
     *
     * @throws Failed once the variants are closed
     */
    public List<Layer> measure(boolean warmUp, Duration limit, Listener listener) {
        if (variants.isEmpty()) throw new Failed("the variants are closed, by compare or close: open another tuner to measure");
        long start = System.nanoTime(), end = start + limit.toNanos();
        if (warmUp) rounds(start, start + limit.toNanos() / 3, end, MOST_ROUNDS * 100, listener);
        long[][][] best = rounds(start, end, end, MOST_ROUNDS, listener);
        List<Layer> layers = new ArrayList<>();
        List<Variant> measured = new ArrayList<>();
        for (int v = 0; v < best.length; v++) measured.add(Variant.of(variants.get(v).plan(), best[v]));
        Map<String, String> ops = new LinkedHashMap<>();
        for (LayerReport l : variants.getFirst().plan().layers()) ops.put(l.name(), l.op());
        ways.forEach((name, trials) -> layers.add(layer(name, Objects.requireNonNull(ops.get(name)), trials, measured)));
        return settle(layers, decisions -> plan(decisions).decisions());
    }

    /** Least nanoseconds of each share of each step of each variant. */
    private long[][][] rounds(long start, long end, long limit, int most, Listener listener) {
        long[][][] best = new long[variants.size()][][];
        for (int round = 0; round < most && (round < LEAST_ROUNDS || System.nanoTime() < end); round++) {
            for (int v = 0; v < best.length; v++) {
                long[][] times = variants.get(v).times(inputs, outputs);
                if (round == 0) best[v] = times;
                else for (int s = 0; s < times.length; s++) for (int t = 0; t < times[s].length; t++) best[v][s][t] = Math.min(best[v][s][t], times[s][t]);
            }
            listener.round(Math.min(1, (double) (System.nanoTime() - start) / (limit - start)));
        }
        return best;
    }

    /**
     * What a variant does and takes, by the layers' names.
     *
     * @param ms milliseconds
     */
    record Variant(Map<String, Decision> decisions, Map<String, Double> ms) {
        /** The threads meet after each step: its longest share counts. */
        static Variant of(Plan plan, long[][] best) {
            Map<String, Double> ms = new LinkedHashMap<>();
            for (int s = 0; s < best.length; s++) ms.merge(plan.layers().get(plan.steps().get(s).layer()).name(), Arrays.stream(best[s]).max().orElse(0) / 1e6, Double::sum);
            return new Variant(plan.decisions(), ms);
        }
    }

    /** A way that no variant followed, as there was no room for this layer's code beside that of others, is left out. */
    static Layer layer(String name, String op, List<Trial> trials, List<Variant> variants) {
        List<Trial> measured = new ArrayList<>();
        for (Trial t : trials)
            variants.stream().filter(v -> t.decision().equals(v.decisions.get(name))).mapToDouble(v -> v.ms.getOrDefault(name, 0.0)).min()
                    .ifPresent(ms -> measured.add(new Trial(t.decision(), t.predictedMs(), ms)));
        return new Layer(name, op, List.copyOf(measured), winner(measured, measured));
    }

    private static Trial winner(List<Trial> measured, List<Trial> candidates) {
        Trial winner = measured.getFirst();
        double toBeat = MARGIN * winner.measuredMs();
        for (Trial t : candidates)
            if (t.measuredMs() < toBeat) {
                winner = t;
                toBeat = t.measuredMs();
            }
        return winner;
    }

    /**
     * Where not all winners can be had together, as their code takes more room than there is, those that the planner had not baked stay unbaked.
     *
     * @param planner from decisions to those that a plan follows
     */
    static List<Layer> settle(List<Layer> layers, UnaryOperator<Map<String, Decision>> planner) {
        if (planner.apply(decisions(layers)).equals(decisions(layers))) return layers;
        return layers.stream().map(l -> new Layer(l.name(), l.op(), l.trials(), winner(l.trials(), l.trials().stream().filter(t -> t.decision().format() != Format.BAKED).toList()))).toList();
    }

    /** Whole runs on all threads, the planner's own choices and the winners in turns. Closes the variants: there is nothing to measure after it. */
    public Whole compare(Tier tier, List<Layer> layers, boolean warmUp) {
        close();
        try (Runner before = new Runner(plan(Map.of()), tier); Runner after = new Runner(plan(decisions(layers)), tier)) {
            double[][] times = new double[2][COMPARISONS];
            long end = System.nanoTime() + (warmUp ? 3_000_000_000L : 0);
            for (int i = -3; i < COMPARISONS; i++) {
                for (int which = 0; which < 2; which++) {
                    long from = System.nanoTime();
                    (which == 0 ? before : after).run(inputs, outputs);
                    if (i >= 0) times[which][i] = (System.nanoTime() - from) / 1e6;
                }
                if (i == -1 && System.nanoTime() < end) i--;
            }
            return new Whole(Quantiles.of(times[0]).median(), Quantiles.of(times[1]).median());
        }
    }

    /** The winners, by the layers' names. */
    public static Map<String, Decision> decisions(List<Layer> layers) {
        Map<String, Decision> decisions = new LinkedHashMap<>();
        layers.forEach(l -> decisions.put(l.name(), l.winner().decision()));
        return decisions;
    }

    @Override
    public void close() {
        variants.forEach(Runner::close);
        variants.clear();
    }
}
