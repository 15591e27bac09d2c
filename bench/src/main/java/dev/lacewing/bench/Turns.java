package dev.lacewing.bench;

import dev.lacewing.error.LacewingException.Invalid;

/**
 * How engines share a process while they are timed: in a turn one of them runs undisturbed, again and again, as in a server that always has work.
 *
 * @param runs timed runs in a turn
 * @param untimedMs for so long it runs before them, untimed: until its data are in the caches, its threads awake, and those of the engine before asleep
 */
public record Turns(int runs, int untimedMs) {
    /** ONNX Runtime's threads spin on for 40 to 50 ms after a run on a processor of 3 to 4 GHz; this is twice as much. */
    private static final int UNTIMED_MS = 100;

    /** Ten runs undisturbed. */
    public static final Turns LONG = of(10);

    public Turns {
        if (runs < 1 || untimedMs < 0) throw new Invalid("a turn needs at least 1 run, and no negative time before them, got " + runs + " and " + untimedMs + " ms");
    }

    /**
     * So many runs in a turn; with one, each run begins where the other engine's has just ended: its data out of the caches, its threads asleep.
     *
     * @throws Invalid if there is none
     */
    public static Turns of(int runs) { return new Turns(runs, runs == 1 ? 0 : UNTIMED_MS); }

    /** Each run follows one of another engine. */
    public boolean single() { return runs == 1; }
}
