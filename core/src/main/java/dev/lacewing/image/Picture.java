package dev.lacewing.image;

import dev.lacewing.error.LacewingException.Invalid;

/**
 * 8-bit RGB samples, interleaved, row by row from the top. The array is given away, as with {@link dev.lacewing.tensor.Tensor}.
 *
 * @param rgb of length 3 * width * height
 */
public record Picture(int width, int height, byte[] rgb) {
    public Picture {
        if (width < 1 || height < 1 || rgb.length != 3L * width * height)
            throw new Invalid("a picture of " + width + "x" + height + " needs " + 3L * width * height + " samples, got " + rgb.length);
    }

    /** The sample of channel 0 (red) to 2 (blue), 0 to 255. */
    public int sample(int x, int y, int channel) { return rgb[3 * (y * width + x) + channel] & 0xff; }

    /** By the weights of ITU-R BT.601, rounded to 8 bits. */
    public int luminance(int x, int y) { return (19595 * sample(x, y, 0) + 38470 * sample(x, y, 1) + 7471 * sample(x, y, 2) + (1 << 15)) >> 16; }

    /** The part of {@code width} by {@code height} in the middle; where the margin is odd, its larger half is on the right and below. */
    public Picture cropCentre(int width, int height) {
        if (width > this.width || height > this.height)
            throw new Invalid("cannot crop " + width + "x" + height + " out of a picture of " + this.width + "x" + this.height + ": choose a larger --resize or a smaller --crop");
        if (width == this.width && height == this.height) return this;
        int left = (this.width - width) / 2, top = (this.height - height) / 2;
        byte[] part = new byte[3 * width * height];
        for (int y = 0; y < height; y++) System.arraycopy(rgb, 3 * ((top + y) * this.width + left), part, 3 * y * width, 3 * width);
        return new Picture(width, height, part);
    }
}
