package dev.lacewing.run;

import dev.lacewing.emit.Tier;
import dev.lacewing.error.LacewingException;
import dev.lacewing.error.LacewingException.Failed;
import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.plan.Plan;
import dev.lacewing.program.Kernel;
import dev.lacewing.program.Program;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * A plan with memory and threads. Callers share it freely: each run takes a workspace from a pool, which grows to as many as ever ran at once and is freed when
 * the runner is closed; the team of threads serves one run at a time, and a caller that finds it busy does all shares itself, with the same result.
 */
public final class Runner implements AutoCloseable {
    private static final float[][] NOTHING = {};
    private final Plan plan;
    private final Allocator allocator;
    private final Arena memory = Arena.ofShared();
    private final MemorySegment constants;
    private final Kernel[][][] kernels;
    private final ToLongFunction<Program> code;
    private final @Nullable Team team;
    private final Port[] inputs, outputs;

    private Seat[] pool = new Seat[4];
    private int pooled, running;
    private boolean closed;

    /** As {@link Tier#allocate}. */
    interface Allocator {
        MemorySegment allocate(long bytes, Arena arena);
    }

    public Runner(Plan plan, Tier tier) { this(plan, tier, plan.threads() > 1, tier::allocate); }

    Runner(Plan plan, Tier tier, boolean together, Allocator allocator) {
        this.plan = plan.withoutConstants();
        this.allocator = allocator;
        inputs = plan.graph().inputs().stream().map(in -> Port.of(plan, in.name())).toArray(Port[]::new);
        outputs = plan.graph().outputs().stream().map(out -> Port.of(plan, out)).toArray(Port[]::new);
        try {
            constants = allocator.allocate(Math.max(4, plan.constants().bytes()), memory);
            MemorySegment.copy(plan.constants().array(), 0, constants, ValueLayout.JAVA_INT, 0, plan.constants().size());
            Map<Program, Kernel> emitted = emit(plan, tier);
            code = program -> Objects.requireNonNull(emitted.get(program)).address();
            kernels = kernels(plan, emitted);
            give(new Seat(), false);
            team = together ? new Team(plan.threads()) : null;
        } catch (RuntimeException | Error e) {
            for (int i = 0; i < pooled; i++) pool[i].arena.close();
            memory.close();
            throw e;
        }
    }

    /** Starts no threads: each caller does the shares of all. */
    public static Runner alone(Plan plan, Tier tier) { return new Runner(plan, tier, false, tier::allocate); }

    private static Map<Program, Kernel> emit(Plan plan, Tier tier) {
        Set<Program> programs = new LinkedHashSet<>();
        for (Plan.Step step : plan.steps())
            for (List<Plan.Call> share : step.shares())
                for (Plan.Call call : share) if (call.code() instanceof Plan.Code.Generated(var program)) programs.add(program);
        Map<Program, Kernel> emitted = new ConcurrentHashMap<>();
        programs.parallelStream().forEach(program -> emitted.put(program, tier.kernel(program)));
        return emitted;
    }

    private static Kernel[][][] kernels(Plan plan, Map<Program, Kernel> emitted) {
        return plan.steps().stream().map(step -> step.shares().stream().map(share -> share.stream().map(call -> switch (call.code()) {
            case Plan.Code.Generated(var program) -> Objects.requireNonNull(emitted.get(program));
            case Plan.Code.Plain(var kernel) -> kernel;
        }).toArray(Kernel[]::new)).toArray(Kernel[][]::new)).toArray(Kernel[][][]::new);
    }

    /** Without its constants: they stand in the runner's memory. */
    public Plan plan() { return plan; }

    /**
     * @param in row-major values of each input, in the order of the graph
     * @param out receives the outputs
     * @throws Invalid if a length is not that of the shape
     * @throws Failed after {@link #close}, or if a kernel fails; the runner works on
     */
    public void run(float[][] in, float[][] out) { run(in, out, null); }

    /** As {@link #run}, but the calling thread does the shares of all. Returns the nanoseconds of each step's shares. */
    public long[][] times(float[][] in, float[][] out) {
        long[][] nanos = new long[kernels.length][];
        for (int step = 0; step < nanos.length; step++) nanos[step] = new long[kernels[step].length];
        run(in, out, nanos);
        return nanos;
    }

    private void run(float[][] in, float[][] out, long @Nullable [][] nanos) {
        check("input", inputs, in);
        check("output", outputs, out);
        Seat seat = take();
        Workspace w = seat.workspace;
        try {
            if (nanos != null || team == null || !seat.tryRun(team, in, out)) {
                copyIn(w, in, 0, 1);
                serially(w, nanos);
                copyOut(w, out, 0, 1);
            }
        } catch (LacewingException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new Failed("a kernel failed with " + e + ": this is an error in Lacewing, please report it with the model", e);
        } finally {
            give(seat, true);
        }
    }

    /** A workspace as the team's job: the callers' arrays are copied in its first step and its last. */
    private final class Seat implements Team.Job {
        final Arena arena = Arena.ofShared();
        final Workspace workspace;
        private float[][] in = NOTHING, out = NOTHING;

        Seat() {
            try {
                workspace = new Workspace(plan, constants, code, bytes -> allocator.allocate(bytes, arena));
            } catch (RuntimeException | Error e) {
                arena.close();
                throw e;
            }
        }

        boolean tryRun(Team team, float[][] in, float[][] out) {
            this.in = in;
            this.out = out;
            try {
                return team.tryRun(this);
            } finally {
                this.in = this.out = NOTHING;
            }
        }

        @Override
        public int steps() { return kernels.length + 2; }

        @Override
        public void work(int step, int share) {
            if (step == 0) copyIn(workspace, in, share, plan.threads());
            else if (step > kernels.length) copyOut(workspace, out, share, plan.threads());
            else if (share < kernels[step - 1].length) Runner.this.work(workspace, step - 1, share);
        }
    }

    private void copyIn(Workspace w, float[][] in, int share, int shares) { for (int i = 0; i < in.length; i++) w.fill(inputs[i], in[i], share, shares); }

    private void copyOut(Workspace w, float[][] out, int share, int shares) { for (int i = 0; i < out.length; i++) w.drain(outputs[i], out[i], share, shares); }

    private void serially(Workspace w, long @Nullable [][] nanos) {
        for (int step = 0; step < kernels.length; step++)
            for (int share = 0; share < kernels[step].length; share++) {
                long from = nanos == null ? 0 : System.nanoTime();
                work(w, step, share);
                if (nanos != null) nanos[step][share] = System.nanoTime() - from;
            }
    }

    private void work(Workspace w, int step, int share) {
        Kernel[] calls = kernels[step][share];
        long[] arguments = w.arguments(step, share);
        for (int i = 0; i < calls.length; i++) calls[i].run(arguments[i]);
    }

    private static void check(String what, Port[] ports, float[][] arrays) {
        if (arrays.length != ports.length) throw new Invalid("the model has " + ports.length + " " + what + "s " + Arrays.stream(ports).map(Port::name).toList() + ", got " + arrays.length + " arrays");
        for (int i = 0; i < arrays.length; i++)
            if (arrays[i].length != ports[i].size())
                throw new Invalid(what + " " + ports[i].name() + " has shape " + ports[i].layout().shape() + " and needs " + ports[i].size() + " floats, got " + arrays[i].length);
    }

    private synchronized Seat take() {
        if (closed) throw new Failed("the session is closed: open another with Model.session");
        Seat seat = pooled > 0 ? pool[--pooled] : new Seat();
        running++;
        return seat;
    }

    private synchronized void give(Seat seat, boolean ran) {
        if (pooled == pool.length) pool = Arrays.copyOf(pool, 2 * pooled);
        pool[pooled++] = seat;
        if (ran) running--;
        notifyAll();
    }

    /** Waits for runs under way, interrupted or not: they use the memory that is freed. Later runs are refused; closing again does nothing. */
    @Override
    public void close() {
        boolean interrupted = false;
        synchronized (this) {
            if (closed) return;
            closed = true;
            while (running > 0) {
                try {
                    wait();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (team != null) team.close();
        for (int i = 0; i < pooled; i++) pool[i].arena.close();
        memory.close();
        if (interrupted) Thread.currentThread().interrupt();
    }
}
