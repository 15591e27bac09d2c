package dev.lacewing.bench;

import dev.lacewing.emit.Tier;
import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.plan.Plan;
import dev.lacewing.program.Kernel;
import dev.lacewing.tensor.Layout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The kernel calls of a plan for one thread, without what a session does before and after them: filling the input's planes and reading the output's. Buffers do not
 * share memory here as they do in an arena, so the calls can be repeated without filling the input again.
 */
public final class LayerSteps implements AutoCloseable {
    private static final int LINE_FLOATS = 16;

    private final Plan plan;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment memory;
    private final long[] offsets;
    private final List<Kernel> kernels = new ArrayList<>();
    private final long[] arguments;

    /** @throws Invalid if the plan is for more than one thread */
    public LayerSteps(Plan plan, Tier tier) {
        if (plan.threads() != 1) throw new Invalid("expected a plan for one thread, got one for " + plan.threads());
        this.plan = plan;
        offsets = new long[plan.buffers().size()];
        long floats = 0;
        for (int b = 0; b < offsets.length; b++) {
            offsets[b] = floats;
            floats += Math.ceilDiv(plan.buffers().get(b).floats(), LINE_FLOATS) * (long) LINE_FLOATS;
        }
        memory = tier.allocate(Float.BYTES * Math.max(1, floats), arena);
        MemorySegment constants = tier.allocate(Math.max(Integer.BYTES, plan.constants().bytes()), arena);
        MemorySegment.copy(plan.constants().array(), 0, constants, ValueLayout.JAVA_INT, 0, plan.constants().size());
        List<Plan.Call> calls = plan.steps().stream().flatMap(s -> s.shares().getFirst().stream()).toList();
        arguments = new long[calls.size()];
        for (int c = 0; c < arguments.length; c++) {
            Plan.Call call = calls.get(c);
            kernels.add(switch (call.code()) {
                case Plan.Code.Generated(var program) -> tier.kernel(program);
                case Plan.Code.Plain(var kernel) -> kernel;
            });
            MemorySegment block = arena.allocate(Long.BYTES * Math.max(1L, call.arguments().size()), 64);
            for (int a = 0; a < call.arguments().size(); a++)
                block.setAtIndex(ValueLayout.JAVA_LONG, a, call.arguments().get(a).resolve(b -> memory.address() + Float.BYTES * offsets[b], constants.address(), program -> tier.kernel(program).address()));
            arguments[c] = block.address();
        }
    }

    /** Puts row-major values where the plan wants its only input. */
    public void fill(float[] input) {
        Place place = place(plan.graph().inputs().getFirst().name());
        for (int i = 0; i < input.length; i++) memory.setAtIndex(ValueLayout.JAVA_FLOAT, place.at(i), input[i]);
    }

    public void run() {
        for (int c = 0; c < arguments.length; c++) kernels.get(c).run(arguments[c]);
    }

    /** The plan's first output, row-major. */
    public float[] output() {
        String name = plan.graph().outputs().getFirst();
        Place place = place(name);
        float[] values = new float[plan.graph().shape(name).size()];
        for (int i = 0; i < values.length; i++) values[i] = memory.getAtIndex(ValueLayout.JAVA_FLOAT, place.at(i));
        return values;
    }

    private record Place(long offset, Layout layout) {
        long at(int linear) { return offset + layout.at(linear); }
    }

    private Place place(String value) {
        return new Place(offsets[Objects.requireNonNull(plan.values().get(value))], Objects.requireNonNull(plan.layouts().get(value)));
    }

    @Override
    public void close() { arena.close(); }
}
