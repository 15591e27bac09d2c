package dev.lacewing.plan;

import dev.lacewing.graph.Op.Conv;
import dev.lacewing.graph.Window;
import dev.lacewing.tensor.Shape;

/** The way in which a convolution reads its input; it fixes what the layouts around it must provide. */
enum Route {
    /** 1x1 on planes of one pixel: a fully connected layer. */
    VECTOR,
    /** 1x1, stride 1: whole planes as flat runs of pixels. */
    POINTWISE,
    /** 3x3 or 5x5 depthwise, stride 1 or 2: by rows over haloed planes. */
    DEPTHWISE,
    /** Any other convolution of stride 1: flat runs over haloed planes, a run for each tap of the window. */
    SHIFTED,
    /** All others: the input is copied, padded and split by stride phase, then as SHIFTED. */
    STAGED;

    static Route of(Conv conv, Shape in, Shape out) {
        Window w = conv.window();
        if (conv.isPointwise() && pixels(in) == 1) return VECTOR;
        if (pixels(in) == 1 || pixels(out) == 1) return STAGED;   // a plane of one pixel has no halo and no pitch
        if (conv.isPointwise() && w.isUnitStride()) return POINTWISE;
        if (conv.isDepthwise() && isColumnWalk(w)) return DEPTHWISE;
        return w.isUnitStride() ? SHIFTED : STAGED;
    }

    private static boolean isColumnWalk(Window w) {
        int k = w.kernelHeight(), s = w.strideHeight();
        return (k == 3 || k == 5) && k == w.kernelWidth() && (s == 1 || s == 2) && s == w.strideWidth() && w.dilationHeight() == 1 && w.dilationWidth() == 1;
    }

    /** The input and the output share a row pitch. */
    boolean keepsPitch() { return this == POINTWISE || this == SHIFTED; }

    /** Reads its padding from the input's halo. */
    boolean readsHalo() { return this == DEPTHWISE || this == SHIFTED; }

    private static int pixels(Shape s) { return s.dim(2) * s.dim(3); }
}
