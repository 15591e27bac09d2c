package dev.lacewing.zoo;

import static dev.lacewing.graph.Activation.NONE;
import static dev.lacewing.graph.Activation.RELU6;

/** Howard et al. 2017, arXiv 1704.04861, table 1. */
final class MobileNetV1 {
    /** Output channels and stride of each pair of depthwise and pointwise convolution. */
    private static final int[][] BLOCKS = {{64, 1}, {128, 2}, {128, 1}, {256, 2}, {256, 1}, {512, 2}, {512, 1}, {512, 1}, {512, 1}, {512, 1}, {512, 1},
            {1024, 2}, {1024, 1}};

    private MobileNetV1() {}

    static void build(GraphBuilder b) { build(b, 2); }

    /** For images of 28 to 64 pixels: the first convolution keeps the size. */
    static void cifar(GraphBuilder b) { build(b, 1); }

    private static void build(GraphBuilder b, int firstStride) {
        String x = b.conv("conv1", b.input(), channels(b, 32), 3, firstStride, RELU6);
        for (int i = 0; i < BLOCKS.length; i++) {
            String block = "block" + (i + 1);
            x = b.depthwise(block + "/depthwise", x, 3, BLOCKS[i][1], RELU6);
            x = b.conv(block + "/pointwise", x, channels(b, BLOCKS[i][0]), 1, 1, RELU6);
        }
        b.gemm("classifier", b.poolToVector("pool", x), b.classes(), NONE);
    }

    /** Rounded down, at least 8: the authors' rule, unlike that of the later networks. */
    private static int channels(GraphBuilder b, int channels) { return Math.max(8, (int) (channels * b.width())); }
}
