package dev.lacewing.train.autograd;

import java.util.Map;

/**
 * What a forward and backward pass found.
 *
 * @param loss mean over the batch
 * @param logits [n, classes]
 * @param activations what was watched: [n, ...] row-major, by name
 */
public record Pass(double loss, float[] logits, Map<String, float[]> activations) {}
