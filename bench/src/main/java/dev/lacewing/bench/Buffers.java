package dev.lacewing.bench;

import dev.lacewing.tensor.Shape;
import java.util.List;
import java.util.Random;

/** Arrays for runs, one for each input or output. */
public final class Buffers {
    private Buffers() {}

    public static float[][] zeros(List<Shape> shapes) { return shapes.stream().map(s -> new float[s.size()]).toArray(float[][]::new); }

    /** Values that rise evenly from 0 to 1 over each array: a picture without noise. */
    public static float[][] ramps(List<Shape> shapes) {
        float[][] values = zeros(shapes);
        for (float[] array : values) for (int i = 0; i < array.length; i++) array[i] = (float) i / array.length;
        return values;
    }

    /** Standard normal values, the same for the same seed. */
    public static float[][] normal(List<Shape> shapes, long seed) {
        Random random = new Random(seed);
        float[][] values = zeros(shapes);
        for (float[] array : values) for (int i = 0; i < array.length; i++) array[i] = (float) random.nextGaussian();
        return values;
    }
}
