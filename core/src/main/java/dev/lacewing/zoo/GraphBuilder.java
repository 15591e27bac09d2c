package dev.lacewing.zoo;

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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Adds layers with random weights. Every method takes and returns names of activations; a layer's output carries the layer's name.
 *
 * <p>Weights are normal with the variance of He et al. 2015 (arXiv 1502.01852), stated for any activation: 1 / (fan-in * expected power of the
 * input), so that every layer gives a variance of about 1 before its activation (a gate: 0.25). Filters that read 16 channels or more are shifted to
 * sum to zero, else the common mean of rectified inputs drowns what distinguishes two images after some twenty layers. Biases are normal with a
 * deviation of 0.02.
 *
 * <p>In the form to train, batch normalisation (neutral as yet) stands behind each convolution and before its activation. Convolutions are then normal with the variance
 * 2 / fan-out of He et al., where fan-out counts the filters of one group; other layers normal with the variance 2 / fan-in before a rectifier and 1 / fan-in
 * elsewhere; biases 0.
 */
final class GraphBuilder {
    private static final double BIAS = 0.02;

    /** Variance of what a gate sees: gates that are mostly open or shut let activations grow from layer to layer. */
    private static final double GATE = 0.25;

    private static final double BRANCH = 1 / 16.0;

    private static final float EPSILON = 1e-5f;

    private final String name;
    private final ZooOptions options;
    private final Random random;
    private final Value input;
    private final List<Node> nodes = new ArrayList<>();
    private final Map<String, Shape> shapes = new HashMap<>();
    private final Map<String, Moments> moments = new HashMap<>();

    GraphBuilder(String name, ZooOptions options) {
        this.name = name;
        this.options = options;
        random = new Random(options.seed());
        input = new Value("input", Shape.of(1, options.channels(), options.resolution(), options.resolution()));
        shapes.put(input.name(), input.shape());
        moments.put(input.name(), Moments.STANDARD);
    }

    String input() { return input.name(); }

    /** {@code channels} times the width, rounded to a multiple of 8 but never below nine tenths of it (the rule of MobileNetV2). */
    int channels(double channels) { return divisible(channels * options.width()); }

    static int divisible(double channels) {
        int rounded = Math.max(8, (int) (channels + 4) / 8 * 8);
        return rounded < 0.9 * channels ? rounded + 8 : rounded;
    }

    int classes() { return options.classes(); }

    double width() { return options.width(); }

    int channelsOf(String x) { return shape(x).dim(1); }

    /** A convolution with as much padding as keeps the size at stride 1. */
    String conv(String layer, String x, int out, int kernel, int stride, Activation activation) {
        return conv(layer, x, out, Window.square(kernel, stride, kernel / 2), 1, activation);
    }

    /** The last convolution of a residual branch, without activation: with a variance of {@link #BRANCH}, so that the sum of many branches stays well conditioned. */
    String branch(String layer, String x, int out, int kernel) {
        Window window = Window.square(kernel, 1, kernel / 2);
        if (options.batchNorm()) return normalised(layer, x, out, window, 1, Activation.NONE);
        Tensor weight = weights(x, inside(shape(x), window) / BRANCH, out, channelsOf(x), kernel, kernel);
        return add(layer, new Op.Conv(weight, bias(out), window, 1, Activation.NONE), new Moments(0, BRANCH), x);
    }

    String depthwise(String layer, String x, int kernel, int stride, Activation activation) {
        return conv(layer, x, channelsOf(x), Window.square(kernel, stride, kernel / 2), channelsOf(x), activation);
    }

    String conv(String layer, String x, int out, Window window, int groups, Activation activation) {
        if (options.batchNorm()) return normalised(layer, x, out, window, groups, activation);
        int in = channelsOf(x) / groups;
        Tensor weight = weights(x, inside(shape(x), window), out, in, window.kernelHeight(), window.kernelWidth());
        return weighted(layer, new Op.Conv(weight, bias(out), window, groups, activation), x, activation);
    }

    String gemm(String layer, String x, int out, Activation activation) {
        if (options.batchNorm()) return weighted(layer, new Op.Gemm(normal((activation.equals(Activation.NONE) ? 1.0 : 2.0) / shape(x).dim(1), out, shape(x).dim(1)), zeros(out), activation), x, activation);
        return weighted(layer, new Op.Gemm(weights(x, 1, out, shape(x).dim(1)), bias(out), activation), x, activation);
    }

    String squeezeExcite(String layer, String x, int reduced, Activation middle, Activation gate) {
        int channels = channelsOf(x);
        if (options.batchNorm())
            return add(layer, new Op.SqueezeExcite(normal(2.0 / channels, reduced, channels), zeros(reduced), middle, normal(1.0 / reduced, channels, reduced), zeros(channels), gate), moments(x), x);
        Tensor reduce = weights(x, 1, reduced, channels);
        moments.put(layer, Moments.STANDARD.through(middle));
        Tensor expand = weights(layer, 1 / GATE, channels, reduced);
        Moments gated = moments(x).times(new Moments(0, GATE).through(gate));
        return add(layer, new Op.SqueezeExcite(reduce, bias(reduced), middle, expand, bias(channels), gate), gated, x);
    }

    private String normalised(String layer, String x, int out, Window window, int groups, Activation activation) {
        int taps = window.kernelHeight() * window.kernelWidth();
        Tensor weight = normal(2.0 / (taps * (out / groups)), out, channelsOf(x) / groups, window.kernelHeight(), window.kernelWidth());
        String y = add(layer, new Op.Conv(weight, zeros(out), window, groups, Activation.NONE), Moments.STANDARD, x);
        y = add(layer + "/norm", new Op.BatchNormalization(constant(1, out), zeros(out), zeros(out), constant(1, out), EPSILON), Moments.STANDARD, y);
        return activation.equals(Activation.NONE) ? y : add(layer + "/activation", new Op.Activate(activation), Moments.STANDARD, y);
    }

    private Tensor normal(double variance, int... dims) {
        Shape shape = Shape.of(dims);
        float[] values = new float[shape.size()];
        double deviation = Math.sqrt(variance);
        for (int i = 0; i < values.length; i++) values[i] = (float) (deviation * random.nextGaussian());
        return new Tensor(shape, values);
    }

    private static Tensor zeros(int n) { return constant(0, n); }

    private static Tensor constant(float value, int n) {
        float[] values = new float[n];
        Arrays.fill(values, value);
        return Tensor.of(values, n);
    }

    String flatten(String layer, String x) { return add(layer, new Op.Reshape(Shape.of(shape(x).dim(0), shape(x).size() / shape(x).dim(0))), moments(x), x); }

    String add(String layer, String a, String b, Activation activation) {
        return add(layer, new Op.Binary(Op.Arithmetic.ADD, activation), moments(a).plus(moments(b)).through(activation), a, b);
    }

    String concat(String layer, String a, String b) { return add(layer, new Op.Concat(1), moments(a), a, b); }

    String maxPool(String layer, String x, Window window, boolean ceil) {
        return add(layer, new Op.Pool(Op.PoolKind.MAX, window, ceil, false), moments(x), x);
    }

    /** Global average pooling and removal of the two unit axes. */
    String poolToVector(String layer, String x) {
        String pooled = add(layer, new Op.GlobalAveragePool(), moments(x), x);
        return add(layer + "/flat", new Op.Reshape(Shape.of(shape(x).dim(0), channelsOf(x))), moments(x), pooled);
    }

    /** The graph, whose output is the last layer's, renamed to {@code logits}. */
    Graph build() {
        Node last = nodes.removeLast();
        nodes.add(new Node(last.name(), last.op(), last.inputs(), "logits"));
        return new Graph(name, List.of(input), nodes, List.of("logits"), Map.of("zoo", name + " " + options));
    }

    private String weighted(String layer, Op op, String x, Activation activation) { return add(layer, op, Moments.STANDARD.through(activation), x); }

    private String add(String layer, Op op, Moments result, String... inputs) {
        Node node = new Node(layer, op, List.of(inputs), layer);
        shapes.put(layer, Shapes.infer(node, node.inputs().stream().map(this::shape).toList()));
        moments.put(layer, result);
        nodes.add(node);
        return layer;
    }

    private Shape shape(String x) { return known(shapes, x); }

    private Moments moments(String x) { return known(moments, x); }

    private static <T> T known(Map<String, T> map, String x) {
        T value = map.get(x);
        if (value == null) throw new IllegalStateException("no layer " + x);
        return value;
    }

    private Tensor bias(int n) {
        float[] values = new float[n];
        for (int i = 0; i < n; i++) values[i] = (float) (BIAS * random.nextGaussian());
        return Tensor.of(values, n);
    }

    private static double inside(Shape x, Window w) {
        return inside(x.dim(2), w.outHeight(x.dim(2)), w.kernelHeight(), w.strideHeight(), w.padTop()) * inside(x.dim(3), w.outWidth(x.dim(3)), w.kernelWidth(), w.strideWidth(), w.padLeft());
    }

    /** Share of a filter's taps that fall on pixels and not on padding, along one axis. */
    private static double inside(int extent, int positions, int kernel, int stride, int pad) {
        int taps = 0;
        for (int position = 0; position < positions; position++)
            for (int tap = 0; tap < kernel; tap++) {
                int at = position * stride - pad + tap;
                if (at >= 0 && at < extent) taps++;
            }
        return (double) taps / positions / kernel;
    }

    /** Weights [out, fan...] for a layer that reads {@code x}; their variance is divided by {@code share}. */
    private Tensor weights(String x, double share, int out, int... fan) {
        int[] dims = new int[fan.length + 1];
        dims[0] = out;
        System.arraycopy(fan, 0, dims, 1, fan.length);
        Shape shape = Shape.of(dims);
        boolean centred = fan[0] >= 16;
        int inputs = shape.size() / out;
        double deviation = Math.sqrt(1 / (inputs * share * (centred ? moments(x).variance() : moments(x).power())));
        float[] values = new float[shape.size()];
        for (int row = 0; row < values.length; row += inputs) {
            double sum = 0;
            for (int i = row; i < row + inputs; i++) sum += values[i] = (float) (deviation * random.nextGaussian());
            if (centred) for (int i = row; i < row + inputs; i++) values[i] -= (float) (sum / inputs);
        }
        return new Tensor(shape, values);
    }
}
