package dev.lacewing.cli;

import dev.lacewing.cli.image.Preprocessor;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Decodes and prepares pictures on threads of its own, a few ahead of whoever runs the network. Hands them out in order. */
final class Prepared implements AutoCloseable {
    private static final int AHEAD = 16;

    private final Samples samples;
    private final Preprocessor preprocessor;
    private final int total;
    private final BlockingQueue<Future<float[]>> queue = new ArrayBlockingQueue<>(AHEAD);
    private final ExecutorService workers;
    private int next;

    Prepared(Samples samples, int total, Preprocessor preprocessor) {
        this.samples = samples;
        this.preprocessor = preprocessor;
        this.total = total;
        workers = Executors.newFixedThreadPool(Math.clamp(Runtime.getRuntime().availableProcessors() - 1, 1, 4), Thread.ofPlatform().daemon().name("prepare-", 0).factory());
        while (queue.remainingCapacity() > 0 && next < total) submit();
    }

    private void submit() {
        int index = next++;
        queue.add(workers.submit(() -> {
            float[] values = new float[preprocessor.size()];
            preprocessor.apply(samples.picture(index), values, 0);
            return values;
        }));
    }

    /** The next picture's values. Call at most {@code total} times. */
    float[] take() {
        Future<float[]> first = queue.remove();
        if (next < total) submit();
        try {
            return first.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) throw cause;
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    @Override
    public void close() { workers.shutdownNow(); }
}
