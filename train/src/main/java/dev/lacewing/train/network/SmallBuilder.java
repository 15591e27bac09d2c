package dev.lacewing.train.network;

import dev.lacewing.graph.Activation;
import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import dev.lacewing.graph.Shapes;
import dev.lacewing.graph.Value;
import dev.lacewing.graph.Window;
import dev.lacewing.tensor.Shape;
import dev.lacewing.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Adds one layer after another. Weights are normal with variance 2 / fan-in (He et al. 2015, arXiv 1502.01852), those of the last matrix 1 / fan-in; biases are 0. */
final class SmallBuilder {
    private static final float EPSILON = 1e-5f;

    private final String name;
    private final double width;
    private final Random random;
    private final Value input;
    private final List<Node> nodes = new ArrayList<>();
    private String last;
    private Shape shape;

    SmallBuilder(String name, double width, Shape image, long seed) {
        this.name = name;
        this.width = width;
        random = new Random(seed);
        input = new Value("input", Shape.of(1, image.dim(0), image.dim(1), image.dim(2)));
        last = input.name();
        shape = input.shape();
    }

    double width() { return width; }

    /** So many times the width, rounded to a multiple of 8, at least 8. */
    int channels(int channels) { return Math.max(8, (int) Math.round(channels * width / 8) * 8); }

    void conv(String layer, int out, int kernel, int stride, Activation activation) { conv(layer, out, kernel, stride, 1, activation); }

    void depthwise(String layer, int stride, Activation activation) { conv(layer, shape.dim(1), 3, stride, shape.dim(1), activation); }

    private void conv(String layer, int out, int kernel, int stride, int groups, Activation activation) {
        int in = shape.dim(1) / groups;
        add(layer, new Op.Conv(weights(2, out, in, kernel, kernel), Tensor.zeros(out), Window.square(kernel, stride, kernel / 2), groups, Activation.NONE));
        float[] ones = new float[out], variance = new float[out];
        Arrays.fill(ones, 1);
        Arrays.fill(variance, 1);
        add(layer + "/norm", new Op.BatchNormalization(Tensor.of(ones, out), Tensor.zeros(out), Tensor.zeros(out), Tensor.of(variance, out), EPSILON));
        activate(layer + "/relu", activation);
    }

    void gemm(String layer, int out) { add(layer, new Op.Gemm(weights(layer.equals("classifier") ? 1 : 2, out, shape.dim(1)), Tensor.zeros(out), Activation.NONE)); }

    void activate(String layer, Activation activation) { add(layer, new Op.Activate(activation)); }

    void pool(String layer) { add(layer, new Op.GlobalAveragePool()); }

    void flatten(String layer) { add(layer, new Op.Reshape(Shape.of(1, shape.size()))); }

    /** The last layer's output is renamed to {@code logits}. */
    Graph build() {
        Node node = nodes.removeLast();
        nodes.add(new Node(node.name(), node.op(), node.inputs(), "logits"));
        return new Graph(name, List.of(input), nodes, List.of("logits"), Map.of());
    }

    private void add(String layer, Op op) {
        Node node = new Node(layer, op, List.of(last), layer);
        shape = Shapes.infer(node, List.of(shape));
        nodes.add(node);
        last = layer;
    }

    private Tensor weights(double gain, int... dims) {
        Tensor weight = Tensor.zeros(dims);
        double deviation = Math.sqrt(gain * dims[0] / weight.size());
        for (int i = 0; i < weight.size(); i++) weight.values()[i] = (float) (deviation * random.nextGaussian());
        return weight;
    }
}
