package dev.lacewing.image;

import dev.lacewing.error.LacewingException.Invalid;

/**
 * Bilinear resizing as the imaging libraries of the training world do it: pixel centres at half coordinates; when shrinking, the triangle filter is
 * widened by the factor so that every input pixel counts (antialiasing). Columns first, then rows, each pass rounded to 8 bits; weights are fixed
 * point with 22 fraction bits, so the result is the same on every machine.
 */
public final class Resampling {
    private static final int FRACTION_BITS = 22;

    private Resampling() {}

    /** @throws Invalid if the result, or the one between the passes, would have more than {@link Pictures#MAX_PIXELS} pixels */
    public static Picture bilinear(Picture from, int width, int height) {
        if ((long) width * Math.max(height, from.height()) > Pictures.MAX_PIXELS)
            throw new Invalid("resizing " + from.width() + "x" + from.height() + " to " + width + "x" + height + " takes more than " + Pictures.MAX_PIXELS + " pixels: choose a smaller size");
        return rows(columns(from, width), height);
    }

    /** For one output position: the input positions from {@code start} on, with their weights, whose sum is one. */
    private record Taps(int start, int[] weights) {}

    private static Taps[] taps(int in, int out) {
        double scale = (double) in / out, support = Math.max(1, scale);
        Taps[] taps = new Taps[out];
        for (int i = 0; i < out; i++) {
            double centre = (i + 0.5) * scale;
            int start = Math.max(0, (int) (centre - support + 0.5)), end = Math.min(in, (int) (centre + support + 0.5));
            double[] weights = new double[end - start];
            double sum = 0;
            for (int k = 0; k < weights.length; k++) {
                weights[k] = Math.max(0, 1 - Math.abs((start + k + 0.5 - centre) / support));
                sum += weights[k];
            }
            int[] fixed = new int[weights.length];
            for (int k = 0; k < fixed.length; k++) fixed[k] = (int) (weights[k] / sum * (1 << FRACTION_BITS) + 0.5);
            taps[i] = new Taps(start, fixed);
        }
        return taps;
    }

    private static Picture columns(Picture from, int width) {
        if (width == from.width()) return from;
        Taps[] taps = taps(from.width(), width);
        byte[] to = new byte[3 * width * from.height()];
        for (int y = 0, at = 0; y < from.height(); y++)
            for (Taps tap : taps)
                for (int c = 0; c < 3; c++) to[at++] = sum(from.rgb(), 3 * (y * from.width() + tap.start) + c, 3, tap.weights);
        return new Picture(width, from.height(), to);
    }

    private static Picture rows(Picture from, int height) {
        if (height == from.height()) return from;
        int pitch = 3 * from.width(), at = 0;
        byte[] to = new byte[pitch * height];
        for (Taps tap : taps(from.height(), height))
            for (int x = 0; x < pitch; x++) to[at++] = sum(from.rgb(), tap.start * pitch + x, pitch, tap.weights);
        return new Picture(from.width(), height, to);
    }

    private static byte sum(byte[] samples, int at, int step, int[] weights) {
        long sum = 1L << (FRACTION_BITS - 1);
        for (int weight : weights) {
            sum += (long) weight * (samples[at] & 0xff);
            at += step;
        }
        return (byte) Math.min(255, sum >> FRACTION_BITS);
    }
}
