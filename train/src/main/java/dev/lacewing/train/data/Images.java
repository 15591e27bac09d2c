package dev.lacewing.train.data;

import dev.lacewing.error.LacewingException.Invalid;
import java.util.Arrays;
import java.util.List;

/**
 * Labelled images of one size in memory.
 *
 * @param pixels [count, channels, height, width] row-major, a byte each, unsigned
 * @param labels [count], each an index into {@code classes}
 * @param classes their names
 */
public record Images(int channels, int height, int width, byte[] pixels, int[] labels, List<String> classes) {
    public Images {
        classes = List.copyOf(classes);
        long expected = (long) labels.length * channels * height * width;
        if (pixels.length != expected)
            throw new Invalid(labels.length + " images of " + channels + "x" + height + "x" + width + " need " + expected + " pixels, got " + pixels.length);
        for (int label : labels)
            if (label < 0 || label >= classes.size()) throw new Invalid("a label must be 0 to " + (classes.size() - 1) + ", got " + label);
    }

    public int count() { return labels.length; }

    /** Values of one image. */
    public int size() { return channels * height * width; }

    /** Those at the given indices, in that order. */
    public Images select(int... indices) {
        byte[] chosen = new byte[Math.multiplyExact(indices.length, size())];
        int[] their = new int[indices.length];
        for (int i = 0; i < indices.length; i++) {
            System.arraycopy(pixels, indices[i] * size(), chosen, i * size(), size());
            their[i] = labels[indices[i]];
        }
        return new Images(channels, height, width, chosen, their, classes);
    }

    /** The first {@code most} images, or all if there are no more. */
    public Images first(int most) {
        int n = Math.min(most, count());
        return new Images(channels, height, width, Arrays.copyOf(pixels, n * size()), Arrays.copyOf(labels, n), classes);
    }

    /** Channels, height and width, for messages. */
    String describe() { return channels + "x" + height + "x" + width; }
}
