package dev.lacewing.run;

import dev.lacewing.error.LacewingException.Failed;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A few threads that work through one job step by step: the caller is member 0, the others are daemons of the team. A step has one share for each member, and the next
 * one starts when all are done. A member begins with its own share; whoever has nothing left takes the share of one that has not come yet, so that on a busy machine a
 * caller without its team is about as fast as a single thread. Who waits spins briefly, then parks.
 */
final class Team implements AutoCloseable {
    /** Steps, each of as many shares as the team has members. */
    interface Job {
        int steps();

        void work(int step, int share);
    }

    /** Some 20 microseconds. */
    private static final int SPINS = 1000;

    /** Longs in two cache lines: processors fetch lines in pairs. */
    private static final int APART = 16;

    /** Where the number of shares done stands in {@link #counts}; claims follow. */
    private static final int DONE = APART;

    private final int size;
    private final @Nullable Thread[] threads;
    private final AtomicBoolean taken = new AtomicBoolean();
    private final AtomicIntegerArray parked;

    /**
     * All numbers count from the team's beginning, over all jobs: the shares done, and for each share the steps for which it was claimed. So what a member read before
     * it was held up gives it no claim later.
     */
    private final AtomicLongArray counts;

    /** The job under way is made of steps {@code first} to {@code end} (exclusive). Written in this order and read in the reverse one. */
    private volatile @Nullable Job job;
    private volatile long first;
    private volatile long end;
    private volatile boolean closed;
    private volatile @Nullable Throwable failure;

    /**
     * @param size members, the caller included
     * @throws Failed if the system gives no more threads
     */
    Team(int size) { this(size, Thread.ofPlatform().daemon().name("lacewing-", 1).factory()); }

    Team(int size, ThreadFactory factory) {
        this.size = size;
        threads = new Thread[size];
        parked = new AtomicIntegerArray(size);
        counts = new AtomicLongArray((size + 3) * APART);
        int started = 1;
        try {
            for (; started < size; started++) {
                int member = started;
                Thread thread = factory.newThread(() -> serve(member));
                threads[started] = thread;
                thread.start();
            }
        } catch (OutOfMemoryError e) {
            close();
            throw new Failed("the system gave a session " + started + " of " + size + " threads: ask for fewer by the option `threads`, or raise the limit on threads or memory", e);
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    /**
     * Runs the job with all members that come, or returns false at once when the team is busy with another caller's. Throws what a share's work threw first; shares
     * that had not begun by then are left out, as they would work on what is not there.
     */
    boolean tryRun(Job work) {
        if (!taken.compareAndSet(false, true)) return false;
        try {
            threads[0] = Thread.currentThread();
            failure = null;
            job = work;
            first = end;
            end = first + work.steps();
            wake(0);
            for (long done = done(); done < end * size; done = done()) serve(0, done, end);
            Throwable thrown = failure;
            if (thrown instanceof RuntimeException e) throw e;
            if (thrown instanceof Error e) throw e;
            return true;
        } finally {
            threads[0] = null;
            taken.set(false);
        }
    }

    private long done() { return counts.get(DONE); }

    private void serve(int member) { while (!closed) serve(member, done(), end); }

    /** Does a share of the step under way, or waits until more shares are done than {@code done} or another job ends elsewhere than at {@code end}. */
    private void serve(int member, long done, long end) {
        long now = done / size;
        if (now < end) {
            Job work = job;
            int step = (int) (now - first);
            for (int i = 0, share = member; i < size; i++, share = share + 1 == size ? 0 : share + 1) {
                int claim = DONE + (share + 1) * APART;
                // Whoever succeeds knows that the step is under way, and that job and first belong to it.
                if (counts.get(claim) == now && counts.compareAndSet(claim, now, now + 1)) {
                    work(work, step, share);
                    finish(member);
                    return;
                }
            }
        }
        await(member, done, end);
    }

    private void work(@Nullable Job work, int step, int share) {
        try {
            if (work != null && failure == null) work.work(step, share);
        } catch (RuntimeException | Error e) {
            if (failure == null) failure = e;
        }
    }

    private void finish(int member) {
        long done = counts.incrementAndGet(DONE);
        if (done == end * size) wake(0, member);
        else if (done % size == 0) wake(member);
    }

    private void wake(int but) { for (int i = 0; i < size; i++) wake(i, but); }

    private void wake(int member, int but) { if (member != but && parked.get(member) != 0 && parked.compareAndSet(member, 1, 0)) LockSupport.unpark(threads[member]); }

    private void await(int member, long done, long end) {
        for (int i = 0; i < SPINS; i++) {
            if (isNews(done, end)) return;
            Thread.onSpinWait();
        }
        parked.set(member, 1);
        if (!isNews(done, end)) LockSupport.park(this);
        parked.set(member, 0);
    }

    private boolean isNews(long done, long end) { return done() != done || this.end != end || closed; }

    /** Ends the threads. Waits for a running job. */
    @Override
    public void close() {
        while (!taken.compareAndSet(false, true)) Thread.onSpinWait();
        closed = true;
        wake(0);
    }
}
