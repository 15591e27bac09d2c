package dev.lacewing.tune;

import dev.lacewing.emit.Tier;
import dev.lacewing.program.ArgumentBlock;
import dev.lacewing.program.Kernel;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;

/**
 * Memory for kernels' data, and the time that a call takes: the least of several short batches, for whatever else the machine does only adds to it. The same calls in
 * the same order may be timed again, a while later, and then the least of both counts.
 */
final class Stopwatch implements AutoCloseable {
    private static final long BATCH_NANOS = 60_000;
    private static final int LEAST_BATCHES = 6;
    private static final long BUDGET_NANOS = 500_000, LIMIT_NANOS = 10_000_000_000L;

    private final List<Double> least = new ArrayList<>();
    private Arena arena = Arena.ofConfined();
    private Random random = new Random(1);
    private int calls;
    private final Calibration.Clock clock;
    private final long settleNanos;
    private final Set<Kernel> warm = new HashSet<>();
    private final List<MemorySegment> data = new ArrayList<>();

    /** @param settleNanos a kernel runs until it has grown no faster for so long before it counts: for a compiler that watches */
    Stopwatch(Tier tier, long settleNanos) {
        clock = (program, arguments, _) -> time(tier.kernel(program), arguments.address());
        this.settleNanos = settleNanos;
    }

    /** For programs alone. */
    Stopwatch(Calibration.Clock clock) {
        this.clock = clock;
        settleNanos = 0;
    }

    /** Zeros. */
    MemorySegment zeros(long floats) {
        MemorySegment zeros = arena.allocate(4 * floats, 4096);
        data.add(zeros);
        return zeros;
    }

    /** Values between -0.5 and 0.5. */
    MemorySegment values(long floats) {
        MemorySegment s = zeros(floats);
        for (long i = 0; i < floats; i++) s.setAtIndex(ValueLayout.JAVA_FLOAT, i, (random.nextInt() >> 8) * 0x1p-24f);
        return s;
    }

    /** From here on the calls of before are timed again, on fresh memory. */
    void again() {
        arena.close();
        arena = Arena.ofConfined();
        data.clear();
        random = new Random(1);
        calls = 0;
    }

    Random random() { return random; }

    /** Nanoseconds of a call. */
    double nanos(ArgumentBlock<Number> block) {
        long[] slots = block.values(0).stream().mapToLong(Number::longValue).toArray();
        return least(clock.nanos(block.program(), arguments(slots), data.stream().filter(d -> LongStream.of(slots).anyMatch(a -> a >= d.address() && a < d.address() + d.byteSize())).toList()));
    }

    double nanos(Kernel kernel, long... slots) { return least(time(kernel, arguments(slots).address())); }

    private MemorySegment arguments(long... slots) {
        MemorySegment arguments = arena.allocate(8L * slots.length, 64);
        for (int i = 0; i < slots.length; i++) arguments.setAtIndex(ValueLayout.JAVA_LONG, i, slots[i]);
        return arguments;
    }

    private double time(Kernel kernel, long at) {
        settle(kernel, at, warm.add(kernel) ? settleNanos : settleNanos / 20);
        int repeat = 1;
        double best = batch(kernel, at, repeat);
        while (best * repeat < BATCH_NANOS) {
            repeat = (int) Math.clamp(BATCH_NANOS / best * 1.2, repeat + 1, 1 << 20);
            best = batch(kernel, at, repeat);
        }
        long start = System.nanoTime();
        for (int i = 0; i < LEAST_BATCHES || System.nanoTime() - start < BUDGET_NANOS; i++) best = Math.min(best, batch(kernel, at, repeat));
        return best;
    }

    /** Of this and what the same call took before. */
    private double least(double nanos) {
        if (calls == least.size()) least.add(nanos);
        double best = Math.min(nanos, least.get(calls));
        least.set(calls++, best);
        return best;
    }

    private static void settle(Kernel kernel, long arguments, long quietNanos) {
        kernel.run(arguments);
        double best = Double.MAX_VALUE;
        for (long start = System.nanoTime(), last = start, now = start; now - last < quietNanos && now - start < LIMIT_NANOS; now = System.nanoTime()) {
            double nanos = batch(kernel, arguments, 1);
            if (nanos < 0.8 * best) last = System.nanoTime();
            best = Math.min(best, nanos);
        }
    }

    private static double batch(Kernel kernel, long arguments, int repeat) {
        long from = System.nanoTime();
        for (int i = 0; i < repeat; i++) kernel.run(arguments);
        return Math.max(1, System.nanoTime() - from) / (double) repeat;
    }

    @Override
    public void close() { arena.close(); }
}
