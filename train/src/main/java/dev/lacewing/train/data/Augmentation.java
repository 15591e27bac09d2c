package dev.lacewing.train.data;

import dev.lacewing.error.LacewingException.Invalid;

/**
 * What happens to a training image at random, in this order. The random numbers follow from seed, epoch and the image's index alone: two runs of one seed see the same
 * images whatever else differs between them, and so does a resumed one.
 *
 * @param crop the image is shifted by up to this many pixels up or down and left or right, black coming in: a random crop of the padded image
 * @param flip left and right are exchanged in half of the cases
 * @param cutout side of a square that is set to 0 after normalisation, which is the average colour; its middle falls on any pixel, so that a part may lie outside
 *        (DeVries and Taylor 2017, arXiv 1708.04552); 0 for none
 */
public record Augmentation(int crop, boolean flip, int cutout) {
    public static final Augmentation NONE = new Augmentation(0, false, 0);

    /** Pixels of crop and of cutout at most. */
    private static final int LARGEST = 4096;

    public Augmentation {
        if (crop < 0 || crop > LARGEST) throw new Invalid("crop must be 0 to " + LARGEST + " pixels, got " + crop);
        if (cutout < 0 || cutout > LARGEST) throw new Invalid("cutout must be 0 to " + LARGEST + " pixels, got " + cutout);
    }
}
