package dev.lacewing.zoo;

import static dev.lacewing.graph.Activation.NONE;

import dev.lacewing.graph.Activation;

/** Tan and Le 2019, arXiv 1905.11946, table 1. Squeeze-and-excitation reduces to a quarter of the block's input channels. */
final class EfficientNetB0 {
    private static final Activation SWISH = new Activation.Swish(), GATE = new Activation.Sigmoid();

    /** Expansion, kernel, output channels, number of blocks, stride of the first. */
    private static final int[][] STAGES = {{1, 3, 16, 1, 1}, {6, 3, 24, 2, 2}, {6, 5, 40, 2, 2}, {6, 3, 80, 3, 2}, {6, 5, 112, 3, 1}, {6, 5, 192, 4, 2},
            {6, 3, 320, 1, 1}};

    private EfficientNetB0() {}

    static void build(GraphBuilder b) {
        String x = b.conv("conv1", b.input(), b.channels(32), 3, 2, SWISH);
        int block = 0;
        for (int[] stage : STAGES)
            for (int i = 0; i < stage[3]; i++) x = block(b, "block" + ++block, x, stage[0], stage[1], b.channels(stage[2]), i == 0 ? stage[4] : 1);
        x = b.conv("conv2", x, b.channels(1280), 1, 1, SWISH);
        b.gemm("classifier", b.poolToVector("pool", x), b.classes(), NONE);
    }

    private static String block(GraphBuilder b, String name, String x, int expansion, int kernel, int out, int stride) {
        int in = b.channelsOf(x);
        String y = expansion == 1 ? x : b.conv(name + "/expand", x, in * expansion, 1, 1, SWISH);
        y = b.depthwise(name + "/depthwise", y, kernel, stride, SWISH);
        y = b.squeezeExcite(name + "/attention", y, Math.max(1, in / 4), SWISH, GATE);
        y = b.conv(name + "/project", y, out, 1, 1, NONE);
        return stride == 1 && in == out ? b.add(name + "/add", x, y, NONE) : y;
    }
}
