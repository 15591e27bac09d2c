package dev.lacewing.train.method;

import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.train.parameter.Parameter;

/**
 * Moments of what goes into a matrix [out, in] and what comes out, as exponential averages over batches; kept in the notes of its parameter. E[xy] for each weight, E[x] and
 * E[x^2] for each end, and the sum of the averages' weights, which divides them all.
 */
record Correlations(Parameter parameter) {
    /** Below this share of E[x^2] a variance is rounding. */
    private static final double ROUNDING = 1e-6;

    /**
     * @param before [rows, in]
     * @param after [rows, out]
     * @param memory share of the former moments that stays
     */
    void add(float[] before, float[] after, double memory) {
        int out = parameter.shape().dim(0), in = parameter.shape().dim(1), rows = before.length / in;
        if (rows * in != before.length || rows * out != after.length)
            throw new Invalid("activations of " + parameter.name() + " must be [rows, " + in + "] and [rows, " + out + "], got " + before.length + " and " + after.length + " values");
        float[] product = product(), weight = weight();
        float keep = (float) memory, share = (1 - keep) / rows;
        for (int i = 0; i < product.length; i++) product[i] *= keep;
        for (int o = 0; o < out; o++)
            for (int r = 0; r < rows; r++) {
                float y = after[r * out + o] * share;
                if (y != 0) accumulate(product, o * in, y, before, r * in, in);
            }
        average(before, in, rows, keep, share, ends("before", in));
        average(after, out, rows, keep, share, ends("after", out));
        weight[0] = keep * weight[0] + 1 - keep;
    }

    private static void accumulate(float[] to, int at, float factor, float[] from, int start, int count) {
        for (int i = 0; i < count; i++) to[at + i] += factor * from[start + i];
    }

    /** Sums of a batch in double: the variance is a small difference of large numbers. */
    private static void average(float[] values, int width, int rows, float keep, float share, float[] moments) {
        double[] sums = new double[moments.length];
        for (int r = 0; r < rows; r++)
            for (int i = 0; i < width; i++) {
                double x = values[r * width + i];
                sums[i] += x;
                sums[width + i] += x * x;
            }
        for (int i = 0; i < moments.length; i++) moments[i] = (float) (keep * moments[i] + share * sums[i]);
    }

    /** |corr(x, y)| for each weight; 0 where an end never changes, as that of a dead unit. */
    double[] magnitudes() {
        int out = parameter.shape().dim(0), in = parameter.shape().dim(1);
        float[] product = product(), before = ends("before", in), after = ends("after", out);
        double sum = weight()[0];
        double[] magnitudes = new double[product.length];
        if (sum == 0) return magnitudes;
        double[] x = deviations(before, sum), y = deviations(after, sum);
        for (int o = 0; o < out; o++)
            for (int i = 0; i < in; i++)
                if (x[i] > 0 && y[o] > 0) magnitudes[o * in + i] = Math.abs(product[o * in + i] / sum - before[i] / sum * (after[o] / sum)) / (x[i] * y[o]);
        return magnitudes;
    }

    private static double[] deviations(float[] moments, double sum) {
        double[] deviations = new double[moments.length / 2];
        for (int i = 0; i < deviations.length; i++) {
            double mean = moments[i] / sum, square = moments[deviations.length + i] / sum, variance = square - mean * mean;
            deviations[i] = variance > ROUNDING * square ? Math.sqrt(variance) : 0;
        }
        return deviations;
    }

    private float[] product() { return parameter.note("hebbian/product", parameter.size()); }

    /** E[x], then E[x^2]. */
    private float[] ends(String which, int width) { return parameter.note("hebbian/" + which, 2 * width); }

    private float[] weight() { return parameter.note("hebbian/weight", 1); }
}
