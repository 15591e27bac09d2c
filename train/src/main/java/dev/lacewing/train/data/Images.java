package dev.lacewing.train.data;

import dev.lacewing.error.LacewingException.Invalid;
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
}
