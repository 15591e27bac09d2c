package dev.lacewing.zoo;

import static dev.lacewing.graph.Activation.NONE;
import static dev.lacewing.graph.Activation.RELU;

/** Networks of no fame, small enough to train in minutes on images of 28 x 28 or 32 x 32. */
final class SmallNetworks {
    private SmallNetworks() {}

    /** 300 and 100 hidden units: LeNet-300-100 (LeCun et al. 1998) with rectified units. */
    static void mlp(GraphBuilder b) { mlp(b, 300, 100); }

    /** With so many hidden units. */
    static void mlp(GraphBuilder b, int first, int second) {
        String x = b.flatten("flat", b.input());
        x = b.gemm("fc1", x, units(b, first), RELU);
        x = b.gemm("fc2", x, units(b, second), RELU);
        b.gemm("classifier", x, b.classes(), NONE);
    }

    private static int units(GraphBuilder b, int units) { return Math.max(1, (int) Math.round(units * b.width())); }

    /** Three 3x3 convolutions, the later two at stride 2, with {@code channels}, twice and four times as many channels; global pooling; a classifier. */
    static void cnn(GraphBuilder b, int channels) {
        String x = b.conv("conv1", b.input(), b.channels(channels), 3, 1, RELU);
        x = b.conv("conv2", x, b.channels(2 * channels), 3, 2, RELU);
        x = b.conv("conv3", x, b.channels(4 * channels), 3, 2, RELU);
        b.gemm("classifier", b.poolToVector("pool", x), b.classes(), NONE);
    }
}
