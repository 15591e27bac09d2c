package dev.lacewing.general;

import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.graph.Window;
import dev.lacewing.program.Kernel;
import dev.lacewing.tensor.Layout;

/**
 * How one image is copied so that a sliding window becomes a sum of shifted flat planes. The padded image is split by the stride into phases: phase
 * (py, px) holds the padded pixels (y * strideHeight + py, x * strideWidth + px). Each used phase of each channel is a plane of rows {@code rowPitch}
 * floats apart, and tap (ky, kx) of the window at output pixel (y, x) reads
 * {@code staged[offset(channel, ky, kx) + y * rowPitch + x]}. From the offset of any tap, {@code outHeight * rowPitch} floats rounded up to a
 * multiple of 16 may be read. Planes stand phase by phase, channels of a phase {@link #planePitch} apart.
 */
public final class Staging {
    private static final int ALIGN = 16, MOST_PHASES = 1 << 16;

    private final Window window;
    private final int channels, height, width, outHeight, outWidth, rowPitch, planePitch;

    /**
     * @param height of the image, as {@code width}
     * @param outHeight of the window's output, as {@code outWidth}; may reach past the padding (pooling that rounds up)
     * @throws Invalid if the row pitch is below {@link #minimumPitch}, the buffer would not be addressable or there are too many phases
     */
    public Staging(Window window, int channels, int height, int width, int outHeight, int outWidth, int rowPitch) {
        this.window = window;
        this.channels = channels;
        this.height = height;
        this.width = width;
        this.outHeight = outHeight;
        this.outWidth = outWidth;
        this.rowPitch = rowPitch;
        int minimum = minimumPitch(window, width, outWidth);
        if (rowPitch < minimum) throw new Invalid("expected a row pitch of at least " + minimum + " to stage " + window + ", got " + rowPitch);
        long phases = (long) phaseRows(window) * phaseColumns(window), rows = outHeight + (window.spanHeight() - 1L) / window.strideHeight() + 1;
        if (phases > MOST_PHASES) throw new Invalid(window + " splits an image into " + phases + " phases; there can be up to " + MOST_PHASES + ": use a smaller kernel or stride");
        double floats = (double) phases * channels * (rows + 2) * (rowPitch + 2.0 * ALIGN);
        if (4 * floats > Integer.MAX_VALUE) throw new Invalid("staging " + channels + " channels of " + height + "x" + width + " needs about " + (long) floats + " floats, more than 2 GB");
        int pitch = Math.ceilDiv(Math.max(readable(), written()), ALIGN) * ALIGN;
        planePitch = pitch % 1024 == 0 ? pitch + ALIGN : pitch;
    }

    public int channels() { return channels; }

    public int height() { return height; }

    public int width() { return width; }

    public int outHeight() { return outHeight; }

    public int outWidth() { return outWidth; }

    public int rowPitch() { return rowPitch; }

    /** The least row pitch: rows may share the padding between them, so this can be less than the columns that a row's taps span. */
    public static int minimumPitch(Window window, int width, int outWidth) {
        int minimum = outWidth;
        for (int p = 0; p < phaseColumns(window); p++) {
            Axis columns = columns(window, p, width, outWidth);
            if (columns.end() > columns.first()) minimum = Math.max(minimum, Math.max(columns.end(), columns.count() - columns.first()));
        }
        return minimum;
    }

    /** Phases that some tap reads. */
    public int phases() { return phaseRows() * phaseColumns(); }

    /** Phases along each axis that some tap reads; phase (py, px) is the {@code py * phaseColumns() + px}-th. */
    public int phaseRows() { return phaseRows(window); }

    public int phaseColumns() { return phaseColumns(window); }

    /** Floats between the planes of neighbouring channels: a multiple of 16, not of 1024. Has room for rows that are written by whole vectors. */
    public int planePitch() { return planePitch; }

    /** Floats of a plane that a writer may touch that writes vectors of up to 16 pixels and then of padding, up to the next row's first pixel or their own excess. */
    private int written() {
        int rows = 0, first = 0, count = 0, end = 0, leastEnd = rowPitch, leastCount = rowPitch;
        for (int py = 0; py < phaseRows(); py++) rows = Math.max(rows, rows(py).end());
        for (int px = 0; px < phaseColumns(); px++) {
            Axis a = columns(px);
            first = Math.max(first, a.first());
            count = Math.max(count, a.end() - a.first());
            end = Math.max(end, a.end());
            leastEnd = Math.min(leastEnd, a.end());
            leastCount = Math.min(leastCount, a.end() - a.first());
        }
        int padding = Math.max(rowPitch - leastEnd + first, Math.ceilDiv(count, ALIGN) * ALIGN - leastCount);
        return rows == 0 ? 0 : (rows - 1) * rowPitch + end + Math.ceilDiv(padding, ALIGN) * ALIGN;
    }

    /** Size of the buffer. */
    public int floats() { return phases() * channels * planePitch(); }

    /** Where tap (ky, kx) of a channel reads for output pixel (0, 0). */
    public int offset(int channel, int ky, int kx) {
        int dy = ky * window.dilationHeight(), dx = kx * window.dilationWidth(), sh = window.strideHeight(), sw = window.strideWidth();
        int phase = phaseIndex(ky, window.dilationHeight(), sh) * phaseColumns(window) + phaseIndex(kx, window.dilationWidth(), sw);
        return (phase * channels + channel) * planePitch() + dy / sh * rowPitch + dx / sw;
    }

    /**
     * A kernel that stages the channels from {@code from} to before {@code to} of image {@code n}. Arguments: the address of the input's buffer, of the staging buffer.
     *
     * @param fill value of the padding: 0 for a convolution, negative infinity for a maximum
     */
    public Kernel kernel(Layout input, float fill, int n, int from, int to) { return new StagingKernel(this, input, fill, n, from, to); }

    /** Floats of a plane that reads may touch: the largest shift of a tap and what is read from there. */
    public int readable() {
        int down = (window.spanHeight() - 1) / window.strideHeight(), right = (window.spanWidth() - 1) / window.strideWidth();
        return down * rowPitch + right + Math.ceilDiv(outHeight * rowPitch, ALIGN) * ALIGN;
    }

    /**
     * Along one axis of one phase: how many pixels its taps read, and which of them, {@code first} to before {@code end}, lie in the image; pixel {@code first} is
     * image pixel {@code from}, the others follow {@code step} apart.
     */
    public record Axis(int count, int first, int end, int from, int step) {}

    public Axis rows(int phase) {
        return axis(phase, window.kernelHeight(), window.dilationHeight(), window.strideHeight(), window.padTop(), height, outHeight);
    }

    public Axis columns(int phase) { return columns(window, phase, width, outWidth); }

    private static Axis columns(Window w, int phase, int width, int outWidth) {
        return axis(phase, w.kernelWidth(), w.dilationWidth(), w.strideWidth(), w.padLeft(), width, outWidth);
    }

    private static Axis axis(int phase, int kernel, int dilation, int stride, int pad, int extent, int outExtent) {
        int remainder = phase * dilation % stride, period = period(dilation, stride), last = phase + (kernel - 1 - phase) / period * period, shift = last * dilation / stride;
        int count = outExtent + shift;
        int first = Math.min(count, Math.max(0, Math.ceilDiv(pad - remainder, stride)));
        int end = Math.clamp(Math.ceilDiv(extent + pad - remainder, stride), first, count);
        return new Axis(count, first, end, first * stride + remainder - pad, stride);
    }

    private static int phaseRows(Window w) { return phaseCount(w.kernelHeight(), w.dilationHeight(), w.strideHeight()); }

    private static int phaseColumns(Window w) { return phaseCount(w.kernelWidth(), w.dilationWidth(), w.strideWidth()); }

    /** Remainders of k * dilation modulo the stride repeat after stride / gcd taps, so the first so many taps have all of them, each once. */
    private static int phaseCount(int kernel, int dilation, int stride) { return Math.min(kernel, period(dilation, stride)); }

    private static int phaseIndex(int k, int dilation, int stride) { return k % period(dilation, stride); }

    private static int period(int dilation, int stride) {
        int a = dilation, b = stride;
        while (b != 0) {
            int rest = a % b;
            a = b;
            b = rest;
        }
        return stride / a;
    }

    @Override
    public String toString() { return channels + " channels of " + height + "x" + width + " to " + outHeight + "x" + outWidth + " by " + window + ", rows " + rowPitch + " floats apart"; }
}
