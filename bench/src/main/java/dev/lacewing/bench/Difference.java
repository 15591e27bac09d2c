package dev.lacewing.bench;

import dev.lacewing.error.LacewingException.Invalid;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * One output side by side with a reference. NaN on either side, or infinities that differ, count as an infinite difference.
 *
 * @param maxAbsOutput largest magnitude on the reference's side
 */
public record Difference(double maxAbsDiff, double maxAbsOutput) {
    /** What two correct engines may differ by, as a share of the output's largest value. */
    public static final double TOLERANCE = 1e-4;

    /**
     * Outputs that are smaller than this are measured by it: sigmoid and softmax are computed to the precision of floats near 1, which leaves of a score near 0 only a
     * few digits.
     */
    private static final double SMALL = 1e-3;

    /** Of several outputs the one that differs most by its own measure: {@link #worst} of {@link #each}. */
    public static Difference between(float[][] ours, float[][] reference) { return worst(each(ours, reference)); }

    /** Each output by itself: small values beside large ones in another output are judged as strictly. */
    public static List<Difference> each(float[][] ours, float[][] reference) {
        if (ours.length != reference.length) throw new Invalid("expected " + reference.length + " outputs, got " + ours.length);
        List<Difference> each = new ArrayList<>();
        for (int o = 0; o < ours.length; o++) {
            if (ours[o].length != reference[o].length) throw new Invalid("output " + o + " has " + ours[o].length + " values, the reference " + reference[o].length);
            each.add(of(ours[o], reference[o]));
        }
        return each;
    }

    private static Difference of(float[] a, float[] b) {
        double diff = 0, output = 0;
        for (int i = 0; i < a.length; i++) {
            double d = a[i] == b[i] ? 0 : Math.abs((double) a[i] - b[i]);
            diff = Math.max(diff, Double.isNaN(d) ? Double.POSITIVE_INFINITY : d);
            if (Float.isFinite(b[i])) output = Math.max(output, Math.abs(b[i]));
        }
        return new Difference(diff, output);
    }

    /**
     * The one with the largest share; of equals the one with the largest values.
     *
     * @throws Invalid if there is none
     */
    public static Difference worst(List<Difference> differences) {
        return differences.stream().max(Comparator.comparingDouble(Difference::share).thenComparingDouble(Difference::maxAbsOutput)).orElseThrow(() -> new Invalid("there is no output to compare"));
    }

    /** The difference as a share of the largest value, or of 0.001 if that is larger. */
    public double share() { return maxAbsDiff / Math.max(SMALL, maxAbsOutput); }

    public boolean ok() { return share() <= TOLERANCE; }
}
