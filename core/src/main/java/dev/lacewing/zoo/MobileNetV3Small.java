package dev.lacewing.zoo;

import static dev.lacewing.graph.Activation.NONE;
import static dev.lacewing.graph.Activation.RELU;

import dev.lacewing.graph.Activation;

/** Howard et al. 2019, arXiv 1905.02244, table 2. Squeeze-and-excitation reduces to a quarter of the expanded channels. */
final class MobileNetV3Small {
    private static final Activation HARD_SWISH = new Activation.HardSwish(), GATE = new Activation.HardSigmoid(1 / 6f, 0.5f);

    private record Block(int kernel, int expanded, int out, boolean attention, Activation activation, int stride) {}

    private static final Block[] BLOCKS = {
        new Block(3, 16, 16, true, RELU, 2), new Block(3, 72, 24, false, RELU, 2), new Block(3, 88, 24, false, RELU, 1),
        new Block(5, 96, 40, true, HARD_SWISH, 2), new Block(5, 240, 40, true, HARD_SWISH, 1), new Block(5, 240, 40, true, HARD_SWISH, 1),
        new Block(5, 120, 48, true, HARD_SWISH, 1), new Block(5, 144, 48, true, HARD_SWISH, 1),
        new Block(5, 288, 96, true, HARD_SWISH, 2), new Block(5, 576, 96, true, HARD_SWISH, 1), new Block(5, 576, 96, true, HARD_SWISH, 1)};

    private MobileNetV3Small() {}

    static void build(GraphBuilder b) {
        String x = b.conv("conv1", b.input(), b.channels(16), 3, 2, HARD_SWISH);
        for (int i = 0; i < BLOCKS.length; i++) x = block(b, "block" + (i + 1), x, BLOCKS[i]);
        x = b.conv("conv2", x, b.channels(576), 1, 1, HARD_SWISH);
        x = b.gemm("hidden", b.poolToVector("pool", x), b.channels(1024), HARD_SWISH);
        b.gemm("classifier", x, b.classes(), NONE);
    }

    private static String block(GraphBuilder b, String name, String x, Block block) {
        int expanded = b.channels(block.expanded), out = b.channels(block.out);
        String y = expanded == b.channelsOf(x) ? x : b.conv(name + "/expand", x, expanded, 1, 1, block.activation);
        y = b.depthwise(name + "/depthwise", y, block.kernel, block.stride, block.activation);
        if (block.attention) y = b.squeezeExcite(name + "/attention", y, GraphBuilder.divisible(expanded / 4.0), RELU, GATE);
        y = b.conv(name + "/project", y, out, 1, 1, NONE);
        return block.stride == 1 && b.channelsOf(x) == out ? b.add(name + "/add", x, y, NONE) : y;
    }
}
