package dev.lacewing.bench;

import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.tune.Quantiles;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;

/**
 * Times several runnables side by side, in {@link Turns}, so that a change of the machine's clock or load meets all of them. Each second round goes through
 * them in reverse order, unless turns are of one run, each of which shall follow one of another runnable. The ratio of two medians of one measurement is the number to trust; the milliseconds are those of this machine at this minute.
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
        static Timing of(String name, double[] ms, double firstMs) {
            Quantiles q = Quantiles.of(ms);
            return new Timing(name, q.median(), q.min(), q.percentile(25), q.percentile(75), q.percentile(90), firstMs);
        }

        /** How many times faster this one is than {@code other}: the ratio of medians. */
        public double fasterThan(Timing other) { return other.medianMs / medianMs; }
    }

    /** As {@link #measure(Map, Turns, int, int, IntConsumer)} without progress. */
    public static List<Timing> measure(Map<String, Runnable> subjects, Turns turns, int warmup, int runs) { return measure(subjects, turns, warmup, runs, done -> {}); }

    /**
     * Calls every subject once (its {@code firstMs}), then each {@code warmup} times, then times {@code runs} calls of each. The last turn of each may be
     * shorter than the others.
     *
     * @param subjects in the order of the map
     * @param progress called after each round with the number of calls of each subject done, of {@code 1 + warmup + runs}; its time is not measured
     */
    public static List<Timing> measure(Map<String, Runnable> subjects, Turns turns, int warmup, int runs, IntConsumer progress) {
        if (warmup < 0 || runs < 1) throw new Invalid("expected warmup >= 0 and runs >= 1, got " + warmup + " and " + runs);
        List<Runnable> order = List.copyOf(subjects.values());
        double[][] ms = new double[order.size()][runs];
        double[] first = new double[order.size()];
        for (int i = 0; i < first.length; i++) first[i] = time(order.get(i));
        progress.accept(1);
        for (Runnable subject : order) for (int i = 0; i < warmup; i++) subject.run();
        progress.accept(1 + warmup);
        boolean reverse = false;
        for (int done = 0; done < runs; reverse = !reverse && !turns.single()) {
            int end = Math.min(runs, done + turns.runs());
            for (int i = 0; i < first.length; i++) {
                int subject = reverse ? first.length - 1 - i : i;
                turn(order.get(subject), turns.untimedMs(), ms[subject], done, end);
            }
            done = end;
            progress.accept(1 + warmup + done);
        }
        List<Timing> timings = new ArrayList<>();
        for (String name : subjects.keySet()) timings.add(Timing.of(name, ms[timings.size()], first[timings.size()]));
        return List.copyOf(timings);
    }

    private static void turn(Runnable subject, int untimedMs, double[] ms, int from, int to) {
        for (long end = System.nanoTime() + untimedMs * 1_000_000L; System.nanoTime() < end; ) subject.run();
        for (int i = from; i < to; i++) ms[i] = time(subject);
    }

    private static double time(Runnable subject) {
        long start = System.nanoTime();
        subject.run();
        return (System.nanoTime() - start) / 1e6;
    }
}
