package dev.lacewing.train;

import dev.lacewing.graph.Activation;
import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import dev.lacewing.graph.Value;
import dev.lacewing.graph.Window;
import dev.lacewing.tensor.Shape;
import dev.lacewing.tensor.Tensor;
import dev.lacewing.train.data.DataSet;
import dev.lacewing.train.data.Images;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** A data set and a network that train in a second. */
final class Toys {
    static final int SIDE = 8, CLASSES = 3;

    private Toys() {}

    /** Noise with a bright bar: which of the left, middle and right thirds it stands in is the class. */
    static DataSet bars() { return new DataSet("bars", images(384, 1), images(96, 2)); }

    private static Images images(int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        byte[] pixels = new byte[count * SIDE * SIDE];
        int[] labels = new int[count];
        random.nextBytes(pixels);
        for (int i = 0; i < count; i++) {
            labels[i] = random.nextInt(CLASSES);
            for (int y = 0; y < SIDE; y++) for (int x = 0; x < 2; x++) pixels[(i * SIDE + y) * SIDE + labels[i] * 3 + x] = (byte) (150 + random.nextInt(106));
        }
        return new Images(1, SIDE, SIDE, pixels, labels, List.of("left", "middle", "right"));
    }

    static Graph network() {
        SplittableRandom random = new SplittableRandom(4);
        List<Node> nodes = List.of(
                new Node("conv1", new Op.Conv(random(random, 0.4, 8, 1, 3, 3), Tensor.zeros(8), Window.square(3, 1, 1), 1, Activation.NONE), List.of("x"), "a"),
                new Node("bn1", normalization(8), List.of("a"), "b"),
                new Node("relu1", new Op.Activate(Activation.RELU), List.of("b"), "c"),
                new Node("conv2", new Op.Conv(random(random, 0.15, 16, 8, 3, 3), Tensor.zeros(16), Window.square(3, 2, 1), 1, Activation.NONE), List.of("c"), "d"),
                new Node("bn2", normalization(16), List.of("d"), "e"),
                new Node("relu2", new Op.Activate(Activation.RELU), List.of("e"), "f"),
                new Node("flat", new Op.Reshape(Shape.of(1, 256)), List.of("f"), "g"),
                new Node("fc", new Op.Gemm(random(random, 0.05, CLASSES, 256), Tensor.zeros(CLASSES), Activation.NONE), List.of("g"), "logits"));
        return new Graph("toy", List.of(new Value("x", Shape.of(1, 1, SIDE, SIDE))), nodes, List.of("logits"), Map.of());
    }

    private static Op normalization(int channels) {
        float[] ones = new float[channels], variance = new float[channels];
        java.util.Arrays.fill(ones, 1);
        java.util.Arrays.fill(variance, 1);
        return new Op.BatchNormalization(Tensor.of(ones, channels), Tensor.zeros(channels), Tensor.zeros(channels), Tensor.of(variance, channels), 1e-5f);
    }

    private static Tensor random(SplittableRandom random, double deviation, int... dims) {
        Tensor tensor = Tensor.zeros(dims);
        for (int i = 0; i < tensor.size(); i++) tensor.values()[i] = (float) (deviation * random.nextGaussian());
        return tensor;
    }
}
