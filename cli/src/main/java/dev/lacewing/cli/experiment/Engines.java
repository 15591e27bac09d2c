package dev.lacewing.cli.experiment;

import dev.lacewing.Lacewing;
import dev.lacewing.Model;
import dev.lacewing.Options;
import dev.lacewing.Session;
import dev.lacewing.bench.Buffers;
import dev.lacewing.bench.Difference;
import dev.lacewing.bench.OnnxRuntimePeer;
import dev.lacewing.bench.WarmUp;
import dev.lacewing.error.LacewingException.Failed;
import dev.lacewing.graph.Graph;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A trained network in the engines whose times are compared: Lacewing with one thread and with two, and ONNX Runtime. */
record Engines(Graph graph, Session one, Session two, OnnxRuntimePeer peer) implements AutoCloseable {
    static final String ONE = "/1", TWO = "/2", PEER = "/onnxruntime";
    private static final long SEED = 1;

    /** Opens and warms up all three, once their outputs have been compared. */
    static Engines open(Path network) {
        if (!Files.exists(network)) throw new Failed("the network " + network + " is not there: --measure without --rebuild, and without --only, trains it again");
        Model model = Lacewing.load(network);
        OnnxRuntimePeer peer = OnnxRuntimePeer.open(model.graph(), 1);
        Session one = model.session(Options.defaults()), two = model.session(Options.defaults().withThreads(2));
        Engines engines = new Engines(model.graph(), one, two, peer);
        try {
            engines.check(network);
            WarmUp.untilSteady(List.of(one), engines.inputs());
            WarmUp.untilSteady(List.of(two), engines.inputs());
            return engines;
        } catch (RuntimeException e) {
            engines.close();
            throw e;
        }
    }

    private float[][] inputs() { return Buffers.normal(one.inputShapes(), SEED); }

    /** @throws Failed if Lacewing's outputs are not those of ONNX Runtime */
    void check(Path network) {
        float[][] inputs = inputs(), reference = peer.run(inputs);
        for (Session session : List.of(one, two)) {
            float[][] outputs = Buffers.zeros(session.outputShapes());
            session.run(inputs, outputs);
            Difference difference = Difference.between(outputs, reference);
            if (!difference.ok())
                throw new Failed(String.format(Locale.ROOT, "%s: outputs differ from those of %s by %.3g where the largest is %.3g, so no times are taken; lacewing verify tells more", network,
                        peer.name(), difference.maxAbsDiff(), difference.maxAbsOutput()));
        }
    }

    /** One run of each, by name. */
    Map<String, Runnable> subjects() {
        float[][] inputs = inputs(), outputs = Buffers.zeros(one.outputShapes());
        Map<String, Runnable> subjects = new LinkedHashMap<>();
        subjects.put(ONE, () -> one.run(inputs, outputs));
        subjects.put(TWO, () -> two.run(inputs, outputs));
        subjects.put(PEER, () -> peer.run(inputs, outputs));
        return subjects;
    }

    @Override
    public void close() {
        one.close();
        two.close();
        peer.close();
    }
}
