package dev.lacewing.zoo;

import static dev.lacewing.graph.Activation.RELU;

import dev.lacewing.graph.Window;

/** Iandola et al. 2016, arXiv 1602.07360, in the cheaper version 1.1 that its authors published afterwards. */
final class SqueezeNet {
    /** Channels squeezed to and of each of the two expansions; a row of none is a pooling layer. */
    private static final int[][] LAYERS = {{}, {16, 64}, {16, 64}, {}, {32, 128}, {32, 128}, {}, {48, 192}, {48, 192}, {64, 256}, {64, 256}};

    private SqueezeNet() {}

    static void build(GraphBuilder b) {
        String x = b.conv("conv1", b.input(), b.channels(64), Window.square(3, 2, 0), 1, RELU);
        int fire = 1, pool = 0;
        for (int[] layer : LAYERS)
            x = layer.length == 0 ? b.maxPool("pool" + ++pool, x, Window.square(3, 2, 0), true) : fire(b, "fire" + ++fire, x, layer[0], layer[1]);
        x = b.conv("classifier", x, b.classes(), 1, 1, RELU);
        b.poolToVector("pool", x);
    }

    private static String fire(GraphBuilder b, String name, String x, int squeezed, int expanded) {
        String y = b.conv(name + "/squeeze", x, b.channels(squeezed), 1, 1, RELU);
        String narrow = b.conv(name + "/expand1x1", y, b.channels(expanded), 1, 1, RELU);
        String wide = b.conv(name + "/expand3x3", y, b.channels(expanded), 3, 1, RELU);
        return b.concat(name + "/concat", narrow, wide);
    }
}
