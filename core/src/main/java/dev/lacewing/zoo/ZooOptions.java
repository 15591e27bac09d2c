package dev.lacewing.zoo;

import dev.lacewing.error.LacewingException.Invalid;

/**
 * What can be chosen about a network of the zoo.
 *
 * @param width factor on the number of channels, above 0 to 8
 * @param resolution height and width of the input in pixels, 1 to 4096
 * @param classes number of outputs, 1 to a million
 * @param seed of the weights: the same seed gives the same weights everywhere
 * @param channels of the input: 3, or 1 for grey
 * @param batchNorm the form to train: batch normalisation stands by itself behind every convolution, and the initial weights are those of the literature
 */
public record ZooOptions(double width, int resolution, int classes, long seed, int channels, boolean batchNorm) {
    public ZooOptions {
        if (!(width > 0 && width <= 8)) throw new Invalid("width must be above 0 and at most 8, got " + width);
        if (resolution < 1 || resolution > 4096) throw new Invalid("resolution must be 1 to 4096, got " + resolution);
        if (classes < 1 || classes > 1_000_000) throw new Invalid("classes must be 1 to 1000000, got " + classes);
        if (channels != 1 && channels != 3) throw new Invalid("the input must have 1 or 3 channels, got " + channels);
    }

    /** Of 3 channels, in the form to run. */
    public ZooOptions(double width, int resolution, int classes, long seed) { this(width, resolution, classes, seed, 3, false); }

    public ZooOptions withWidth(double width) { return new ZooOptions(width, resolution, classes, seed, channels, batchNorm); }

    public ZooOptions withResolution(int resolution) { return new ZooOptions(width, resolution, classes, seed, channels, batchNorm); }

    public ZooOptions withClasses(int classes) { return new ZooOptions(width, resolution, classes, seed, channels, batchNorm); }

    public ZooOptions withSeed(long seed) { return new ZooOptions(width, resolution, classes, seed, channels, batchNorm); }

    public ZooOptions withChannels(int channels) { return new ZooOptions(width, resolution, classes, seed, channels, batchNorm); }

    public ZooOptions withBatchNorm(boolean batchNorm) { return new ZooOptions(width, resolution, classes, seed, channels, batchNorm); }
}
