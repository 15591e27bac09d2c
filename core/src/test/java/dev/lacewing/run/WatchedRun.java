package dev.lacewing.run;

import dev.lacewing.plan.Plan;
import dev.lacewing.plan.Plan.Argument;
import dev.lacewing.program.Interpreter;
import dev.lacewing.program.Kernel;
import dev.lacewing.program.Program;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;

/**
 * One run of a plan in the interpreter, on memory that is full of NaN wherever a plan may not count on zeros. Fails if a call touches memory outside its
 * argument block, the constants (to read) and the buffers that its arguments name, or if two threads' shares of a step race: one writes what the other
 * reads or writes. Plain kernels are not watched; afterwards only their output's buffer may have changed, not the zone around the arena either.
 */
public final class WatchedRun {
    private static final int GUARD = 1 << 16;
    private static final byte UNTOUCHED = 0x5a;

    private final Plan plan;
    private final Port input, output;

    public WatchedRun(Plan plan) {
        this.plan = plan;
        input = Port.of(plan, plan.graph().inputs().getFirst().name());
        output = Port.of(plan, plan.graph().outputs().getFirst());
    }

    public float[] run(float[] in) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment constants = arena.allocate(Math.max(4, plan.constants().bytes()), 64);
            MemorySegment.copy(plan.constants().array(), 0, constants, ValueLayout.JAVA_INT, 0, plan.constants().size());
            Workspace w = new Workspace(plan, constants, program -> 0, bytes -> guarded(bytes, arena));
            for (long at = 0; at < plan.arenaFloats(); at++) w.memory.setAtIndex(ValueLayout.JAVA_FLOAT, at, Float.NaN);
            Plan.Buffer given = plan.buffers().get(Objects.requireNonNull(plan.values().get(input.name())));
            w.memory.asSlice(4 * given.offset(), 4L * given.floats()).fill((byte) 0);
            w.fill(input, in, 0, 1);
            for (int s = 0; s < plan.steps().size(); s++) step(w, constants, s);
            float[] out = new float[output.size()];
            w.drain(output, out, 0, 1);
            return out;
        }
    }

    private static MemorySegment guarded(long bytes, Arena arena) {
        return arena.allocate(bytes + 2 * GUARD, 4096).fill(UNTOUCHED).asSlice(GUARD, bytes);
    }

    private void step(Workspace w, MemorySegment constants, int s) {
        Plan.Step step = plan.steps().get(s);
        Share[] shares = new Share[step.shares().size()];
        for (int t = 0; t < shares.length; t++) {
            List<Plan.Call> calls = step.shares().get(t);
            shares[t] = new Share(w.memory, constants, "step " + s + " (" + plan.layers().get(step.layer()).name() + ", " + step.what() + "), share " + t);
            long[] arguments = w.arguments(s, t);
            for (int c = 0; c < calls.size(); c++) shares[t].run(calls.get(c), arguments[c]);
        }
        for (Share a : shares) for (Share b : shares) if (a != b) a.checkAgainst(b);
    }

    /** What one thread touches in one step, as indexes of floats in the arena. */
    private final class Share {
        final MemorySegment memory, constants;
        final String what;
        final BitSet reads = new BitSet(), writes = new BitSet();

        Share(MemorySegment memory, MemorySegment constants, String what) {
            this.memory = memory;
            this.constants = constants;
            this.what = what;
        }

        void run(Plan.Call call, long arguments) {
            switch (call.code()) {
                case Plan.Code.Generated(Program program) -> watched(program, call.arguments(), arguments);
                case Plan.Code.Plain(Kernel kernel) -> compared(kernel, call.arguments(), arguments);
            }
        }

        private void watched(Program program, List<Argument> arguments, long block) {
            int[] buffers = arguments.stream().filter(a -> a instanceof Argument.Memory).mapToInt(a -> ((Argument.Memory) a).buffer()).distinct().toArray();
            new Interpreter(program, (address, bytes, write) -> {
                if (!write && address >= block && address + bytes <= block + 8L * arguments.size()) return;
                if (!write && address >= constants.address() && address + bytes <= constants.address() + constants.byteSize()) return;
                long from = address - memory.address(), to = from + bytes;
                for (int i : buffers) {
                    Plan.Buffer b = plan.buffers().get(i);
                    if (from >= 4 * b.offset() && to <= 4 * (b.offset() + b.floats())) {
                        (write ? writes : reads).set((int) (from / 4), (int) (to / 4));
                        return;
                    }
                }
                throw new AssertionError(what + ": " + program.name()
                        + (write ? " writes " : " reads ") + bytes + " bytes at byte " + from
                        + " of the arena, outside of " + names(buffers));
            }).run(block);
        }

        private String names(int[] buffers) {
            StringBuilder names = new StringBuilder();
            for (int i : buffers) names.append(plan.buffers().get(i)).append(' ');
            return names.toString();
        }

        private void compared(Kernel kernel, List<Argument> arguments, long block) {
            int[] before = memory.toArray(ValueLayout.JAVA_INT);
            kernel.run(block);
            for (long zone : new long[] {memory.address() - GUARD, memory.address() + memory.byteSize()})
                for (byte b : MemorySegment.ofAddress(zone).reinterpret(GUARD).toArray(ValueLayout.JAVA_BYTE))
                    if (b != UNTOUCHED) throw new AssertionError(what + ": " + kernel.getClass().getSimpleName() + " wrote outside of the arena");
            Plan.Buffer to = plan.buffers().get(((Argument.Memory) arguments.getLast()).buffer());
            BitSet written = new BitSet();
            for (int i = 0; i < plan.arenaFloats(); i++) if (before[i] != memory.getAtIndex(ValueLayout.JAVA_INT, i)) written.set(i);
            int past = written.nextSetBit((int) to.offset() + to.floats());
            if (past < 0 && !written.isEmpty() && written.nextSetBit(0) < to.offset()) past = written.nextSetBit(0);
            if (past >= 0) throw new AssertionError(what + ": " + kernel.getClass().getSimpleName() + " wrote float " + past + " of the arena, outside of " + to);
            writes.or(written);
        }

        void checkAgainst(Share other) {
            int both = first(writes, other.writes), read = first(writes, other.reads);
            if (both >= 0 || read >= 0)
                throw new AssertionError("a race: " + what + " writes float " + Math.max(both, read) + " of the arena, which "
                        + other.what + (both >= 0 ? " writes" : " reads"));
        }

        private static int first(BitSet a, BitSet b) {
            BitSet both = (BitSet) a.clone();
            both.and(b);
            return both.nextSetBit(0);
        }
    }
}
