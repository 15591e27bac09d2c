package dev.lacewing.train.method;

import dev.lacewing.error.LacewingException.Invalid;
import java.util.Map;

/**
 * One step of a run.
 *
 * @param number from 0 over the whole run
 * @param batch number of images
 * @param activations of what the method watches, each [batch, ...] row-major; empty before the backward pass
 */
public record Step(long number, int epoch, int batch, Map<String, float[]> activations) {
    public float[] activation(String value) {
        float[] found = activations.get(value);
        if (found == null) throw new Invalid("the activation " + value + " is not watched");
        return found;
    }
}
