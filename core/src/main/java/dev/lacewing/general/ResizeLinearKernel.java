package dev.lacewing.general;

import dev.lacewing.graph.Op;
import dev.lacewing.program.Kernel;
import dev.lacewing.tensor.Layout;

/** Bilinear resize; outside its edge an image goes on with the edge's pixels. Arguments: the input's buffer, the output's buffer. */
public final class ResizeLinearKernel implements Kernel {
    private final Layout in, out;
    private final Taps rows, columns;

    /** For each output index: two input indices and the share of the second. */
    public record Taps(int[] first, int[] second, float[] share) {
        static Taps of(Op.Coordinates mode, int extent, int outExtent, float scale) {
            int[] first = new int[outExtent], second = new int[outExtent];
            float[] share = new float[outExtent];
            for (int o = 0; o < outExtent; o++) {
                float at = Math.clamp(Resampling.source(mode, o, extent, outExtent, scale), 0f, extent - 1f);
                first[o] = (int) at;
                second[o] = Math.min(first[o] + 1, extent - 1);
                share[o] = at - first[o];
            }
            return new Taps(first, second, share);
        }
    }

    ResizeLinearKernel(Op.Resize op, Layout in, Layout out) {
        this.in = in;
        this.out = out;
        rows = Taps.of(op.coordinates(), in.height(), out.height(), op.scaleHeight());
        columns = Taps.of(op.coordinates(), in.width(), out.width(), op.scaleWidth());
    }

    public Taps rows() { return rows; }

    public Taps columns() { return columns; }

    @Override
    public void run(long arguments) {
        long from = Memory.argument(arguments, 0), to = Memory.argument(arguments, 1);
        for (int n = 0; n < out.images(); n++) {
            for (int c = 0; c < out.channels(); c++) {
                long image = from + 4L * in.at(n, c, 0, 0);
                for (int y = 0; y < out.height(); y++)
                    row(image + 4L * rows.first[y] * in.rowPitch(), image + 4L * rows.second[y] * in.rowPitch(), rows.share[y], to + 4L * out.at(n, c, y, 0));
            }
        }
    }

    private void row(long upper, long lower, float down, long to) {
        for (int x = 0; x < columns.first.length; x++) {
            long left = 4L * columns.first[x], right = 4L * columns.second[x];
            float share = columns.share[x], keep = 1 - share;
            float above = Memory.get(upper + left) * keep + Memory.get(upper + right) * share, below = Memory.get(lower + left) * keep + Memory.get(lower + right) * share;
            Memory.set(to + 4L * x, above * (1 - down) + below * down);
        }
    }
}
