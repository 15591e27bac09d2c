package dev.lacewing.train.data;

import dev.lacewing.error.LacewingException.Invalid;
import java.util.ArrayList;
import java.util.List;

/**
 * From a pixel p, 0 to 255, to the number that a network sees: (p / 255 - mean) / deviation of its channel.
 *
 * @param mean of each channel, of pixels divided by 255
 * @param deviation of each channel, above 0
 */
public record Normalisation(List<Double> mean, List<Double> deviation) {
    public Normalisation {
        mean = List.copyOf(mean);
        deviation = List.copyOf(deviation);
        if (mean.isEmpty() || mean.size() != deviation.size()) throw new Invalid("each channel needs a mean and a deviation, got " + mean.size() + " and " + deviation.size());
        for (double m : mean) if (!Double.isFinite(m)) throw new Invalid("a mean must be a finite number, got " + m);
        for (double d : deviation) if (!(d > 0 && d < Double.POSITIVE_INFINITY)) throw new Invalid("a deviation must be above 0, got " + d);
    }

    /** Measured: afterwards each channel of these images has mean 0 and variance 1. A channel of one colour keeps its scale. */
    public static Normalisation of(Images images) {
        if (images.count() == 0) throw new Invalid("there are no images to measure mean and deviation of");
        int plane = images.height() * images.width();
        List<Double> mean = new ArrayList<>(), deviation = new ArrayList<>();
        for (int c = 0; c < images.channels(); c++) {
            long sum = 0, squares = 0, n = (long) images.count() * plane;
            for (int i = 0; i < images.count(); i++)
                for (int at = i * images.size() + c * plane, end = at + plane; at < end; at++) {
                    int p = images.pixels()[at] & 0xff;
                    sum += p;
                    squares += (long) p * p;
                }
            double average = (double) sum / n, variance = (double) squares / n - average * average;
            mean.add(average / 255);
            deviation.add(variance > 0 ? Math.sqrt(variance) / 255 : 1);
        }
        return new Normalisation(mean, deviation);
    }

    public int channels() { return mean.size(); }

    /** The number for each of the 256 pixels. */
    float[] table(int channel) {
        float[] table = new float[256];
        for (int p = 0; p < 256; p++) table[p] = (float) ((p / 255.0 - mean.get(channel)) / deviation.get(channel));
        return table;
    }
}
