package dev.lacewing.cli;

import dev.lacewing.Session;
import dev.lacewing.bench.Buffers;
import dev.lacewing.bench.Peer;
import dev.lacewing.cli.image.Preprocessor;
import dev.lacewing.error.LacewingException.Invalid;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A classifier's answers on labelled pictures, counted; beside it those of a peer on the same prepared tensors, if there is one. */
final class Evaluation {
    private final Samples samples;
    private final int total;
    private int seen, top1, top5, peerTop1, differing;
    private long nanos;

    /** @param total how many of the samples, from the first on */
    Evaluation(Samples samples, int total) {
        this.samples = samples;
        this.total = total;
    }

    /** Of all pictures, 0 to 1. */
    record Accuracy(int images, double top1, double top5, double peerTop1, int differing, double seconds) {}

    /**
     * @return with the wall-clock time of decoding, preparing and running in {@code session}; the peer's runs do not count
     * @throws Invalid if a score is no finite number
     */
    Accuracy run(Preprocessor preprocessor, Session session, @Nullable Peer peer, Progress progress) {
        int batch = session.inputShapes().getFirst().dim(0), size = preprocessor.size();
        float[][] inputs = Buffers.zeros(session.inputShapes()), outputs = Buffers.zeros(session.outputShapes()), theirs = Buffers.zeros(session.outputShapes());
        int classes = outputs[0].length / batch;
        long start = System.nanoTime();
        try (Prepared prepared = new Prepared(samples, total, preprocessor)) {
            for (int first = 0; first < total; first += batch) {
                int filled = Math.min(batch, total - first);
                for (int i = 0; i < filled; i++) System.arraycopy(prepared.take(), 0, inputs[0], i * size, size);
                session.run(inputs, outputs);
                if (peer != null) nanos -= time(() -> peer.run(inputs, theirs));
                for (int i = 0; i < filled; i++) {
                    int from = i * classes, to = from + classes;
                    Scores scores = new Scores(Arrays.copyOfRange(outputs[0], from, to));
                    count(first + i, scores, peer == null ? scores : new Scores(Arrays.copyOfRange(theirs[0], from, to)));
                    progress.step();
                }
            }
        }
        nanos += System.nanoTime() - start;
        double n = seen;
        return new Accuracy(seen, top1 / n, top5 / n, peerTop1 / n, differing, nanos * 1e-9);
    }

    private static long time(Runnable work) {
        long start = System.nanoTime();
        work.run();
        return System.nanoTime() - start;
    }

    private void count(int index, Scores ours, Scores theirs) {
        if (!ours.areFinite()) throw new Invalid("NaN or infinite scores for " + samples.name(index) + ": check the network's weights and the preprocessing");
        int rank = ours.rank(samples.label(index));
        seen++;
        if (rank == 0) top1++;
        if (rank < 5) top5++;
        if (theirs.rank(samples.label(index)) == 0) peerTop1++;
        if (!ours.top(1).equals(theirs.top(1))) differing++;
    }
}
