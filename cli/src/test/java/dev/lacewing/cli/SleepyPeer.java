package dev.lacewing.cli;

import dev.lacewing.bench.Peer;
import dev.lacewing.tensor.Shape;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** Leaves the outputs as they are, after 40 ms at the first run and 5 ms at each later one; remembers how long it took. */
final class SleepyPeer implements Peer {
    private static final long FIRST_NANOS = 40_000_000, LATER_NANOS = 5_000_000;

    private final List<Shape> inputs, outputs;
    long firstNanos, nanos;

    SleepyPeer(List<Shape> inputs, List<Shape> outputs) {
        this.inputs = inputs;
        this.outputs = outputs;
    }

    @Override
    public String name() { return "sleepy"; }

    @Override
    public String version() { return "0"; }

    @Override
    public List<Shape> inputShapes() { return inputs; }

    @Override
    public List<Shape> outputShapes() { return outputs; }

    @Override
    public void run(float[][] inputs, float[][] outputs) {
        long start = System.nanoTime(), end = start + (nanos == 0 ? FIRST_NANOS : LATER_NANOS);
        for (long now = start; now < end; now = System.nanoTime()) LockSupport.parkNanos(end - now);
        long took = System.nanoTime() - start;
        if (nanos == 0) firstNanos = took;
        nanos += took;
    }

    @Override
    public void close() {}
}
