package dev.lacewing.zoo;

import static dev.lacewing.graph.Activation.NONE;
import static dev.lacewing.graph.Activation.RELU6;

/** Sandler et al. 2018, arXiv 1801.04381, table 2. */
final class MobileNetV2 {
    /** Expansion, output channels, number of blocks, stride of the first. */
    private static final int[][] STAGES = {{1, 16, 1, 1}, {6, 24, 2, 2}, {6, 32, 3, 2}, {6, 64, 4, 2}, {6, 96, 3, 1}, {6, 160, 3, 2}, {6, 320, 1, 1}};

    private MobileNetV2() {}

    static void build(GraphBuilder b) { build(b, 2); }

    /** For images of 28 to 64 pixels: the first convolution and the stage of 24 channels keep the size. */
    static void cifar(GraphBuilder b) { build(b, 1); }

    private static void build(GraphBuilder b, int earlyStride) {
        String x = b.conv("conv1", b.input(), b.channels(32), 3, earlyStride, RELU6);
        int block = 0;
        for (int[] stage : STAGES)
            for (int i = 0; i < stage[2]; i++) x = block(b, "block" + ++block, x, stage[0], b.channels(stage[1]), i > 0 ? 1 : stage[1] == 24 ? earlyStride : stage[3]);
        x = b.conv("conv2", x, GraphBuilder.divisible(1280 * Math.max(1, b.width())), 1, 1, RELU6);
        b.gemm("classifier", b.poolToVector("pool", x), b.classes(), NONE);
    }

    private static String block(GraphBuilder b, String name, String x, int expansion, int out, int stride) {
        String y = expansion == 1 ? x : b.conv(name + "/expand", x, b.channelsOf(x) * expansion, 1, 1, RELU6);
        y = b.depthwise(name + "/depthwise", y, 3, stride, RELU6);
        y = b.conv(name + "/project", y, out, 1, 1, NONE);
        return stride == 1 && b.channelsOf(x) == out ? b.add(name + "/add", x, y, NONE) : y;
    }
}
