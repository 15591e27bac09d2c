package dev.lacewing.run;

import dev.lacewing.plan.Plan;
import dev.lacewing.plan.Plan.Argument;
import dev.lacewing.program.Program;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.function.LongFunction;
import java.util.function.ToLongFunction;

/** The memory of one run: an arena and the argument blocks that point into it. */
final class Workspace {
    final MemorySegment memory;
    private final long[][][] arguments;

    /**
     * @param constants the packed weights, shared by all workspaces of a session
     * @param code where a program's machine code stands
     * @param allocate gives so many bytes
     */
    Workspace(Plan plan, MemorySegment constants, ToLongFunction<Program> code, LongFunction<MemorySegment> allocate) {
        memory = allocate.apply(4 * Math.max(1, plan.arenaFloats()));
        int slots = plan.steps().stream().flatMap(s -> s.shares().stream()).flatMap(List::stream).mapToInt(c -> c.arguments().size()).sum();
        MemorySegment blocks = allocate.apply(8L * Math.max(1, slots));
        arguments = new long[plan.steps().size()][][];
        long at = 0;
        for (int s = 0; s < arguments.length; s++) {
            List<List<Plan.Call>> shares = plan.steps().get(s).shares();
            arguments[s] = new long[shares.size()][];
            for (int t = 0; t < shares.size(); t++) {
                List<Plan.Call> calls = shares.get(t);
                arguments[s][t] = new long[calls.size()];
                for (int c = 0; c < calls.size(); c++) {
                    arguments[s][t][c] = blocks.address() + at;
                    for (Argument argument : calls.get(c).arguments()) {
                        blocks.set(ValueLayout.JAVA_LONG, at, argument.resolve(b -> memory.address() + 4 * plan.buffers().get(b).offset(), constants.address(), code));
                        at += 8;
                    }
                }
            }
        }
    }

    /** The argument blocks of one thread in one step. */
    long[] arguments(int step, int share) { return arguments[step][share]; }

    /** A share of a row-major array. Gaps and halos stay as they are: zero. */
    void fill(Port to, float[] values, int share, int shares) {
        int run = to.run(), pieces = values.length / run;
        for (int i = run * split(pieces, share, shares), end = run * split(pieces, share + 1, shares); i < end; i += run)
            MemorySegment.copy(values, i, memory, ValueLayout.JAVA_FLOAT, to.byteOf(i), run);
    }

    void drain(Port from, float[] values, int share, int shares) {
        int run = from.run(), pieces = values.length / run;
        for (int i = run * split(pieces, share, shares), end = run * split(pieces, share + 1, shares); i < end; i += run)
            MemorySegment.copy(memory, ValueLayout.JAVA_FLOAT, from.byteOf(i), values, i, run);
    }

    private static int split(int count, int share, int shares) { return (int) ((long) count * share / shares); }
}
