package dev.lacewing.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lacewing.emit.Tier;
import dev.lacewing.error.LacewingException.Failed;
import dev.lacewing.graph.Graph;
import dev.lacewing.plan.Planner;
import dev.lacewing.program.Interpreter;
import dev.lacewing.program.Kernel;
import dev.lacewing.program.Machine;
import dev.lacewing.program.Program;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Sessions under callers that share, interrupt and close them. */
@Timeout(60)
class SharedRunnerTest {
    private static final Tier INTERPRETER = new Tier("test", Interpreter::new, Machine.SIMD128, "for a test");

    private final Graph net = Objects.requireNonNull(SmallNets.all().get("residual"));
    private final float[] image = new float[net.inputs().getFirst().shape().size()];
    private final int outputs = net.shape(net.outputs().getFirst()).size();

    private Runner runner(int threads, Tier tier) { return new Runner(Planner.plan(net, Machine.SIMD128, threads, false), tier); }

    private float[] run(Runner runner) {
        float[] out = new float[outputs];
        runner.run(new float[][] {image}, new float[][] {out});
        return out;
    }

    @Test
    void manyCallersShareATeam() throws InterruptedException {
        for (int i = 0; i < image.length; i++) image[i] = i % 7 - 3;
        try (Runner runner = runner(2, INTERPRETER)) {
            float[] expected = run(runner);
            List<float[]> results = new ArrayList<>();
            List<Thread> callers = new ArrayList<>();
            for (int c = 0; c < 4; c++)
                callers.add(Thread.ofPlatform().start(() -> {
                    for (int i = 0; i < 20; i++) {
                        float[] result = run(runner);
                        synchronized (results) {
                            results.add(result);
                        }
                    }
                }));
            for (Thread caller : callers) caller.join();
            assertThat(results).hasSize(80).allSatisfy(r -> assertThat(r).containsExactly(expected));
        }
    }

    @Test
    void anInterruptedCallerGetsItsResultAndKeepsItsInterrupt() {
        try (Runner runner = runner(2, INTERPRETER)) {
            float[] expected = run(runner);
            Thread.currentThread().interrupt();
            assertThat(run(runner)).containsExactly(expected);
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    /** A kernel that waits for the test, so that a run is under way for as long as the test wants. */
    @Test
    void closingWaitsForTheRunUnderWayEvenWhenInterrupted() throws InterruptedException {
        CountDownLatch running = new CountDownLatch(1), proceed = new CountDownLatch(1);
        AtomicBoolean done = new AtomicBoolean(), interrupted = new AtomicBoolean();
        Runner runner = runner(1, new Tier("slow test", program -> slow(program, running, proceed), Machine.SIMD128, "for a test"));
        Thread caller = Thread.ofPlatform().start(() -> {
            run(runner);
            done.set(true);
        });
        running.await();
        Thread closer = Thread.ofPlatform().start(() -> {
            runner.close();
            interrupted.set(Thread.interrupted());
        });
        closer.interrupt();
        closer.join(50);
        assertThat(closer.isAlive()).as("closed under the run").isTrue();
        proceed.countDown();
        closer.join();
        caller.join();
        assertThat(done).isTrue();
        assertThat(interrupted).isTrue();
        assertThatThrownBy(() -> run(runner)).isInstanceOf(Failed.class).hasMessageContaining("closed");
    }

    private static Kernel slow(Program program, CountDownLatch running, CountDownLatch proceed) {
        Interpreter kernel = new Interpreter(program);
        return arguments -> {
            running.countDown();
            try {
                proceed.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            kernel.run(arguments);
        };
    }

    @Test
    void aKernelThatFailsOnAnyMemberFailsTheRunAndNotTheSession() {
        AtomicBoolean fail = new AtomicBoolean(true);
        Tier failing = new Tier("failing test", program -> arguments -> {
            if (fail.get() && Thread.currentThread().getName().startsWith("lacewing-")) throw new IllegalArgumentException("on purpose");
            if (fail.get()) LockSupport.parkNanos(10_000_000);   // leaves the team's thread time to come
            new Interpreter(program).run(arguments);
        }, Machine.SIMD128, "for a test");
        try (Runner runner = runner(2, failing)) {
            assertThatThrownBy(() -> run(runner)).hasRootCauseMessage("on purpose");
            fail.set(false);
            assertThat(run(runner)).hasSize(outputs);
        }
    }
}
