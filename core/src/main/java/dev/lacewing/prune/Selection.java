package dev.lacewing.prune;

import java.util.Arrays;

/** The smallest of many in linear time on average, by quickselect (Hoare 1961). Of equals, those that stand first are chosen. NaN counts as the largest. */
public final class Selection {
    private final double[] keys;
    private final int[] sizes;

    private Selection(double[] keys, int[] sizes) {
        this.keys = keys;
        this.sizes = sizes;
    }

    /**
     * Sets {@code chosen} at {@code count} of {@code members}: those of least score.
     *
     * @param members indices into {@code scores} and {@code chosen}
     * @param count at most as many as there are members
     */
    public static void smallest(double[] scores, int[] members, int count, boolean[] chosen) {
        int[] ones = new int[members.length];
        Arrays.fill(ones, 1);
        within(scores, members, ones, count, chosen);
    }

    /**
     * Sets {@code chosen} at those of {@code members} of least score whose sizes add up to at most {@code budget}: in ascending order up to the first score at which the
     * budget is exceeded; of the members of that score, all that still fit.
     *
     * @param sizes of each member, in the order of {@code members}, positive
     */
    public static void within(double[] scores, int[] members, int[] sizes, long budget, boolean[] chosen) {
        double threshold = new Selection(Arrays.stream(members).mapToDouble(m -> scores[m]).toArray(), sizes.clone()).threshold(budget);
        long left = budget;
        for (int i = 0; i < members.length; i++)
            if (Double.compare(scores[members[i]], threshold) < 0) {
                chosen[members[i]] = true;
                left -= sizes[i];
            }
        for (int i = 0; i < members.length; i++)
            if (Double.compare(scores[members[i]], threshold) == 0 && sizes[i] <= left) {
                chosen[members[i]] = true;
                left -= sizes[i];
            }
    }

    /** The key at which the sizes of all smaller and equal keys first exceed the budget; NaN, the largest, if they never do. */
    private double threshold(long budget) {
        int low = 0, high = keys.length;
        while (low < high) {
            double pivot = median(keys[low], keys[low + high >>> 1], keys[high - 1]);
            int less = low, more = high;
            long smaller = 0, equal = 0;
            for (int i = low; i < more;) {
                int order = Double.compare(keys[i], pivot);
                if (order < 0) {
                    smaller += sizes[i];
                    swap(i++, less++);
                } else if (order > 0) swap(i, --more);
                else equal += sizes[i++];
            }
            if (smaller > budget) high = less;
            else if (smaller + equal > budget) return pivot;
            else {
                budget -= smaller + equal;
                low = more;
            }
        }
        return Double.NaN;
    }

    private void swap(int i, int j) {
        double key = keys[i];
        keys[i] = keys[j];
        keys[j] = key;
        int size = sizes[i];
        sizes[i] = sizes[j];
        sizes[j] = size;
    }

    private static double median(double a, double b, double c) {
        if (Double.compare(a, b) > 0) return median(b, a, c);
        if (Double.compare(b, c) <= 0) return b;
        return Double.compare(a, c) > 0 ? a : c;
    }
}
