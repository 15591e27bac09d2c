package dev.lacewing.train.autograd;

import dev.lacewing.error.LacewingException.Invalid;
import org.jspecify.annotations.Nullable;

/**
 * What the logits of a batch should say. The loss is (1 - w) * CE(probabilities, softmax(logits)) + w * T^2 * KL(softmax(teacher / T), softmax(logits / T)), a mean over
 * the batch; without a teacher its first term alone (distillation: Hinton et al. 2015, arXiv 1503.02531).
 *
 * @param probabilities [n, classes], each row a distribution: one 1 among zeros, or smoothed
 * @param teacher logits [n, classes] of a teacher, or null
 * @param weight w, 0 to 1
 * @param temperature T, above 0
 */
public record Targets(int n, int classes, float[] probabilities, float @Nullable [] teacher, double weight, double temperature) {
    public Targets {
        if (probabilities.length != n * classes) throw new Invalid("targets of " + n + " images and " + classes + " classes need " + n * classes + " values, got " + probabilities.length);
        if (teacher != null && teacher.length != n * classes) throw new Invalid("a teacher's logits must be " + n + " x " + classes + ", got " + teacher.length + " values");
        if (!(weight >= 0 && weight <= 1)) throw new Invalid("the weight of the teacher must be 0 to 1, got " + weight);
        if (!(temperature > 0)) throw new Invalid("the temperature must be above 0, got " + temperature);
    }

    /**
     * Without a teacher.
     *
     * @param smoothing share of each distribution that is spread evenly over all classes (label smoothing, Szegedy et al. 2016, arXiv 1512.00567), 0 to 1
     */
    public static Targets of(int[] labels, int classes, double smoothing) {
        float[] rows = new float[labels.length * classes];
        for (int i = 0; i < labels.length; i++)
            for (int c = 0; c < classes; c++) rows[i * classes + c] = (float) (smoothing / classes + (labels[i] == c ? 1 - smoothing : 0));
        return new Targets(labels.length, classes, rows, null, 0, 1);
    }

    public Targets withTeacher(float[] logits, double weight, double temperature) { return new Targets(n, classes, probabilities, logits, weight, temperature); }
}
