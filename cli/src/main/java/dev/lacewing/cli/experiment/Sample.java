package dev.lacewing.cli.experiment;

import dev.lacewing.error.LacewingException.Invalid;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Numbers of which a mean is told.
 *
 * @param mean NaN of none
 * @param error standard error of the mean, s / sqrt(n) with s^2 = sum (x - mean)^2 / (n - 1); NaN of fewer than two
 */
public record Sample(int count, double mean, double error) {
    public static Sample of(List<Double> values) {
        int n = values.size();
        double sum = 0, squares = 0;
        for (double v : values) sum += v;
        double mean = sum / n;
        for (double v : values) squares += (v - mean) * (v - mean);
        return new Sample(n, mean, n < 2 ? Double.NaN : Math.sqrt(squares / (n - 1) / n));
    }

    /** The differences of those pairs of which both are there, each by its key: the seed. */
    public static Sample paired(Map<Long, Double> values, Map<Long, Double> minus) {
        List<Double> differences = new ArrayList<>();
        values.forEach((key, value) -> {
            Double other = minus.get(key);
            if (other != null) differences.add(value - other);
        });
        return of(differences);
    }

    /** The mean of the last {@code count} values. */
    static double last(List<Double> values, int count) {
        if (values.isEmpty()) throw new Invalid("a run without epochs");
        return of(values.subList(Math.max(0, values.size() - count), values.size())).mean;
    }
}
