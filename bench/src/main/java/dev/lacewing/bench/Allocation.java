package dev.lacewing.bench;

import com.sun.management.ThreadMXBean;
import dev.lacewing.error.LacewingException.Failed;
import dev.lacewing.error.LacewingException.Invalid;
import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.Map;

/** Bytes that a run leaves on the Java heap, as the JVM counts them. Native memory (direct buffers' contents, arenas) is not heap and not counted. */
public final class Allocation {
    private static final ThreadMXBean THREADS = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);

    private Allocation() {}

    /**
     * What the calling thread allocates in one run, averaged over {@code runs}; warm up before. Exact to the byte, but blind to what other threads
     * allocate on behalf of the run: see {@link #bytesPerRunOfAllThreads}.
     *
     * @throws Failed if this JVM does not count allocations
     */
    public static double bytesPerRun(Runnable run, int runs) {
        check(runs);
        long before = THREADS.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < runs; i++) run.run();
        return (THREADS.getCurrentThreadAllocatedBytes() - before) / (double) runs;
    }

    /**
     * What all platform threads alive at the end allocate in one run, the caller and worker threads alike, averaged over {@code runs}. Sees neither
     * virtual threads nor threads that ended meanwhile, and does see whatever unrelated threads of the process do at the same time: use it in a
     * quiet process.
     */
    public static double bytesPerRunOfAllThreads(Runnable run, int runs) {
        check(runs);
        Map<Long, Long> before = otherThreads();
        double caller = bytesPerRun(run, runs);
        long others = 0;
        for (var entry : otherThreads().entrySet()) others += entry.getValue() - before.getOrDefault(entry.getKey(), 0L);
        return caller + others / (double) runs;
    }

    private static void check(int runs) {
        if (runs < 1) throw new Invalid("runs must be at least 1, got " + runs);
        if (!THREADS.isThreadAllocatedMemorySupported()) throw new Failed("this JVM does not count allocated bytes: use a HotSpot JVM");
        if (!THREADS.isThreadAllocatedMemoryEnabled()) THREADS.setThreadAllocatedMemoryEnabled(true);
    }

    private static Map<Long, Long> otherThreads() {
        long[] ids = THREADS.getAllThreadIds(), bytes = THREADS.getThreadAllocatedBytes(ids);
        Map<Long, Long> result = new HashMap<>();
        for (int i = 0; i < ids.length; i++) if (bytes[i] >= 0 && ids[i] != Thread.currentThread().threadId()) result.put(ids[i], bytes[i]);
        return result;
    }
}
