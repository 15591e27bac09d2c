package dev.lacewing.zoo;

import static dev.lacewing.graph.Activation.NONE;
import static dev.lacewing.graph.Activation.RELU;

import dev.lacewing.graph.Window;

/**
 * He et al. 2015, arXiv 1512.03385. Where the shape changes the shortcut is a 1x1 convolution (the paper's option B), for CIFAR too; a bottleneck
 * strides in its 3x3 convolution (known as v1.5).
 */
final class ResNet {
    private ResNet() {}

    private interface Block {
        String build(GraphBuilder b, String name, String x, int channels, int stride);
    }

    static void basic(GraphBuilder b, int... blocks) { stages(b, imagenetEntry(b), ResNet::basicBlock, 64, blocks); }

    static void bottleneck(GraphBuilder b, int... blocks) { stages(b, imagenetEntry(b), ResNet::bottleneckBlock, 64, blocks); }

    /** 6n + 2 layers, for small images. */
    static void cifar(GraphBuilder b, int n) { stages(b, b.conv("conv1", b.input(), b.channels(16), 3, 1, RELU), ResNet::basicBlock, 16, n, n, n); }

    private static String imagenetEntry(GraphBuilder b) {
        String x = b.conv("conv1", b.input(), b.channels(64), 7, 2, RELU);
        return b.maxPool("pool1", x, Window.square(3, 2, 1), false);
    }

    private static void stages(GraphBuilder b, String entry, Block block, int channels, int... blocks) {
        String x = entry;
        for (int s = 0; s < blocks.length; s++)
            for (int i = 0; i < blocks[s]; i++)
                x = block.build(b, "stage" + (s + 1) + "/block" + (i + 1), x, b.channels(channels << s), s > 0 && i == 0 ? 2 : 1);
        b.gemm("classifier", b.poolToVector("pool", x), b.classes(), NONE);
    }

    private static String basicBlock(GraphBuilder b, String name, String x, int channels, int stride) {
        String y = b.conv(name + "/conv1", x, channels, 3, stride, RELU);
        y = b.branch(name + "/conv2", y, channels, 3);
        return b.add(name + "/add", shortcut(b, name, x, channels, stride), y, RELU);
    }

    private static String bottleneckBlock(GraphBuilder b, String name, String x, int channels, int stride) {
        String y = b.conv(name + "/conv1", x, channels, 1, 1, RELU);
        y = b.conv(name + "/conv2", y, channels, 3, stride, RELU);
        y = b.branch(name + "/conv3", y, 4 * channels, 1);
        return b.add(name + "/add", shortcut(b, name, x, 4 * channels, stride), y, RELU);
    }

    private static String shortcut(GraphBuilder b, String name, String x, int channels, int stride) {
        return stride == 1 && b.channelsOf(x) == channels ? x : b.conv(name + "/shortcut", x, channels, 1, stride, NONE);
    }
}
