package dev.lacewing.cli.image;

import dev.lacewing.cli.image.Preprocessing.Order;
import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.error.LacewingException.Unsupported;
import dev.lacewing.image.Picture;
import dev.lacewing.image.Resampling;
import dev.lacewing.tensor.Shape;
import java.util.List;
import java.util.Objects;

/** Preprocessing with nothing left open, for one input shape. */
public final class Preprocessor {
    /** What holds where nothing is said: the whole picture at the network's size, RGB, 0 to 1. The size comes from the network. */
    public static final Preprocessing DEFAULTS = new Preprocessing(null, null, Order.RGB, List.of(0f), List.of(255f));

    private final Preprocessing steps;
    private final int channels, height, width;

    /**
     * @param steps missing ones are taken from {@link #DEFAULTS}
     * @param input [n, c, h, w] with one channel (luminance) or three
     * @throws Unsupported if the network does not take pictures
     * @throws Invalid if the steps do not give the network's size
     */
    public Preprocessor(Preprocessing steps, Shape input) {
        if (input.rank() != 4 || input.dim(1) != 3 && input.dim(1) != 1)
            throw new Unsupported("the network's input is " + input + ": pictures fit only [n, 3, height, width] or [n, 1, height, width]");
        this.steps = steps.orElse(DEFAULTS);
        channels = input.dim(1);
        height = input.dim(2);
        width = input.dim(3);
        Integer crop = steps.crop();
        if (crop != null && (crop != height || crop != width))
            throw new Invalid("--crop " + crop + " does not give the network's input of " + width + "x" + height + ": leave it out, or crop to that size");
        Resize resize = steps.resize();
        if (resize != null && (resize.height() == 0 ? resize.width() < Math.min(width, height) : resize.width() < width || resize.height() < height))
            throw new Invalid("--resize " + resize + " leaves too little for the network's input of " + width + "x" + height + ": give a larger size");
        check("mean", mean());
        check("std", std());
        if (std().stream().anyMatch(s -> s <= 0)) throw new Invalid("--std must be above 0, got " + std());
    }

    private void check(String what, List<Float> values) {
        if (values.size() != 1 && values.size() != channels)
            throw new Invalid("--" + what + " has " + values.size() + " values, the network has " + channels + " channel" + (channels == 1 ? "" : "s"));
    }

    private List<Float> mean() { return Objects.requireNonNull(steps.mean()); }

    private List<Float> std() { return Objects.requireNonNull(steps.std()); }

    public int size() { return channels * height * width; }

    /** Writes one picture as channels, rows, columns from {@code at} on. Safe to call from several threads. */
    public void apply(Picture picture, float[] target, int at) {
        Resize resize = steps.resize();
        Picture sized = resize != null ? resize.apply(picture) : steps.crop() != null ? picture : Resampling.bilinear(picture, width, height);
        Picture cut = sized.cropCentre(width, height);
        boolean reverse = steps.order() == Order.BGR;
        for (int c = 0; c < channels; c++) {
            float mean = value(mean(), c), std = value(std(), c);
            int source = reverse ? 2 - c : c;
            for (int y = 0; y < height; y++)
                for (int x = 0; x < width; x++) target[at++] = ((channels == 1 ? cut.luminance(x, y) : cut.sample(x, y, source)) - mean) / std;
        }
    }

    private static float value(List<Float> values, int channel) { return values.get(values.size() == 1 ? 0 : channel); }

    public String describe() { return (steps.resize() == null && steps.crop() == null ? "resize " + width + "x" + height + ", " : "") + steps.describe(); }
}
