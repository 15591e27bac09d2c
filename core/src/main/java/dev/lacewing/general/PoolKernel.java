package dev.lacewing.general;

import dev.lacewing.graph.Op;
import dev.lacewing.graph.Window;
import dev.lacewing.program.Kernel;
import dev.lacewing.tensor.Layout;

/**
 * Pooling with any window. A window without a pixel of the image gives negative infinity as its maximum and 0 as its average. Arguments: the input's
 * buffer, the output's buffer.
 */
final class PoolKernel implements Kernel {
    private final Op.PoolKind kind;
    private final Layout in, out;
    private final Taps rows, columns;

    /** For each output index: the first input index its taps read, how many lie in the image, and how many an average divides by; taps stand {@code step} apart. */
    private record Taps(int[] from, int[] inside, int[] counted, int step) {
        static Taps of(int extent, int outExtent, int kernel, int stride, int dilation, int before, int after, boolean countPadding) {
            int[] from = new int[outExtent], inside = new int[outExtent], counted = new int[outExtent];
            for (int o = 0; o < outExtent; o++) {
                for (int k = kernel - 1; k >= 0; k--) {
                    int i = o * stride + k * dilation - before;
                    boolean image = i >= 0 && i < extent;
                    if (image) from[o] = i;
                    if (image) inside[o]++;
                    if (image || countPadding && i < extent + after) counted[o]++;
                }
            }
            return new Taps(from, inside, counted, dilation);
        }
    }

    PoolKernel(Op.Pool op, Layout in, Layout out) {
        Window w = op.window();
        kind = op.kind();
        this.in = in;
        this.out = out;
        rows = Taps.of(in.height(), out.height(), w.kernelHeight(), w.strideHeight(), w.dilationHeight(), w.padTop(), w.padBottom(), op.countPadding());
        columns = Taps.of(in.width(), out.width(), w.kernelWidth(), w.strideWidth(), w.dilationWidth(), w.padLeft(), w.padRight(), op.countPadding());
    }

    @Override
    public void run(long arguments) {
        long from = Memory.argument(arguments, 0), to = Memory.argument(arguments, 1);
        for (int n = 0; n < out.images(); n++) {
            for (int c = 0; c < out.channels(); c++) {
                long image = from + 4L * in.at(n, c, 0, 0);
                for (int y = 0; y < out.height(); y++) {
                    long first = image + 4L * rows.from[y] * in.rowPitch(), row = to + 4L * out.at(n, c, y, 0);
                    switch (kind) {
                        case MAX -> maxima(first, rows.inside[y], row);
                        case AVERAGE -> averages(first, rows.inside[y], rows.counted[y], row);
                    }
                }
            }
        }
    }

    private void maxima(long first, int high, long row) {
        long down = 4L * rows.step * in.rowPitch(), right = 4L * columns.step;
        for (int x = 0; x < columns.from.length; x++) {
            float max = Float.NEGATIVE_INFINITY;
            long line = first + 4L * columns.from[x];
            for (int ky = 0; ky < high; ky++, line += down)
                for (int kx = 0; kx < columns.inside[x]; kx++) max = Math.max(max, Memory.get(line + right * kx));
            Memory.set(row + 4L * x, max);
        }
    }

    private void averages(long first, int high, int counted, long row) {
        long down = 4L * rows.step * in.rowPitch(), right = 4L * columns.step;
        for (int x = 0; x < columns.from.length; x++) {
            float sum = 0;
            long line = first + 4L * columns.from[x];
            for (int ky = 0; ky < high; ky++, line += down)
                for (int kx = 0; kx < columns.inside[x]; kx++) sum += Memory.get(line + right * kx);
            Memory.set(row + 4L * x, sum / Math.max(1, counted * columns.counted[x]));
        }
    }
}
