package dev.lacewing;

import dev.lacewing.error.LacewingException.Invalid;

/**
 * How to plan and run a model.
 *
 * @param threads number of threads that share one run, 1 to 256
 * @param dense treat zeros as numbers: the dense engine, for comparison
 */
public record Options(int threads, boolean dense) {
    public Options {
        if (threads < 1 || threads > 256) throw new Invalid("threads must be 1 to 256, got " + threads);
    }

    /** One thread, zeros skipped where that pays. */
    public static Options defaults() { return new Options(1, false); }

    public Options withThreads(int threads) { return new Options(threads, dense); }

    public Options withDense(boolean dense) { return new Options(threads, dense); }
}
