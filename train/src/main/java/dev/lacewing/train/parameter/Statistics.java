package dev.lacewing.train.parameter;

/**
 * Running mean and variance of one normalisation, updated in training by momentum. Arrays are written in place.
 *
 * @param name of the node
 * @param mean [channels]
 * @param variance [channels], unbiased
 */
public record Statistics(String name, float[] mean, float[] variance) {}
