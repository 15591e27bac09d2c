package dev.lacewing.bench.compare;

import dev.lacewing.Model;
import dev.lacewing.Options;
import dev.lacewing.Session;
import dev.lacewing.bench.Allocation;
import dev.lacewing.bench.Buffers;
import dev.lacewing.bench.Difference;
import dev.lacewing.bench.Interleaved;
import dev.lacewing.bench.Interleaved.Timing;
import dev.lacewing.bench.OnnxRuntimePeer.Spinning;
import dev.lacewing.bench.Peer;
import dev.lacewing.bench.WarmUp;
import dev.lacewing.bench.compare.Measurement.Method;
import dev.lacewing.bench.compare.Measurement.Range;
import dev.lacewing.bench.compare.Measurement.Ratio;
import dev.lacewing.bench.compare.Measurement.Scaling;
import dev.lacewing.bench.compare.Measurement.Setting;
import dev.lacewing.bench.compare.Measurement.Spread;
import dev.lacewing.error.LacewingException.Failed;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Whole networks, timed in this process. */
final class Bench {
    private static final int WARM_UP_SECONDS = 120, WARM_UP_RUNS = 20, ALLOCATION_RUNS = 20;
    /** Between two inputs all outputs must differ, and one at least by this share of its largest value; else comparing them shows nothing. */
    private static final double DEPENDENCE = 5e-4;

    private final Arguments arguments;
    private final Setting setting;

    Bench(Arguments arguments, Setting setting) {
        this.arguments = arguments;
        this.setting = setting;
    }

    /**
     * The two engines in turns.
     *
     * @throws Failed if their outputs differ, or do not depend on the input
     */
    Ratio ratio(Network network, int threads) {
        try (Network.Opened opened = network.open(arguments.handLandmark(), arguments.quick());
                Session session = new Model(opened.graph()).session(Options.defaults().withThreads(threads));
                Peer peer = opened.peer(threads, spinning())) {
            double difference = check(network, session, peer);
            float[][] inputs = Buffers.normal(session.inputShapes(), 1), ours = Buffers.zeros(session.outputShapes()), theirs = Buffers.zeros(session.outputShapes());
            boolean steady = warm(session, inputs);
            Map<String, Runnable> subjects = new LinkedHashMap<>();
            subjects.put("ours", () -> session.run(inputs, ours));
            subjects.put("peer", () -> peer.run(inputs, theirs));
            List<Timing> timings = timed(subjects);
            long allocated = Math.round(Allocation.bytesPerRunOfAllThreads(() -> session.run(inputs, ours), ALLOCATION_RUNS));
            return new Ratio(network.id(), threads, Range.of(timings.getFirst().fasterThan(timings.getLast())), Spread.of(timings.getFirst()), Spread.of(timings.getLast()), difference,
                    allocated, steady, method(), setting);
        }
    }

    /** One thread and two in turns. */
    Scaling scaling(Network network) {
        try (Network.Opened opened = network.open(arguments.handLandmark(), arguments.quick());
                Session one = new Model(opened.graph()).session(Options.defaults()); Session two = new Model(opened.graph()).session(Options.defaults().withThreads(2));
                Peer peer = opened.peer(1, spinning())) {
            check(network, one, peer);
            check(network, two, peer);
            float[][] inputs = Buffers.normal(one.inputShapes(), 1), outputs = Buffers.zeros(one.outputShapes());
            warm(one, inputs);
            warm(two, inputs);
            Map<String, Runnable> subjects = new LinkedHashMap<>();
            subjects.put("one", () -> one.run(inputs, outputs));
            subjects.put("two", () -> two.run(inputs, outputs));
            List<Timing> timings = timed(subjects);
            return new Scaling(network.id(), Range.of(timings.getLast().fasterThan(timings.getFirst())), Spread.of(timings.getFirst()), Spread.of(timings.getLast()), method(), setting);
        }
    }

    private boolean warm(Session session, float[][] inputs) { return WarmUp.untilSteady(List.of(session), inputs, arguments.quick() ? 1 : WARM_UP_SECONDS); }

    private List<Timing> timed(Map<String, Runnable> subjects) { return Interleaved.measure(subjects, arguments.turns(), warmUpRuns(), arguments.runs()); }

    private Method method() { return Method.of(arguments.turns(), arguments.runs()); }

    /** In turns of one run nobody waits for the end of its threads' spinning. */
    private Spinning spinning() { return arguments.turns().single() ? Spinning.UNTIL_THE_RUN_ENDS : Spinning.DEFAULT; }

    private int warmUpRuns() { return arguments.quick() ? 1 : WARM_UP_RUNS; }

    /** The largest share by which an output differs, for noise and for a smooth picture. */
    private static double check(Network network, Session session, Peer peer) {
        float[][][] inputs = {Buffers.normal(session.inputShapes(), 1), Buffers.ramps(session.inputShapes())}, outputs = new float[2][][];
        double worst = 0;
        for (int i = 0; i < inputs.length; i++) {
            outputs[i] = Buffers.zeros(session.outputShapes());
            session.run(inputs[i], outputs[i]);
            Difference difference = Difference.between(outputs[i], peer.run(inputs[i]));
            if (!difference.ok()) throw new Failed(network.title() + ": the outputs differ from " + peer.name() + "'s by " + text(difference) + "; nothing was timed");
            worst = Math.max(worst, difference.share());
        }
        List<Difference> dependence = Difference.each(outputs[1], outputs[0]);
        if (dependence.stream().anyMatch(d -> d.maxAbsDiff() == 0) || Difference.worst(dependence).share() < DEPENDENCE)
            throw new Failed(network.title() + ": between two inputs the outputs differ by " + dependence.stream().map(Bench::text).toList() + ": to compare them would show nothing");
        return worst;
    }

    private static String text(Difference d) { return String.format(Locale.ROOT, "%.3g where the largest is %.3g", d.maxAbsDiff(), d.maxAbsOutput()); }
}
