package dev.lacewing.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lacewing.error.LacewingException.Failed;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class TeamTest {
    private interface Work {
        void run(int step, int member);
    }

    private static Team.Job job(int steps, Work work) {
        return new Team.Job() {
            @Override public int steps() { return steps; }

            @Override public void work(int step, int share) { work.run(step, share); }
        };
    }

    /** Each share counts the step it does; all must have done the step before. The counts are plain memory: the order of the steps makes them visible. */
    @ParameterizedTest
    @ValueSource(ints = {2, 3, 5})
    void membersWorkInLockStep(int size) {
        int steps = 20;
        try (Team team = new Team(size)) {
            int[][] done = new int[steps][size];
            AtomicInteger early = new AtomicInteger();
            Team.Job job = job(steps, (step, member) -> {
                if (step > 0) for (int m = 0; m < size; m++) if (done[step - 1][m] != done[step][member] + 1) early.incrementAndGet();
                done[step][member]++;
            });
            for (int run = 1; run <= 200; run++) {
                assertThat(team.tryRun(job)).isTrue();
                for (int[] step : done) assertThat(step).containsOnly(run);
            }
            assertThat(early).hasValue(0);
        }
    }

    /** What follows a failure might take stale memory for addresses. */
    @Test
    void aFailureOfAnyMemberReachesTheCallerNothingFollowsItAndTheTeamWorksOn() {
        try (Team team = new Team(3)) {
            for (int failing = 0; failing < 3; failing++) {
                int bad = failing;
                AtomicInteger later = new AtomicInteger();
                assertThatThrownBy(() -> team.tryRun(job(3, (step, member) -> {
                    if (step == 1 && member == bad) throw new ArithmeticException("member " + member);
                    if (step == 2) later.incrementAndGet();
                }))).isInstanceOf(ArithmeticException.class).hasMessage("member " + bad);
                assertThat(later).as("shares of the step after the failure").hasValue(0);
                assertThatThrownBy(() -> team.tryRun(job(1, (step, member) -> { if (member == bad) throw new StackOverflowError("deep"); }))).isInstanceOf(StackOverflowError.class);
                AtomicInteger count = new AtomicInteger();
                assertThat(team.tryRun(job(4, (step, member) -> count.incrementAndGet()))).isTrue();
                assertThat(count).hasValue(12);
            }
        }
    }

    @Test
    void aThreadThatCannotBeStartedIsSaidAndTheOthersEnd() throws InterruptedException {
        List<Thread> started = new ArrayList<>();
        ThreadFactory two = work -> {
            Thread thread = started.size() < 2 ? new Thread(work) : new Thread(work) {
                @Override public void start() { throw new OutOfMemoryError("unable to create native thread"); }
            };
            started.add(thread);
            thread.setDaemon(true);
            return thread;
        };
        assertThatThrownBy(() -> new Team(5, two)).isInstanceOf(Failed.class).hasMessageContaining("3 of 5 threads").hasMessageContaining("`threads`");
        assertThat(started).hasSize(3);
        for (Thread thread : started) {
            thread.join(10_000);
            assertThat(thread.isAlive()).isFalse();
        }
    }

    @Test
    void aBusyTeamSaysSo() throws InterruptedException {
        CountDownLatch busy = new CountDownLatch(1), go = new CountDownLatch(1);
        try (Team team = new Team(2)) {
            Thread first = Thread.ofPlatform().start(() -> team.tryRun(job(1, (step, member) -> {
                busy.countDown();
                await(go);
            })));
            await(busy);
            assertThat(team.tryRun(job(1, (step, member) -> { throw new AssertionError("not this one"); }))).isFalse();
            go.countDown();
            first.join();
            assertThat(team.tryRun(job(1, (step, member) -> { }))).isTrue();
        }
    }

    @Test
    void parkedMembersWake() throws InterruptedException {
        try (Team team = new Team(2)) {
            AtomicInteger count = new AtomicInteger();
            for (int i = 0; i < 5; i++) {
                Thread.sleep(20);   // far longer than members spin
                team.tryRun(job(2, (step, member) -> {
                    if (member == step) LockSupport.parkNanos(2_000_000);   // the other waits, parked
                    count.incrementAndGet();
                }));
            }
            assertThat(count).hasValue(20);
        }
    }

    /** Jobs so short that a member is always about to wait when the other finishes the last share. */
    @Test
    void nobodyWaitsForWhatIsDone() {
        try (Team team = new Team(2)) {
            AtomicInteger count = new AtomicInteger();
            for (int i = 0; i < 50_000; i++) team.tryRun(job(1, (step, share) -> count.incrementAndGet()));
            assertThat(count).hasValue(100_000);
        }
    }

    @Test
    void anInterruptedCallerStillRuns() {
        try (Team team = new Team(2)) {
            AtomicInteger count = new AtomicInteger();
            Thread.currentThread().interrupt();
            team.tryRun(job(10, (step, member) -> count.incrementAndGet()));
            assertThat(Thread.interrupted()).isTrue();
            assertThat(count).hasValue(20);
        }
    }

    /** A parked member takes longer to wake than the caller for two shares of nothing. */
    @Test
    void theCallerTakesSharesThatNobodyHasBegun() throws InterruptedException {
        try (Team team = new Team(2)) {
            Thread caller = Thread.currentThread();
            AtomicInteger taken = new AtomicInteger();
            for (int i = 0; i < 200 && taken.get() == 0; i++) {
                Thread.sleep(2);
                team.tryRun(job(1, (step, share) -> { if (share == 1 && Thread.currentThread() == caller) taken.incrementAndGet(); }));
            }
            assertThat(taken.get()).isPositive();
        }
    }

    /** Every share waits until all threads have one: nobody can do two of a step. */
    @Test
    void allMembersComeIfThereIsTime() {
        try (Team team = new Team(3)) {
            CyclicBarrier all = new CyclicBarrier(3);
            AtomicInteger count = new AtomicInteger();
            team.tryRun(job(50, (step, share) -> {
                meet(all);
                count.incrementAndGet();
            }));
            assertThat(count).hasValue(150);
        }
    }

    @Test
    void closingEndsTheThreads() throws InterruptedException {
        AtomicReferenceArray<Thread> threads = new AtomicReferenceArray<>(4);
        AtomicInteger next = new AtomicInteger(1);
        CyclicBarrier all = new CyclicBarrier(4);
        Thread caller = Thread.currentThread();
        try (Team team = new Team(4)) {
            team.tryRun(job(1, (step, share) -> {
                threads.set(Thread.currentThread() == caller ? 0 : next.getAndIncrement(), Thread.currentThread());
                meet(all);
            }));
        }
        assertThat(threads.get(0)).isSameAs(Thread.currentThread());
        for (int m = 1; m < 4; m++) {
            assertThat(threads.get(m).isDaemon()).isTrue();
            threads.get(m).join(10_000);
            assertThat(threads.get(m).isAlive()).isFalse();
        }
    }

    private static void meet(CyclicBarrier all) {
        try {
            all.await();
        } catch (InterruptedException | BrokenBarrierException e) {
            throw new AssertionError(e);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
