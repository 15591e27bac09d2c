package dev.lacewing.suite;

import dev.lacewing.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * When two fp32 computations of the same thing agree. A sum of k products, each of fp32 precision, errs by about sqrt(k) * 6e-8 of its terms' size
 * whatever the order of summation; with k up to 2000 here and a few layers one after another that stays below 1e-5 of the largest output. One op may
 * therefore differ by 2e-5 of the largest magnitude in its output, a network by 1e-4. Outputs below 1e-3 are measured against 1e-3.
 */
final class Closeness {
    static final double OP = 2e-5, NETWORK = 1e-4;

    private Closeness() {}

    static double of(Problem problem) { return problem.family().isNetwork() ? NETWORK : OP; }

    /** Empty if all outputs agree, otherwise a sentence on the worst element of the first that does not. */
    static Optional<String> difference(List<String> names, List<Tensor> expected, float[][] got, double tolerance) {
        for (int i = 0; i < expected.size(); i++) {
            Tensor want = expected.get(i);
            if (got[i].length != want.size()) return Optional.of(names.get(i) + " has " + got[i].length + " values, expected " + want.shape());
            int worst = 0;
            double largest = 0;
            for (int k = 0; k < want.size(); k++) {
                largest = Math.max(largest, Math.abs(want.values()[k]));
                if (!(distance(want, got[i], k) <= distance(want, got[i], worst))) worst = k;
            }
            double allowed = tolerance * Math.max(1e-3, largest);
            if (!(distance(want, got[i], worst) <= allowed))
                return Optional.of(String.format(Locale.ROOT, "%s%s of %s is %s, expected %s: off by %.3g, allowed are %.3g", names.get(i),
                        Arrays.toString(Exact.index(want.shape(), worst)), want.shape(), got[i][worst], want.values()[worst], distance(want, got[i], worst), allowed));
        }
        return Optional.empty();
    }

    /** NaN where one of the two is. */
    private static double distance(Tensor want, float[] got, int k) { return want.values()[k] == got[k] ? 0 : Math.abs((double) want.values()[k] - got[k]); }
}
