package dev.lacewing.cli;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** One score for each class. */
record Scores(float[] values) {
    private static final double SUM_TOLERANCE = 1e-3;

    /** Non-negative and summing to one: already probabilities. */
    boolean areProbabilities() {
        double sum = 0;
        for (float v : values) {
            if (!(v >= 0)) return false;
            sum += v;
        }
        return Math.abs(sum - 1) <= SUM_TOLERANCE;
    }

    Scores softmax() {
        double max = Double.NEGATIVE_INFINITY, sum = 0;
        for (float v : values) max = Math.max(max, v);
        double[] powers = new double[values.length];
        for (int i = 0; i < values.length; i++) sum += powers[i] = Math.exp(values[i] - max);
        float[] result = new float[values.length];
        for (int i = 0; i < result.length; i++) result[i] = (float) (powers[i] / sum);
        return new Scores(result);
    }

    /** Classes of the {@code k} largest scores, largest first; of equal ones the lower class first. */
    List<Integer> top(int k) {
        return IntStream.range(0, values.length).boxed().sorted(Comparator.comparing((Integer i) -> values[i]).reversed()).limit(k).toList();
    }

    /** 0 if {@code label} has the largest score; a class of equal score and lower number stands before it. */
    int rank(int label) {
        int rank = 0;
        for (int i = 0; i < values.length; i++) if (values[i] > values[label] || values[i] == values[label] && i < label) rank++;
        return rank;
    }

    boolean areFinite() {
        for (float v : values) if (!Float.isFinite(v)) return false;
        return true;
    }

    @Override
    public boolean equals(Object o) { return o instanceof Scores s && Arrays.equals(values, s.values); }

    @Override
    public int hashCode() { return Arrays.hashCode(values); }
}
