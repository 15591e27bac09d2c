package dev.lacewing.bench;

import dev.lacewing.emit.Tier;
import dev.lacewing.program.Int;
import dev.lacewing.program.Kernel;
import dev.lacewing.program.Machine;
import dev.lacewing.program.Program;
import dev.lacewing.program.ProgramBuilder;
import dev.lacewing.program.Ptr;
import dev.lacewing.program.Vec;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** How many multiply-adds a kernel can do on this machine when memory does not hold it up: independent accumulators, everything in registers. */
public final class PeakRate {
    private static final long BUDGET_NANOS = 1_500_000_000;
    private static final int REGISTERS_KEPT_FREE = 4;

    private PeakRate() {}

    /** Two for each multiply-add and lane, in 1e9 a second; the best of a second or two of calls on the calling thread. */
    public static double gflops(Tier tier) {
        Machine machine = tier.machine();
        int accumulators = Math.min(16, machine.vectors() - REGISTERS_KEPT_FREE), rounds = tier.name().equals("interpreter") ? 20 : 1_000;
        Kernel kernel = tier.emitter().emit(program(machine, accumulators));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment data = arena.allocate((long) machine.vectorBytes() * accumulators, 64), arguments = arena.allocate(2 * Long.BYTES, 64);
            arguments.set(ValueLayout.JAVA_LONG, 0, data.address());
            arguments.set(ValueLayout.JAVA_LONG, Long.BYTES, rounds);
            double best = 0, operations = 2.0 * accumulators * machine.lanes() * rounds;
            for (long start = System.nanoTime(); System.nanoTime() - start < BUDGET_NANOS; ) {
                long before = System.nanoTime();
                kernel.run(arguments.address());
                best = Math.max(best, operations / (System.nanoTime() - before));
            }
            return best;
        }
    }

    /** Argument 0: memory of one vector for each accumulator; argument 1: rounds. */
    static Program program(Machine machine, int accumulators) {
        ProgramBuilder b = new ProgramBuilder(machine);
        Ptr data = b.argument(0);
        Int rounds = b.count(1);
        Vec x = b.constant(0.5f), w = b.constant(0.001f);
        Vec[] sums = new Vec[accumulators];
        for (int i = 0; i < accumulators; i++) sums[i] = b.load(data, i * machine.vectorBytes());
        b.loop(rounds, 1, () -> {
            for (Vec sum : sums) b.fma(sum, x, w);
        });
        for (int i = 0; i < accumulators; i++) b.store(sums[i], data, i * machine.vectorBytes());
        return b.build("peak_" + accumulators);
    }
}
