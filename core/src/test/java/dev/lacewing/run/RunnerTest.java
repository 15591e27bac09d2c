package dev.lacewing.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.lacewing.emit.Tier;
import dev.lacewing.emit.jvm.JvmEmitter;
import dev.lacewing.error.LacewingException.Failed;
import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Window;
import dev.lacewing.plan.Plan;
import dev.lacewing.plan.Planner;
import dev.lacewing.plan.Sketch;
import dev.lacewing.program.Kernel;
import dev.lacewing.program.Machine;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class RunnerTest {
    private static final Tier SCALAR = new Tier("jvm", new JvmEmitter(), Machine.SCALAR, "for a test");
    private static final int IN = 3 * 9 * 11, OUT = 16 * 9 * 11;

    /** Every kind of work: shifted, sparse, depthwise and staged convolution, an addition, a general op. */
    private static Graph graph() {
        Sketch s = new Sketch(1, 3, 9, 11);
        s.conv("a", "x", 3, 16, Window.square(3, 1, 1), 1);
        s.conv("b", "a", 16, 16, Window.square(3, 1, 1), 16);
        s.pointwise("c", "b", 16, 16, 0.9, 1);
        s.pointwise("d", "c", 16, 16, 0.9, 4);
        s.add("e", "d", "a");
        s.softmax("f", "e");
        s.conv("g", "e", 16, 8, Window.square(3, 2, 1), 1);
        return s.graph("f", "g");
    }

    private static Runner runner(Tier tier, int threads) { return new Runner(Planner.plan(graph(), tier.machine(), threads, false), tier); }

    private static float[][] input(long seed) {
        Random random = new Random(seed);
        float[] x = new float[IN];
        for (int i = 0; i < x.length; i++) x[i] = (float) random.nextGaussian();
        return new float[][] {x};
    }

    private static float[][] outputs() { return new float[][] {new float[OUT], new float[8 * 5 * 6]}; }

    private static float[][] run(Runner runner, long seed) {
        float[][] out = outputs();
        runner.run(input(seed), out);
        return out;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void manyCallersGetWhatOneThreadGets(int threads) throws InterruptedException {
        int callers = 8, runs = 300, inputs = 5;
        List<float[][]> expected = new ArrayList<>();
        try (Runner single = runner(Tier.current(), 1)) {
            for (int i = 0; i < inputs; i++) expected.add(run(single, i));
        }
        assertThat(expected.get(0)[0]).isNotEqualTo(expected.get(1)[0]);
        AtomicInteger right = new AtomicInteger();
        try (Runner shared = runner(Tier.current(), threads)) {
            List<Thread> all = new ArrayList<>();
            for (int c = 0; c < callers; c++) {
                int caller = c;
                all.add(Thread.ofPlatform().start(() -> {
                    for (int r = 0; r < runs; r++) {
                        int which = (caller + r) % inputs;
                        if (Arrays.deepEquals(run(shared, which), expected.get(which))) right.incrementAndGet();
                    }
                }));
            }
            for (Thread t : all) t.join();
        }
        assertThat(right).hasValue(callers * runs);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void allocatesNothingAfterWarmUp(int threads) {
        assertQuiet(runner(SCALAR, threads));
    }

    /**
     * A vector kernel allocates its vectors until the JVM's second compiler has seen it. That is certain only for kernels small enough for the first, which the
     * widest masked ones are not, so they are left out here.
     */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void allocatesNothingOnceVectorKernelsAreCompiled(int threads) {
        Sketch s = new Sketch(1, 3, 9, 11);
        s.pointwise("a", "x", 3, 16, 0.5, 1);
        s.add("b", "a", "a");
        s.softmax("f", "b");
        s.pointwise("c", "b", 16, 16, 0.9, 1);
        s.conv("g", "c", 16, 16, new Window(3, 3, 1, 1, 1, 1, 0, 0, 0, 0), 16);
        assertQuiet(new Runner(Planner.plan(s.graph("f", "g"), Tier.current().machine(), threads, false), Tier.current()));
    }

    private static void assertQuiet(Runner opened) {
        ThreadMXBean bean = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);
        try (Runner runner = opened) {
            float[][] in = input(1), out = runner.plan().graph().outputs().stream().map(o -> new float[runner.plan().graph().shape(o).size()]).toArray(float[][]::new);
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60), bytes = -1;
            for (int i = 0; i < 2000; i++) runner.run(in, out);
            while (bytes != 0 && System.nanoTime() < end) {
                long before = bean.getCurrentThreadAllocatedBytes();
                for (int i = 0; i < 500; i++) runner.run(in, out);
                bytes = bean.getCurrentThreadAllocatedBytes() - before;
            }
            assertThat(bytes).as("bytes that the caller allocates in 500 runs").isZero();
        }
    }

    @Test
    void wrongLengthsAreInvalid() {
        try (Runner runner = runner(SCALAR, 1)) {
            assertThatThrownBy(() -> runner.run(new float[][] {new float[IN - 1]}, outputs())).isInstanceOf(Invalid.class)
                    .hasMessage("input x has shape 1x3x9x11 and needs 297 floats, got 296");
            assertThatThrownBy(() -> runner.run(new float[0][], outputs())).isInstanceOf(Invalid.class).hasMessage("the model has 1 inputs [x], got 0 arrays");
            assertThatThrownBy(() -> runner.run(input(1), new float[][] {new float[OUT], new float[7]})).isInstanceOf(Invalid.class).hasMessageContaining("output g");
            assertThatThrownBy(() -> runner.run(input(1), new float[][] {new float[OUT]})).isInstanceOf(Invalid.class).hasMessageContaining("2 outputs [f, g], got 1");
            assertThat(run(runner, 1)[0]).doesNotContain(Float.NaN);
        }
    }

    /** The plan with a call added to the last share of its first step. */
    private static Plan with(Plan p, Kernel kernel) {
        List<Plan.Step> steps = new ArrayList<>(p.steps());
        Plan.Step first = steps.getFirst();
        List<List<Plan.Call>> shares = new ArrayList<>(first.shares());
        List<Plan.Call> calls = new ArrayList<>(shares.getLast());
        calls.add(new Plan.Call(new Plan.Code.Plain(kernel), List.of()));
        shares.set(shares.size() - 1, calls);
        steps.set(0, new Plan.Step(first.layer(), first.what(), shares));
        return new Plan(p.graph(), p.lanes(), p.threads(), p.layouts(), p.values(), p.buffers(), p.arenaFloats(), p.constants(), steps, p.layers(), p.decisions());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void aKernelThatThrowsFailsItsRunAlone(int threads) {
        AtomicReference<RuntimeException> trouble = new AtomicReference<>();
        Plan plan = with(Planner.plan(graph(), Machine.SCALAR, threads, false), arguments -> {
            if (trouble.get() != null) throw trouble.get();
        });
        try (Runner sound = runner(SCALAR, 1); Runner runner = new Runner(plan, SCALAR)) {
            for (int i = 0; i < 20; i++) {
                trouble.set(new IndexOutOfBoundsException("bad address"));
                assertThatThrownBy(() -> run(runner, 1)).isInstanceOf(Failed.class).hasMessageContaining("bad address").cause().isSameAs(trouble.get());
                trouble.set(new Invalid("told"));
                assertThatThrownBy(() -> run(runner, 1)).isSameAs(trouble.get());
                trouble.set(null);
                assertThat(run(runner, i)).isDeepEqualTo(run(sound, i));
            }
        }
    }

    /** Memory that a test has seen go out; the {@code failing}-th time there is none. */
    private static final class Watched implements Runner.Allocator {
        private final List<MemorySegment> given = new ArrayList<>();
        private int failing;

        @Override
        public MemorySegment allocate(long bytes, Arena arena) {
            if (given.size() == failing - 1) throw new Failed("no more memory");
            given.add(arena.allocate(bytes, 64));
            return given.getLast();
        }

        int alive() { return (int) given.stream().filter(segment -> segment.scope().isAlive()).count(); }
    }

    /** Two runs at once take two workspaces: the second runs within the first. */
    @ParameterizedTest
    @ValueSource(ints = {0, 4, 5})
    void allMemoryIsGivenBack(int failing) {
        Watched memory = new Watched();
        AtomicReference<Runnable> within = new AtomicReference<>();
        Plan plan = with(Planner.plan(graph(), Machine.SCALAR, 1, false), arguments -> {
            Runnable once = within.getAndSet(null);
            if (once != null) once.run();
        });
        try (Runner sound = runner(SCALAR, 1); Runner runner = new Runner(plan, SCALAR, false, memory)) {
            assertThat(memory.alive()).as("constants, values and arguments").isEqualTo(3);
            assertThat(runner.plan().constants().size()).as("words of constants beside those").isZero();
            memory.failing = failing;
            within.set(() -> run(runner, 2));
            if (failing > 0) assertThatThrownBy(() -> run(runner, 1)).isInstanceOf(Failed.class).hasMessage("no more memory");
            else assertThat(run(runner, 1)).isDeepEqualTo(run(sound, 1));
            assertThat(memory.alive()).isEqualTo(failing > 0 ? 3 : 5);
            assertThat(run(runner, 3)).isDeepEqualTo(run(sound, 3));
        }
        assertThat(memory.given).hasSize(failing > 0 ? failing - 1 : 5);
        assertThat(memory.alive()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void whatCannotBeOpenedHoldsNoMemory(int failing) {
        Watched memory = new Watched();
        memory.failing = failing;
        assertThatThrownBy(() -> new Runner(Planner.plan(graph(), Machine.SCALAR, 2, false), SCALAR, true, memory)).isInstanceOf(Failed.class).hasMessage("no more memory");
        assertThat(memory.given).hasSize(failing - 1);
        assertThat(memory.alive()).isZero();
    }

    @Test
    void aloneTheCallerDoesAllShares() {
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        Plan plan = with(Planner.plan(graph(), Machine.SCALAR, 2, false), arguments -> threads.add(Thread.currentThread()));
        try (Runner alone = Runner.alone(plan, SCALAR); Runner sound = runner(SCALAR, 1)) {
            for (int i = 0; i < 5; i++) assertThat(run(alone, i)).isDeepEqualTo(run(sound, i));
        }
        assertThat(threads).containsExactly(Thread.currentThread());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void closingWaitsForARunAndRefusesLaterOnes(int threads) throws InterruptedException {
        CountDownLatch inside = new CountDownLatch(1), go = new CountDownLatch(1);
        Plan plan = with(Planner.plan(graph(), Machine.SCALAR, threads, false), arguments -> {
            inside.countDown();
            try {
                go.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        Runner runner = new Runner(plan, SCALAR);
        AtomicReference<float[][]> result = new AtomicReference<>();
        Thread caller = Thread.ofPlatform().start(() -> result.set(run(runner, 4)));
        inside.await();
        Thread closer = Thread.ofPlatform().start(runner::close);
        while (closer.getState() != Thread.State.WAITING && closer.isAlive()) Thread.onSpinWait();
        assertThat(closer.isAlive()).as("close waits").isTrue();
        assertThatThrownBy(() -> run(runner, 1)).isInstanceOf(Failed.class).hasMessageContaining("closed");
        go.countDown();
        closer.join();
        caller.join();
        try (Runner sound = runner(SCALAR, 1)) {
            assertThat(result.get()).isDeepEqualTo(run(sound, 4));
        }
        assertThatThrownBy(() -> run(runner, 1)).isInstanceOf(Failed.class).hasMessageContaining("closed");
        runner.close();
    }
}
