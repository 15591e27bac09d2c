package dev.lacewing.bench;

import dev.lacewing.Session;
import java.util.Collection;

/**
 * Runs sessions until the JVM has compiled whatever of their kernels is not machine code from the start. The sign: a run allocates nothing, for vector code that is not
 * yet compiled makes an object of each vector.
 */
public final class WarmUp {
    /** For a person who waits. */
    public static final String NOTE = "warming up: the JVM compiles what is not machine code yet";

    private static final int BATCH = 25;
    private static final int LIMIT_SECONDS = 20;

    private WarmUp() {}

    /** Two batches without allocation end it, or 20 seconds. */
    public static void untilSteady(Collection<Session> sessions, float[][] inputs) { untilSteady(sessions, inputs, LIMIT_SECONDS); }

    /** @return whether all sessions came to run without allocation before the time was over */
    public static boolean untilSteady(Collection<Session> sessions, float[][] inputs, int seconds) {
        long end = System.nanoTime() + seconds * 1_000_000_000L;
        boolean steady = true;
        for (Session session : sessions) {
            float[][] outputs = Buffers.zeros(session.outputShapes());
            int quiet = 0;
            while (quiet < 2 && System.nanoTime() < end) quiet = Allocation.bytesPerRunOfAllThreads(() -> session.run(inputs, outputs), BATCH) == 0 ? quiet + 1 : 0;
            steady &= quiet == 2;
        }
        return steady;
    }
}
