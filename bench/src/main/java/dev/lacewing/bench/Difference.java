package dev.lacewing.bench;

import dev.lacewing.error.LacewingException.Invalid;

/**
 * Two sets of outputs side by side. NaN on either side, or infinities that differ, count as an infinite difference.
 *
 * @param maxAbsOutput largest magnitude on the reference's side
 */
public record Difference(double maxAbsDiff, double maxAbsOutput) {
    /** What two correct engines may differ by, as a share of the largest output. */
    public static final double TOLERANCE = 1e-4;

    public static Difference between(float[][] ours, float[][] reference) {
        if (ours.length != reference.length) throw new Invalid("expected " + reference.length + " outputs, got " + ours.length);
        double diff = 0, output = 0;
        for (int o = 0; o < ours.length; o++) {
            float[] a = ours[o], b = reference[o];
            if (a.length != b.length) throw new Invalid("output " + o + " has " + a.length + " values, the reference " + b.length);
            for (int i = 0; i < a.length; i++) {
                boolean same = a[i] == b[i];
                double d = same ? 0 : Math.abs((double) a[i] - b[i]);
                diff = Math.max(diff, Double.isNaN(d) ? Double.POSITIVE_INFINITY : d);
                if (Float.isFinite(b[i])) output = Math.max(output, Math.abs(b[i]));
            }
        }
        return new Difference(diff, output);
    }

    public boolean ok() { return maxAbsDiff <= TOLERANCE * maxAbsOutput; }

    public Difference max(Difference other) { return new Difference(Math.max(maxAbsDiff, other.maxAbsDiff), Math.max(maxAbsOutput, other.maxAbsOutput)); }
}
