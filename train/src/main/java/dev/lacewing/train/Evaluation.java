package dev.lacewing.train;

import dev.lacewing.train.autograd.Autograd;
import dev.lacewing.train.autograd.Loss;
import dev.lacewing.train.autograd.Targets;
import dev.lacewing.train.data.Batches;
import dev.lacewing.train.data.DataSet;
import java.util.Arrays;

/**
 * A network on images that it was not trained with.
 *
 * @param loss cross-entropy, a mean over the images
 * @param accuracy share classified rightly, 0 to 1
 */
record Evaluation(double loss, double accuracy) {
    static final Evaluation NONE = new Evaluation(Double.NaN, Double.NaN);

    static Evaluation of(Autograd autograd, Batches batches, DataSet data) {
        float[] pixels = new float[batches.size(0) * data.test().size()];
        int[] labels = new int[batches.size(0)];
        double loss = 0;
        long correct = 0, images = 0;
        for (int b = 0; b < batches.count(); b++) {
            int n = batches.read(0, b, pixels, labels);
            float[] logits = autograd.logits(n == labels.length ? pixels : Arrays.copyOf(pixels, n * data.test().size()), n);
            loss += n * Loss.of(Targets.of(Arrays.copyOf(labels, n), data.classes(), 0), logits).value();
            correct += Trainer.correct(logits, labels, n, data.classes());
            images += n;
        }
        return new Evaluation(loss / (double) images, correct / (double) images);
    }
}
