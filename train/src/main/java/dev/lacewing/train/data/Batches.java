package dev.lacewing.train.data;

import dev.lacewing.error.LacewingException.Invalid;
import java.util.Arrays;

/**
 * Images in batches, as a network takes them. For training: each epoch in another order, changed at random, the images that fill no whole batch left out (others in each
 * epoch). For evaluation: all, in their order, unchanged, the last batch maybe smaller. What a batch holds depends on seed, epoch and its number alone, never
 * on what was read before. Reading allocates nothing. Not safe for use by several threads.
 */
public final class Batches {
    private final Images images;
    private final Augmentation augmentation;
    private final int size, count;
    private final long seed;
    private final boolean shuffled;
    private final float[][] tables;
    private final int[] order;
    private int ordered = -1;

    private Batches(Images images, Normalisation normalisation, Augmentation augmentation, int size, long seed, boolean shuffled) {
        if (size < 1) throw new Invalid("a batch must hold at least one image, got " + size);
        if (normalisation.channels() != images.channels())
            throw new Invalid("images of " + images.channels() + " channels cannot be normalised by figures of " + normalisation.channels());
        if (shuffled && images.count() < size) throw new Invalid("a batch of " + size + " is larger than all " + images.count() + " training images: choose a smaller one");
        this.images = images;
        this.augmentation = augmentation;
        this.size = size;
        this.seed = seed;
        this.shuffled = shuffled;
        count = shuffled ? images.count() / size : Math.ceilDiv(images.count(), size);
        tables = new float[images.channels()][];
        Arrays.setAll(tables, normalisation::table);
        order = new int[images.count()];
        Arrays.setAll(order, i -> i);
    }

    public static Batches training(Images images, Normalisation normalisation, Augmentation augmentation, int size, long seed) {
        return new Batches(images, normalisation, augmentation, size, seed, true);
    }

    public static Batches evaluation(Images images, Normalisation normalisation, int size) {
        return new Batches(images, normalisation, Augmentation.NONE, size, 0, false);
    }

    /** In each epoch. */
    public int count() { return count; }

    /** Images in this batch. */
    public int size(int batch) { return Math.min(size, images.count() - batch * size); }

    /**
     * Writes the images of a batch and their labels to the front of the arrays.
     *
     * @param pixels room for [size, channels, height, width]
     * @return number of images
     */
    public int read(int epoch, int batch, float[] pixels, int[] labels) {
        if (batch < 0 || batch >= count) throw new Invalid("an epoch has the batches 0 to " + (count - 1) + ", not " + batch);
        int n = size(batch);
        if (pixels.length < n * images.size() || labels.length < n)
            throw new Invalid("a batch of " + n + " needs room for " + n * images.size() + " pixels and " + n + " labels, got " + pixels.length + " and " + labels.length);
        order(epoch);
        for (int i = 0; i < n; i++) {
            int image = order[batch * size + i];
            labels[i] = images.labels()[image];
            write(epoch, image, pixels, i * images.size());
        }
        return n;
    }

    private void order(int epoch) {
        if (!shuffled || ordered == epoch) return;
        ordered = epoch;
        Dice.shuffle(order, Dice.start(seed, epoch, -1));
    }

    private void write(int epoch, int image, float[] to, int at) {
        int height = images.height(), width = images.width(), crop = augmentation.crop();
        long dice = Dice.start(seed, epoch, image);
        int down = crop == 0 ? 0 : Dice.below(2 * crop + 1, dice, 0) - crop, right = crop == 0 ? 0 : Dice.below(2 * crop + 1, dice, 1) - crop;
        boolean flip = augmentation.flip() && Dice.below(2, dice, 2) == 1;
        for (int c = 0; c < images.channels(); c++)
            for (int y = 0; y < height; y++) row(image, c, y + down, right, flip, to, at + (c * height + y) * width);
        if (augmentation.cutout() > 0) cut(Dice.below(height, dice, 3), Dice.below(width, dice, 4), to, at);
    }

    /** Row {@code y} of a channel, from column {@code right} on or, flipped, back to it; black where there is none. */
    private void row(int image, int channel, int y, int right, boolean flip, float[] to, int at) {
        int width = images.width();
        float[] table = tables[channel];
        if (y < 0 || y >= images.height()) {
            Arrays.fill(to, at, at + width, table[0]);
            return;
        }
        byte[] pixels = images.pixels();
        int from = image * images.size() + (channel * images.height() + y) * width, first = Math.clamp(-right, 0, width), end = Math.clamp(width - right, first, width);
        if (flip) {
            Arrays.fill(to, at, at + width - end, table[0]);
            for (int x = first; x < end; x++) to[at + width - 1 - x] = table[pixels[from + right + x] & 0xff];
            Arrays.fill(to, at + width - first, at + width, table[0]);
        } else {
            Arrays.fill(to, at, at + first, table[0]);
            for (int x = first; x < end; x++) to[at + x] = table[pixels[from + right + x] & 0xff];
            Arrays.fill(to, at + end, at + width, table[0]);
        }
    }

    private void cut(int y, int x, float[] to, int at) {
        int side = augmentation.cutout(), height = images.height(), width = images.width();
        int top = Math.max(0, y - side / 2), bottom = Math.min(height, y - side / 2 + side), left = Math.max(0, x - side / 2), end = Math.min(width, x - side / 2 + side);
        for (int c = 0; c < images.channels(); c++)
            for (int row = top; row < bottom; row++) Arrays.fill(to, at + (c * height + row) * width + left, at + (c * height + row) * width + end, 0);
    }
}
