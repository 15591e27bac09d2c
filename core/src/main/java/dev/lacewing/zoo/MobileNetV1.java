package dev.lacewing.zoo;

import static dev.lacewing.graph.Activation.NONE;
import static dev.lacewing.graph.Activation.RELU;
import static dev.lacewing.graph.Activation.RELU6;

import dev.lacewing.graph.Activation;
import java.util.function.IntUnaryOperator;

/** Howard et al. 2017, arXiv 1704.04861, table 1. */
final class MobileNetV1 {
    /** Output channels and stride of each pair of depthwise and pointwise convolution. */
    private static final int[][] BLOCKS = {{64, 1}, {128, 2}, {128, 1}, {256, 2}, {256, 1}, {512, 2}, {512, 1}, {512, 1}, {512, 1}, {512, 1}, {512, 1},
            {1024, 2}, {1024, 1}};

    /** For 28 x 28 pixels, ours: 14 x 14 from the first convolution on, 4 x 4 at last. */
    private static final int[][] SMALL = {{64, 1}, {128, 2}, {128, 1}, {256, 1}, {256, 2}, {256, 1}};

    private MobileNetV1() {}

    static void build(GraphBuilder b) { build(b, 2, BLOCKS, RELU6, n -> channels(b, n)); }

    /** For images of 28 to 64 pixels: the first convolution keeps the size. */
    static void cifar(GraphBuilder b) { build(b, 1, BLOCKS, RELU6, n -> channels(b, n)); }

    /** For images of 28 pixels: fewer layers, rectified units without a limit, which are faster to train, and channels in eights at any width, as engines like them. */
    static void mnist(GraphBuilder b) { build(b, 2, SMALL, RELU, b::channels); }

    private static void build(GraphBuilder b, int firstStride, int[][] blocks, Activation activation, IntUnaryOperator channels) {
        String x = b.conv("conv1", b.input(), channels.applyAsInt(32), 3, firstStride, activation);
        for (int i = 0; i < blocks.length; i++) {
            String block = "block" + (i + 1);
            x = b.depthwise(block + "/depthwise", x, 3, blocks[i][1], activation);
            x = b.conv(block + "/pointwise", x, channels.applyAsInt(blocks[i][0]), 1, 1, activation);
        }
        b.gemm("classifier", b.poolToVector("pool", x), b.classes(), NONE);
    }

    /** Rounded down, at least 8: the authors' rule, unlike that of the later networks. */
    private static int channels(GraphBuilder b, int channels) { return Math.max(8, (int) (channels * b.width())); }
}
