package dev.lacewing.tune;

import dev.lacewing.error.LacewingException.Invalid;
import java.util.Arrays;

/** Order statistics of measurements. */
public final class Quantiles {
    private final double[] sorted;

    private Quantiles(double[] sorted) { this.sorted = sorted; }

    /**
     * @param values in any order; they stay as they are
     * @throws Invalid if there are none
     */
    public static Quantiles of(double... values) {
        if (values.length == 0) throw new Invalid("quantiles need at least one value");
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return new Quantiles(sorted);
    }

    /** The middle value; of an even number the mean of the two in the middle. */
    public double median() { return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2; }

    /** The smallest value that at least {@code percent} of 100 values do not exceed (nearest rank); 0 gives the smallest of all. */
    public double percentile(int percent) {
        if (percent < 0 || percent > 100) throw new Invalid("a percentile lies between 0 and 100, got " + percent);
        return sorted[Math.max(1, Math.ceilDiv(percent * sorted.length, 100)) - 1];
    }

    public double min() { return sorted[0]; }

    public double max() { return sorted[sorted.length - 1]; }
}
