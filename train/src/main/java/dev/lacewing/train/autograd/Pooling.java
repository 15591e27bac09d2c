package dev.lacewing.train.autograd;

import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import dev.lacewing.graph.Op;
import dev.lacewing.graph.Op.PoolKind;
import dev.lacewing.graph.Window;
import dev.lacewing.tensor.Shape;

/** Pooling: by the library's own where that knows the window, otherwise tap by tap over strided slices of the padded input. */
final class Pooling {
    private Pooling() {}

    static PtNDArray lower(Op.Pool p, PtNDArray x, Shape in, Shape out) {
        Window w = p.window();
        if (!isKnown(w) || p.kind() == PoolKind.AVERAGE && w.isPadded() && !p.countPadding()) return taps(p, x, in, out);   // its binding counts padding always
        var kernel = Torch.shape(w.kernelHeight(), w.kernelWidth());
        var stride = Torch.shape(w.strideHeight(), w.strideWidth());
        var pad = Torch.shape(w.padTop(), w.padLeft());
        return switch (p.kind()) {
            case MAX -> JniUtils.maxPool(x, kernel, stride, pad, p.ceil());
            case AVERAGE -> JniUtils.avgPool(x, kernel, stride, pad, p.ceil(), p.countPadding());
        };
    }

    private static boolean isKnown(Window w) {
        return w.dilationHeight() == 1 && w.dilationWidth() == 1 && w.padTop() == w.padBottom() && w.padLeft() == w.padRight()
                && 2 * w.padTop() <= w.kernelHeight() && 2 * w.padLeft() <= w.kernelWidth();
    }

    private static PtNDArray taps(Op.Pool p, PtNDArray x, Shape in, Shape out) {
        Window w = p.window();
        int height = (out.dim(2) - 1) * w.strideHeight() + w.spanHeight(), width = (out.dim(3) - 1) * w.strideWidth() + w.spanWidth();
        long below = Math.max(0, height - w.padTop() - in.dim(2)), right = Math.max(0, width - w.padLeft() - in.dim(3));
        PtNDArray padded = JniUtils.pad(x, new long[] {w.padLeft(), right, w.padTop(), below}, p.kind() == PoolKind.MAX ? Double.NEGATIVE_INFINITY : 0);
        PtNDArray result = null;
        for (int ky = 0; ky < w.kernelHeight(); ky++) {
            for (int kx = 0; kx < w.kernelWidth(); kx++) {
                PtNDArray tap = tap(padded, w, out, ky * w.dilationHeight(), kx * w.dilationWidth());
                if (result == null) result = tap;
                else result = p.kind() == PoolKind.MAX ? JniUtils.max(result, tap) : JniUtils.add(result, tap);
            }
        }
        if (result == null) throw new IllegalStateException("a window without taps");
        return p.kind() == PoolKind.MAX ? result : JniUtils.mul(result, Torch.array(x.getManager(), shares(p, in, out), Shape.of(1, 1, out.dim(2), out.dim(3))));
    }

    private static PtNDArray tap(PtNDArray padded, Window w, Shape out, int top, int left) {
        long[] from = {0, 0, top, left}, step = {1, 1, w.strideHeight(), w.strideWidth()};
        long[] to = {out.dim(0), out.dim(1), top + (out.dim(2) - 1L) * w.strideHeight() + 1, left + (out.dim(3) - 1L) * w.strideWidth() + 1};
        return JniUtils.index(padded, from, to, step, padded.getManager());
    }

    /** 1 / what the average divides by, for each output pixel. */
    private static float[] shares(Op.Pool p, Shape in, Shape out) {
        Window w = p.window();
        int[] rows = counted(out.dim(2), in.dim(2), w.kernelHeight(), w.strideHeight(), w.dilationHeight(), w.padTop(), w.padBottom(), p.countPadding());
        int[] columns = counted(out.dim(3), in.dim(3), w.kernelWidth(), w.strideWidth(), w.dilationWidth(), w.padLeft(), w.padRight(), p.countPadding());
        float[] shares = new float[rows.length * columns.length];
        for (int i = 0; i < shares.length; i++) shares[i] = 1f / Math.max(1, rows[i / columns.length] * columns[i % columns.length]);
        return shares;
    }

    private static int[] counted(int positions, int extent, int kernel, int stride, int dilation, int before, int after, boolean padding) {
        int[] counts = new int[positions];
        for (int o = 0; o < positions; o++)
            for (int k = 0; k < kernel; k++) {
                int i = o * stride + k * dilation - before;
                if (padding ? i < extent + after : i >= 0 && i < extent) counts[o]++;
            }
        return counts;
    }
}
