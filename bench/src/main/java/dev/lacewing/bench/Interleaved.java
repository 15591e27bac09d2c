package dev.lacewing.bench;

import dev.lacewing.error.LacewingException.Invalid;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;

/**
 * Times several runnables side by side: a, b, c, a, b, c, ... so that a change of the machine's clock or load meets all of them. The ratio of two
 * medians of one measurement is the number to trust; the milliseconds are those of this machine at this minute.
 */
public final class Interleaved {
    private Interleaved() {}

    /**
     * One runnable's wall-clock times in milliseconds.
     *
     * @param minMs the fastest of the measured runs
     * @param p90Ms 90 of 100 measured runs took at most this (nearest rank, as the quartiles)
     * @param q1Ms a quarter of the measured runs took at most this; {@code q3Ms} three quarters
     * @param firstMs the very first call, before the warm-up
     */
    public record Timing(String name, double medianMs, double minMs, double q1Ms, double q3Ms, double p90Ms, double firstMs) {
        /** How many times faster this one is than {@code other}: the ratio of medians. */
        public double fasterThan(Timing other) { return other.medianMs / medianMs; }
    }

    /** As {@link #measure(Map, int, int, IntConsumer)} without progress. */
    public static List<Timing> measure(Map<String, Runnable> subjects, int warmup, int runs) { return measure(subjects, warmup, runs, round -> {}); }

    /**
     * Calls every subject once (its {@code firstMs}), then {@code warmup} rounds that do not count, then {@code runs} rounds that do.
     *
     * @param subjects in the map's order
     * @param progress called after each round with the number of rounds done, of {@code 1 + warmup + runs}; its time is not measured
     */
    public static List<Timing> measure(Map<String, Runnable> subjects, int warmup, int runs, IntConsumer progress) {
        if (warmup < 0 || runs < 1) throw new Invalid("expected warmup >= 0 and runs >= 1, got " + warmup + " and " + runs);
        List<Runnable> order = List.copyOf(subjects.values());
        double[][] ms = new double[order.size()][runs];
        double[] first = new double[order.size()];
        for (int round = 0; round < 1 + warmup + runs; round++) {
            for (int i = 0; i < order.size(); i++) {
                double took = time(order.get(i));
                if (round == 0) first[i] = took;
                if (round > warmup) ms[i][round - warmup - 1] = took;
            }
            progress.accept(round + 1);
        }
        List<Timing> timings = new ArrayList<>();
        for (String name : subjects.keySet()) timings.add(timing(name, ms[timings.size()], first[timings.size()]));
        return List.copyOf(timings);
    }

    private static double time(Runnable subject) {
        long start = System.nanoTime();
        subject.run();
        return (System.nanoTime() - start) / 1e6;
    }

    static Timing timing(String name, double[] ms, double first) {
        double[] sorted = ms.clone();
        Arrays.sort(sorted);
        int n = sorted.length;
        double median = n % 2 == 1 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
        return new Timing(name, median, sorted[0], rank(sorted, 25), rank(sorted, 75), rank(sorted, 90), first);
    }

    /** Nearest rank. */
    private static double rank(double[] sorted, int percent) { return sorted[Math.ceilDiv(percent * sorted.length, 100) - 1]; }
}
