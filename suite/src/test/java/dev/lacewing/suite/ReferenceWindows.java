package dev.lacewing.suite;

import dev.lacewing.graph.Op;
import dev.lacewing.graph.Window;
import dev.lacewing.tensor.Shape;

/** The part of {@link Reference} that slides windows over images. */
final class ReferenceWindows {
    private ReferenceWindows() {}

    /** Without the activation. */
    static Exact conv(Op.Conv conv, Exact x, Shape out) {
        Window w = conv.window();
        Exact y = Exact.zeros(out), weight = Exact.of(conv.weight()), bias = Exact.of(conv.bias());
        int inGroup = weight.dim(1), outGroup = weight.dim(0) / conv.groups();
        for (int n = 0; n < out.dim(0); n++)
            for (int o = 0; o < out.dim(1); o++)
                for (int row = 0; row < out.dim(2); row++)
                    for (int column = 0; column < out.dim(3); column++) {
                        double sum = bias.at(o);
                        for (int i = 0; i < inGroup; i++)
                            for (int ky = 0; ky < w.kernelHeight(); ky++)
                                for (int kx = 0; kx < w.kernelWidth(); kx++) {
                                    int iy = row * w.strideHeight() + ky * w.dilationHeight() - w.padTop();
                                    int ix = column * w.strideWidth() + kx * w.dilationWidth() - w.padLeft();
                                    if (iy < 0 || iy >= x.dim(2) || ix < 0 || ix >= x.dim(3)) continue;
                                    sum += x.at(n, o / outGroup * inGroup + i, iy, ix) * weight.at(o, i, ky, kx);
                                }
                        y.set(sum, n, o, row, column);
                    }
        return y;
    }

    /** Padding never wins a maximum; an average counts the pixels of the image, or with {@code countPadding} those of the image and its pads. */
    static Exact pool(Op.Pool pool, Exact x, Shape out) {
        Window w = pool.window();
        Exact y = Exact.zeros(out);
        for (int n = 0; n < out.dim(0); n++)
            for (int c = 0; c < out.dim(1); c++)
                for (int row = 0; row < out.dim(2); row++)
                    for (int column = 0; column < out.dim(3); column++) {
                        double max = Double.NEGATIVE_INFINITY, sum = 0;
                        int inside = 0, padded = 0;
                        for (int ky = 0; ky < w.kernelHeight(); ky++)
                            for (int kx = 0; kx < w.kernelWidth(); kx++) {
                                int iy = row * w.strideHeight() + ky * w.dilationHeight() - w.padTop();
                                int ix = column * w.strideWidth() + kx * w.dilationWidth() - w.padLeft();
                                if (iy < x.dim(2) + w.padBottom() && ix < x.dim(3) + w.padRight()) padded++;
                                if (iy < 0 || iy >= x.dim(2) || ix < 0 || ix >= x.dim(3)) continue;
                                inside++;
                                max = Math.max(max, x.at(n, c, iy, ix));
                                sum += x.at(n, c, iy, ix);
                            }
                        y.set(switch (pool.kind()) {
                            case MAX -> max;
                            case AVERAGE -> sum / (pool.countPadding() ? padded : inside);
                        }, n, c, row, column);
                    }
        return y;
    }
}
