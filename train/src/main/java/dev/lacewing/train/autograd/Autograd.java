package dev.lacewing.train.autograd;

import java.util.Set;

/**
 * A graph that can be run forward and backward over batches of any size. Reads the parameters it was made with anew at each call, through {@code Parameter.read()};
 * holds native memory until closed. Not safe for use by several threads.
 */
public interface Autograd extends AutoCloseable {
    /**
     * Forward in training mode (normalisation by the batch's own mean and variance), loss, backward. Writes the gradient of every parameter and moves the running
     * statistics.
     *
     * @param images [n, channels, height, width] row-major, n the number of targets
     * @param watched names of activations to return
     */
    Pass gradients(float[] images, Targets targets, Set<String> watched);

    /**
     * In inference mode (normalisation by running statistics).
     *
     * @return [n, classes]
     */
    float[] logits(float[] images, int n);

    /**
     * Forward in training mode for the running statistics alone: running = (1 - momentum) * running + momentum * batch. With momentum 1, 1/2, 1/3, ... over some batches
     * they become the mean over those batches.
     */
    void estimate(float[] images, int n, double momentum);

    @Override
    void close();
}
