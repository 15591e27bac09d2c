package dev.lacewing.graph;

import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.tensor.Shape;

/** The geometry of a sliding window over rows and columns. All in pixels; {@code dilation} 1 is a solid window. */
public record Window(int kernelHeight, int kernelWidth, int strideHeight, int strideWidth, int dilationHeight, int dilationWidth,
        int padTop, int padLeft, int padBottom, int padRight) {
    private static final int LARGEST = 1 << 24;

    public Window {
        if (Math.min(Math.min(Math.min(kernelHeight, kernelWidth), Math.min(strideHeight, strideWidth)), Math.min(dilationHeight, dilationWidth)) < 1)
            throw new Invalid("a window's kernel, stride and dilation must be at least 1");
        if (Math.min(Math.min(padTop, padLeft), Math.min(padBottom, padRight)) < 0) throw new Invalid("negative padding is not a window: crop with Slice");
        if ((long) kernelHeight * kernelWidth > LARGEST) throw new Invalid("a window of more than " + LARGEST + " pixels");
        if (Math.max((long) dilationHeight * kernelHeight, (long) dilationWidth * kernelWidth) > LARGEST || Math.max(Math.max(padTop, padLeft), Math.max(padBottom, padRight)) > LARGEST)
            throw new Invalid("a window that spans or pads more than " + LARGEST + " pixels");
    }

    /** A square window with the same padding on all sides. */
    public static Window square(int kernel, int stride, int pad) { return new Window(kernel, kernel, stride, stride, 1, 1, pad, pad, pad, pad); }

    /** Rows that one window position spans. */
    public int spanHeight() { return dilationHeight * (kernelHeight - 1) + 1; }

    public int spanWidth() { return dilationWidth * (kernelWidth - 1) + 1; }

    public int outHeight(int height) { return extent((long) height + padTop + padBottom, spanHeight(), strideHeight); }

    public int outWidth(int width) { return extent((long) width + padLeft + padRight, spanWidth(), strideWidth); }

    public boolean isPointwise() { return kernelHeight == 1 && kernelWidth == 1 && !isPadded(); }

    public boolean isPadded() { return (padTop | padLeft | padBottom | padRight) != 0; }

    public boolean isUnitStride() { return strideHeight == 1 && strideWidth == 1; }

    /** NCHW in, NCHW with {@code channels} out. */
    public Shape apply(Shape in, int channels) { return Shape.of(in.dim(0), channels, outHeight(in.dim(2)), outWidth(in.dim(3))); }

    private static int extent(long padded, int span, int stride) {
        if (padded < span) throw new Invalid("a window of " + span + " pixels does not fit an input of " + padded + " (padding included)");
        return Math.toIntExact((padded - span) / stride + 1);
    }
}
