package dev.lacewing.train.autograd;

/** The loss of {@link Targets} and its gradient, in closed form and double precision. */
public final class Loss {
    private Loss() {}

    /**
     * @param gradient of the value by the logits, [n, classes]
     * @param value mean over the batch
     */
    public record Result(double value, float[] gradient) {}

    /** @param logits [n, classes] */
    public static Result of(Targets targets, float[] logits) {
        int n = targets.n(), classes = targets.classes();
        float[] gradient = new float[logits.length];
        float[] teacher = targets.teacher();
        double weight = teacher == null ? 0 : targets.weight(), t = targets.temperature(), sum = 0;
        double[] log = new double[classes], soft = new double[classes], taught = new double[classes];
        for (int i = 0, row = 0; i < n; i++, row += classes) {
            logSoftmax(logits, row, 1, log);
            double mass = 0, entropy = 0;
            for (int c = 0; c < classes; c++) {
                mass += targets.probabilities()[row + c];
                entropy -= targets.probabilities()[row + c] * log[c];
            }
            sum += (1 - weight) * entropy;
            for (int c = 0; c < classes; c++) gradient[row + c] = (float) ((1 - weight) * (mass * Math.exp(log[c]) - targets.probabilities()[row + c]) / n);
            if (teacher == null || weight == 0) continue;
            logSoftmax(logits, row, t, soft);
            logSoftmax(teacher, row, t, taught);
            double divergence = 0;
            for (int c = 0; c < classes; c++) divergence += Math.exp(taught[c]) * (taught[c] - soft[c]);
            sum += weight * t * t * divergence;
            for (int c = 0; c < classes; c++) gradient[row + c] += (float) (weight * t * (Math.exp(soft[c]) - Math.exp(taught[c])) / n);
        }
        return new Result(sum / n, gradient);
    }

    private static void logSoftmax(float[] logits, int row, double temperature, double[] into) {
        double max = Double.NEGATIVE_INFINITY, sum = 0;
        for (int c = 0; c < into.length; c++) max = Math.max(max, logits[row + c] / temperature);
        for (int c = 0; c < into.length; c++) sum += Math.exp(logits[row + c] / temperature - max);
        double total = max + Math.log(sum);
        for (int c = 0; c < into.length; c++) into[c] = logits[row + c] / temperature - total;
    }
}
