package dev.lacewing.run;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A few threads that work through one job in lock step: the caller is member 0, the others are daemons of the team. Members meet at barriers, where they spin
 * briefly (a barrier among running threads takes a fraction of a microsecond) and then park, so that a busy machine gets its cores back.
 */
final class Team implements AutoCloseable {
    /** Steps with a barrier after each; a member does its share of each step. */
    interface Job {
        int steps();

        void work(int step, int member);
    }

    /** Some 20 microseconds. */
    private static final int SPINS = 1000;

    private final int size;
    private final @Nullable Thread[] threads;
    private final AtomicBoolean taken = new AtomicBoolean();
    private final AtomicInteger arrived = new AtomicInteger();
    private final AtomicIntegerArray parked;
    private volatile int phase;
    private volatile @Nullable Job job;
    private volatile @Nullable Throwable failure;

    /** @param size members, the caller included */
    Team(int size) {
        this.size = size;
        threads = new Thread[size];
        parked = new AtomicIntegerArray(size);
        for (int i = 1; i < size; i++) {
            int member = i;
            threads[i] = Thread.ofPlatform().daemon().name("lacewing-" + member).start(() -> serve(member));
        }
    }

    /** Runs the job on all members, or returns false at once when the team is busy with another caller's. Throws what a member's work threw. */
    boolean tryRun(Job work) {
        if (!taken.compareAndSet(false, true)) return false;
        try {
            threads[0] = Thread.currentThread();
            failure = null;
            job = work;
            meet(0);
            work(work, 0);
            Throwable thrown = failure;
            if (thrown instanceof RuntimeException e) throw e;
            if (thrown instanceof Error e) throw e;
            return true;
        } finally {
            threads[0] = null;
            taken.set(false);
        }
    }

    /** Waits for all members. What they wrote before is visible to all after. */
    private void meet(int member) {
        int mine = phase;
        if (arrived.incrementAndGet() == size) {
            arrived.set(0);
            phase = mine + 1;
            for (int i = 0; i < size; i++) if (parked.get(i) != 0) LockSupport.unpark(threads[i]);
            return;
        }
        for (int i = 0; i < SPINS; i++) {
            if (phase != mine) return;
            Thread.onSpinWait();
        }
        parked.set(member, 1);
        while (phase == mine) LockSupport.park(this);
        parked.set(member, 0);
    }

    private void serve(int member) {
        while (true) {
            meet(member);
            Job work = job;
            if (work == null) return;
            work(work, member);
        }
    }

    /** A member that fails still meets the others; the caller sees the failure after the last barrier. */
    private void work(Job work, int member) {
        int steps = work.steps();
        for (int step = 0; step < steps; step++) {
            try {
                work.work(step, member);
            } catch (RuntimeException | Error e) {
                failure = e;
            }
            meet(member);
        }
    }

    /** Ends the threads. Waits for a running job. */
    @Override
    public void close() {
        if (size == 1) return;
        while (!taken.compareAndSet(false, true)) Thread.onSpinWait();
        threads[0] = Thread.currentThread();
        job = null;
        meet(0);
    }
}
