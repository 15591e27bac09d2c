package dev.lacewing.run;

import dev.lacewing.graph.Activation;
import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import dev.lacewing.graph.PlainLoops;
import dev.lacewing.graph.Shapes;
import dev.lacewing.graph.Value;
import dev.lacewing.graph.Window;
import dev.lacewing.tensor.Shape;
import dev.lacewing.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

/** Nets of a few layers, each around one way of reading or writing memory that is easily got wrong. Weights are seeded; half of them are zero. */
final class SmallNets {
    private static final Activation SWISH = new Activation.Swish(), NONE = Activation.NONE, RELU = new Activation.Clamp(0, Float.POSITIVE_INFINITY);

    private final Random random = new Random(11);
    private final Map<String, Shape> shapes = new HashMap<>();
    private final List<Node> nodes = new ArrayList<>();
    private final Value input;

    private SmallNets(int... shape) {
        input = new Value("x", Shape.of(shape));
        shapes.put("x", input.shape());
    }

    static Map<String, Graph> all() {
        Map<String, Graph> all = new LinkedHashMap<>();
        all.put("dilated", new SmallNets(1, 3, 9, 7).conv("a", "x", 6, window(3, 3, 1, 2, 2, 2, 2, 2), 1, RELU)
                .conv("b", "a", 5, window(3, 3, 1, 3, 3, 3, 3, 3), 1, NONE).graph());
        all.put("grouped", new SmallNets(1, 6, 5, 5).conv("a", "x", 9, Window.square(3, 1, 1), 3, RELU)
                .conv("b", "a", 6, Window.square(3, 2, 1), 3, NONE).graph());
        all.put("multiplier", new SmallNets(1, 3, 6, 6).conv("a", "x", 6, Window.square(3, 1, 1), 3, SWISH)
                .conv("b", "a", 6, Window.square(3, 1, 1), 6, NONE).graph());
        all.put("asymmetric", new SmallNets(1, 3, 8, 10).conv("a", "x", 5, window(3, 2, 1, 1, 0, 1, 2, 0), 1, RELU)
                .conv("b", "a", 5, window(3, 3, 2, 1, 0, 0, 1, 1), 5, RELU)
                .conv("c", "b", 4, window(2, 3, 1, 1, 1, 2, 0, 0), 1, NONE).graph());
        all.put("strided 1x1", new SmallNets(1, 5, 9, 9).conv("a", "x", 6, Window.square(1, 1, 0), 1, RELU)
                .conv("b", "a", 7, Window.square(1, 2, 0), 1, RELU).conv("c", "b", 3, Window.square(1, 3, 0), 1, NONE).graph());
        all.put("5x5", new SmallNets(1, 4, 11, 11).conv("a", "x", 6, Window.square(5, 1, 2), 1, RELU)
                .conv("b", "a", 6, Window.square(5, 1, 2), 6, RELU).conv("c", "b", 6, Window.square(5, 2, 2), 6, NONE).graph());
        all.put("7x7", new SmallNets(1, 3, 15, 15).conv("a", "x", 8, Window.square(7, 2, 3), 1, RELU)
                .conv("b", "a", 4, Window.square(7, 1, 3), 1, NONE).graph());
        all.put("wide depthwise", new SmallNets(1, 3, 5, 37).conv("a", "x", 3, Window.square(3, 1, 1), 3, RELU)
                .conv("b", "a", 3, Window.square(5, 2, 2), 3, RELU).conv("c", "b", 3, Window.square(3, 2, 1), 3, NONE).graph());
        all.put("large planes", new SmallNets(1, 2, 26, 26).conv("a", "x", 5, Window.square(3, 1, 1), 1, RELU)
                .conv("b", "a", 5, Window.square(1, 1, 0), 1, RELU).conv("c", "b", 3, Window.square(3, 1, 1), 1, NONE).graph());
        all.put("rows shared by threads", new SmallNets(1, 2, 53, 51).conv("a", "x", 2, Window.square(3, 1, 1), 2, RELU)
                .conv("b", "a", 3, Window.square(1, 1, 0), 1, RELU).conv("c", "b", 3, Window.square(5, 1, 2), 3, RELU)
                .conv("d", "c", 3, Window.square(3, 1, 1), 3, NONE).graph());
        all.put("rows shared by threads, stride 2", new SmallNets(1, 2, 107, 101).conv("a", "x", 2, Window.square(3, 2, 1), 2, RELU)
                .conv("b", "a", 2, Window.square(3, 1, 1), 2, NONE).graph());
        all.put("rows shared by threads, narrower than half a vector", new SmallNets(1, 2, 800, 3).conv("a", "x", 2, Window.square(3, 1, 1), 2, RELU).graph());
        all.put("rows shared by threads, of one pixel", new SmallNets(1, 2, 1600, 1).conv("a", "x", 2, Window.square(3, 1, 1), 2, RELU).graph());
        all.put("depthwise before a wide halo", new SmallNets(1, 2, 28, 28).conv("a", "x", 2, Window.square(3, 2, 1), 2, RELU)
                .conv("b", "a", 2, window(3, 3, 1, 51, 51, 51, 51, 51), 1, NONE).graph());
        all.put("depthwise without a halo, its rows far apart", new SmallNets(1, 6, 14, 14).conv("a", "x", 6, Window.square(1, 1, 0), 1, NONE).conv("b", "a", 6, Window.square(3, 1, 1), 6, NONE)
                .conv("c", "b", 4, Window.square(1, 1, 0), 1, NONE).conv("d", "c", 2, window(1, 3, 1, 100, 0, 100, 0, 100), 1, NONE).graph());
        for (int dilation : new int[] {16, 32, 64})
            all.put("depthwise before a dilation of " + dilation, new SmallNets(1, 2, 33, 33).conv("a", "x", 2, Window.square(3, 2, 1), 2, SWISH)
                    .conv("b", "a", 2, window(3, 3, 1, dilation, dilation, dilation, dilation, dilation), 1, NONE).graph());
        all.put("swish before a halo", new SmallNets(1, 4, 7, 7).conv("a", "x", 4, Window.square(3, 1, 1), 4, SWISH)
                .conv("b", "a", 4, Window.square(5, 1, 2), 4, new Activation.Sigmoid())
                .conv("c", "b", 4, Window.square(3, 1, 1), 1, new Activation.HardSigmoid(0.2f, 0.5f))
                .conv("d", "c", 4, Window.square(3, 1, 1), 1, NONE).graph());
        all.put("vertical halo", new SmallNets(1, 3, 4, 4).conv("a", "x", 3, Window.square(3, 1, 1), 3, RELU)
                .conv("b", "a", 4, window(3, 1, 1, 1, 1, 0, 1, 0), 1, NONE).graph());
        all.put("grows from a pixel", new SmallNets(1, 5, 1, 1).conv("a", "x", 4, Window.square(2, 1, 1), 1, RELU)
                .conv("b", "a", 4, Window.square(3, 1, 2), 4, NONE).graph());
        all.put("depthwise from a pixel", new SmallNets(1, 5, 1, 1).conv("a", "x", 5, Window.square(3, 1, 2), 5, RELU)
                .conv("b", "a", 4, Window.square(3, 1, 1), 1, NONE).graph());
        all.put("shrinks to a pixel", new SmallNets(1, 3, 4, 4).conv("a", "x", 7, Window.square(4, 1, 0), 1, SWISH)
                .conv("b", "a", 5, Window.square(1, 1, 0), 1, RELU).conv("c", "b", 5, Window.square(3, 1, 1), 1, NONE).graph());
        all.put("pools", new SmallNets(1, 5, 9, 9).node("a", new Op.Pool(Op.PoolKind.MAX, Window.square(3, 2, 1), false, false), "x")
                .conv("b", "a", 5, Window.square(3, 1, 1), 5, RELU)
                .node("c", new Op.Pool(Op.PoolKind.AVERAGE, Window.square(3, 2, 1), true, true), "b")
                .node("d", new Op.Pool(Op.PoolKind.AVERAGE, Window.square(2, 1, 0), false, false), "c").graph());
        all.put("pool before a halo", new SmallNets(1, 3, 8, 8)
                .node("a", new Op.Pool(Op.PoolKind.AVERAGE, Window.square(2, 2, 0), false, false), "x")
                .conv("b", "a", 4, Window.square(3, 1, 1), 1, NONE).graph());
        all.put("pools over zeros", new SmallNets(1, 3, 12, 21).conv("a", "x", 5, Window.square(3, 1, 1), 1, RELU)
                .node("b", new Op.Pool(Op.PoolKind.MAX, Window.square(3, 2, 1), false, false), "a")
                .node("c", new Op.Pool(Op.PoolKind.AVERAGE, Window.square(3, 1, 1), false, false), "b").conv("d", "c", 4, Window.square(1, 1, 0), 1, RELU)
                .node("e", new Op.Pool(Op.PoolKind.MAX, Window.square(2, 2, 0), true, false), "d").conv("f", "e", 4, Window.square(7, 1, 3), 1, NONE).graph());
        all.put("staged strides", new SmallNets(1, 5, 19, 37).conv("a", "x", 6, window(4, 3, 2, 1, 1, 2, 0, 1), 1, NONE)
                .conv("b", "a", 4, window(2, 3, 2, 2, 1, 2, 1, 2), 2, NONE).node("c", new Op.Pool(Op.PoolKind.MAX, Window.square(3, 2, 1), true, false), "b")
                .node("d", new Op.Pool(Op.PoolKind.MAX, Window.square(3, 1, 1), true, false), "c").conv("e", "d", 3, Window.square(3, 3, 1), 1, NONE).graph());
        all.put("concat", new SmallNets(1, 3, 6, 6).conv("a", "x", 5, Window.square(1, 1, 0), 1, RELU)
                .conv("b", "x", 4, Window.square(3, 1, 1), 1, RELU).node("c", new Op.Concat(1), "a", "b")
                .conv("d", "c", 3, Window.square(3, 1, 1), 1, NONE).graph());
        all.put("residual", new SmallNets(1, 4, 7, 5).conv("a", "x", 4, Window.square(3, 1, 1), 1, RELU)
                .conv("b", "a", 4, Window.square(3, 1, 1), 1, NONE)
                .node("c", new Op.Binary(Op.Arithmetic.ADD, RELU), "x", "b").node("d", new Op.Binary(Op.Arithmetic.MUL, SWISH), "c", "a")
                .conv("e", "d", 4, Window.square(5, 1, 2), 4, NONE).graph());
        all.put("residual by projection", new SmallNets(1, 3, 9, 7).conv("a", "x", 6, Window.square(3, 2, 1), 1, NONE).conv("b", "x", 6, Window.square(1, 2, 0), 1, NONE)
                .add("c", RELU, "b", "a").conv("d", "c", 6, Window.square(3, 1, 1), 1, NONE).add("e", SWISH, "c", "d").conv("f", "e", 5, Window.square(3, 1, 1), 1, NONE).graph());
        all.put("residual of another pitch", new SmallNets(1, 5, 6, 6).conv("a", "x", 5, Window.square(5, 1, 2), 5, RELU).conv("b", "a", 5, Window.square(1, 1, 0), 1, NONE)
                .add("c", NONE, "b", "a").conv("d", "c", 5, Window.square(1, 1, 0), 1, NONE).add("e", new Activation.Tanh(), "d", "b").graph());
        all.put("residual of itself", new SmallNets(1, 4, 5, 5).conv("a", "x", 4, Window.square(1, 1, 0), 1, NONE).add("b", RELU, "a", "a")
                .conv("c", "b", 4, Window.square(3, 1, 1), 1, NONE).add("d", NONE, "c", "b").graph());
        all.put("residual of a pixel", new SmallNets(1, 4, 3, 3).conv("a", "x", 9, Window.square(3, 1, 0), 1, NONE).conv("b", "a", 9, Window.square(1, 1, 0), 1, NONE)
                .add("c", RELU, "b", "a").conv("d", "x", 9, Window.square(3, 1, 0), 1, NONE).add("e", SWISH, "c", "d").graph());
        all.put("super-resolution", new SmallNets(1, 1, 6, 5).conv("a", "x", 6, Window.square(5, 1, 2), 1, new Activation.Tanh())
                .conv("b", "a", 9, Window.square(3, 1, 1), 1, NONE)
                .node("c", new Op.DepthToSpace(3, Op.DepthOrder.DCR), "b").graph());
        all.put("squeeze-excite", new SmallNets(1, 6, 5, 5).conv("a", "x", 6, Window.square(3, 1, 1), 6, SWISH).squeezeExcite("b", "a", 3)
                .conv("c", "b", 7, Window.square(3, 1, 1), 1, NONE).graph());
        all.put("squeeze-excite into weights", new SmallNets(1, 5, 19, 21).conv("a", "x", 5, Window.square(3, 1, 1), 5, SWISH).squeezeExcite("b", "a", 2)
                .conv("c", "b", 6, Window.square(1, 1, 0), 1, NONE).conv("d", "c", 6, Window.square(5, 2, 2), 6, SWISH).squeezeExcite("e", "d", 3)
                .conv("f", "e", 4, Window.square(1, 1, 0), 1, RELU).graph());
        all.put("squeeze-excite in place", new SmallNets(1, 19, 6, 6).conv("a", "x", 19, Window.square(5, 2, 2), 19, RELU).squeezeExcite("b", "a", 5)
                .conv("c", "b", 35, Window.square(1, 1, 0), 1, NONE).conv("d", "c", 35, Window.square(3, 1, 1), 35, NONE).squeezeExcite("e", "d", 9)
                .conv("f", "e", 35, Window.square(1, 1, 0), 1, NONE).add("g", RELU, "f", "c").graph());
        all.put("squeeze-excite of what others read", new SmallNets(1, 6, 8, 17).conv("a", "x", 6, Window.square(3, 1, 1), 6, SWISH).squeezeExcite("b", "a", 3)
                .conv("c", "b", 6, Window.square(1, 1, 0), 1, NONE).add("d", NONE, "c", "a").node("e", new Op.GlobalAveragePool(), "d").graph());
        for (int size : new int[] {7, 28})
            all.put("mean of what others read with a halo, " + size + " wide", new SmallNets(1, 3, size, size).conv("a", "x", 3, Window.square(3, 1, 1), 3, new Activation.HardSwish())
                    .node("b", new Op.GlobalAveragePool(), "a").conv("c", "a", 3, Window.square(size == 7 ? 5 : 3, 1, size == 7 ? 2 : 1), 1, NONE).node("d", new Op.Binary(Op.Arithmetic.MUL, NONE), "c", "b").graph());
        all.put("mean of a depthwise layer", new SmallNets(1, 9, 6, 35).conv("a", "x", 9, Window.square(3, 2, 1), 9, RELU).node("b", new Op.GlobalAveragePool(), "a").graph());
        all.put("matrix over the rows of planes", new SmallNets(1, 3, 5, 7).conv("a", "x", 4, Window.square(3, 1, 1), 1, RELU).gemm("b", "a", 9, SWISH)
                .conv("c", "b", 4, Window.square(3, 1, 1), 4, NONE).gemm("d", "c", 5, new Activation.PRelu(Tensor.of(new float[] {.1f, .2f, .3f, .4f}, 4))).graph());
        all.put("slopes", new SmallNets(1, 3, 5, 6)
                .conv("a", "x", 5, Window.square(3, 1, 1), 1, new Activation.PRelu(Tensor.of(new float[] {.1f, .2f, .3f, .4f, .5f}, 5)))
                .conv("b", "a", 5, Window.square(3, 2, 1), 5, new Activation.LeakyRelu(.2f)).conv("c", "b", 4, Window.square(3, 1, 1), 1, NONE)
                .graph());
        for (int block : new int[] {4, 8, 16})
            all.put("classifier in blocks of " + block, new SmallNets(1, 40, 1, 1).conv("a", "x", 93, Window.square(1, 1, 0), 1, RELU).inBlocks(block)
                    .conv("b", "a", 16, Window.square(1, 1, 0), 1, NONE).conv("c", "b", 7, Window.square(1, 1, 0), 1, NONE).graph());
        all.put("means of rows", new SmallNets(1, 3, 6, 7).conv("a", "x", 4, Window.square(3, 1, 1), 1, RELU).node("b", new Op.ReduceMean(List.of(3), true), "a")
                .conv("c", "b", 3, window(3, 1, 1, 1, 1, 0, 1, 0), 1, NONE).graph());
        all.put("means of channels", new SmallNets(1, 5, 6, 7).conv("a", "x", 5, Window.square(3, 1, 1), 5, RELU).node("b", new Op.ReduceMean(List.of(1), true), "a")
                .conv("c", "b", 3, Window.square(3, 1, 1), 1, NONE).node("d", new Op.ReduceMean(List.of(1, 3), false), "c").graph());
        all.put("means by pieces", new SmallNets(1, 2100, 3).node("a", new Op.ReduceMean(List.of(2), false), "x").graph());
        all.put("batch normalization", new SmallNets(1, 3, 7, 7).node("a", new Op.Pool(Op.PoolKind.MAX, Window.square(2, 1, 0), false, false), "x").batchNormalization("b", "a")
                .conv("c", "b", 4, Window.square(3, 1, 1), 1, NONE).graph());
        all.put("sequence, channel by channel", new SmallNets(1, 5, 9).batchNormalization("a", "x").node("b", new Op.Activate(new Activation.PRelu(Tensor.of(new float[] {.1f, .2f, .3f, .4f, .5f}, 5))), "a")
                .node("c", new Op.Activate(SWISH), "b").graph());
        all.put("attention", new SmallNets(1, 7, 10).gemm("q", "x", 6, NONE).gemm("k", "x", 6, NONE).node("t", new Op.Transpose(List.of(0, 2, 1)), "k").node("s", new Op.MatMul(), "q", "t")
                .node("p", new Op.Softmax(2), "s").gemm("v", "x", 5, SWISH).node("y", new Op.MatMul(), "p", "v").node("r", new Op.Reshape(Shape.of(1, 35)), "y").gemm("z", "r", 3, NONE).graph());
        all.put("rows of images", new SmallNets(1, 3, 5, 6).conv("a", "x", 4, Window.square(3, 1, 1), 1, RELU).gemm("b", "a", 9, RELU).conv("c", "b", 3, Window.square(3, 1, 1), 1, NONE)
                .node("d", new Op.Softmax(1), "c").graph());
        all.put("resized, cut and padded", new SmallNets(1, 3, 5, 6).conv("a", "x", 4, Window.square(3, 1, 1), 1, RELU).resize("b", "a", 9, 11, Op.ResizeMode.LINEAR)
                .conv("c", "b", 4, Window.square(3, 1, 1), 4, RELU).resize("d", "c", 7, 13, Op.ResizeMode.NEAREST)
                .node("e", new Op.Slice(List.of(0, 3, 1, 12), List.of(1, -1, 2, -3), List.of(1, 3, 3, 4)), "d")
                .node("f", new Op.Pad(List.of(0, 0, 1, 2), List.of(0, 0, 2, 1), Op.PadMode.REFLECT, 0), "e").conv("g", "f", 3, Window.square(3, 1, 1), 1, NONE)
                .node("h", new Op.Pad(List.of(0, 1, 2, 0), List.of(0, 0, 0, 3), Op.PadMode.CONSTANT, -2), "g").graph());
        all.put("classifier", new SmallNets(1, 9, 4, 4).conv("a", "x", 70, Window.square(1, 1, 0), 1, RELU)
                .node("b", new Op.GlobalAveragePool(), "a").conv("c", "b", 37, Window.square(1, 1, 0), 1, SWISH).graph());
        return all;
    }

    private static Window window(int kh, int kw, int stride, int dilation, int top, int left, int bottom, int right) {
        return new Window(kh, kw, stride, stride, dilation, dilation, top, left, bottom, right);
    }

    private Shape shape(String value) { return Objects.requireNonNull(shapes.get(value)); }

    private SmallNets conv(String name, String x, int out, Window w, int groups, Activation activation) {
        return node(name, new Op.Conv(weights(out, shape(x).dim(1) / groups, w.kernelHeight(), w.kernelWidth()), weights(out), w, groups, activation), x);
    }

    /** Over the last axis. */
    private SmallNets gemm(String name, String x, int out, Activation activation) {
        return node(name, new Op.Gemm(weights(out, shape(x).dim(-1)), weights(out), activation), x);
    }

    private SmallNets batchNormalization(String name, String x) {
        int channels = shape(x).dim(1);
        Tensor variance = weights(channels);
        for (int i = 0; i < channels; i++) variance.values()[i] = 0.5f + Math.abs(variance.values()[i]);
        return node(name, new Op.BatchNormalization(weights(channels), weights(channels), weights(channels), variance, 1e-3f), x);
    }

    private SmallNets resize(String name, String x, int height, int width, Op.ResizeMode mode) {
        Shape s = shape(x);
        return node(name, new Op.Resize(height, width, (float) height / s.dim(2), (float) width / s.dim(3), mode, Op.Coordinates.HALF_PIXEL, Op.NearestMode.FLOOR), x);
    }

    private SmallNets add(String name, Activation activation, String a, String b) { return node(name, new Op.Binary(Op.Arithmetic.ADD, activation), a, b); }

    /** Most weights of the last convolution become zero, N outputs together. */
    private SmallNets inBlocks(int n) {
        if (!(nodes.getLast().op() instanceof Op.Conv conv)) throw new AssertionError(nodes.getLast());
        int columns = conv.weight().shape().dim(1);
        for (int i = 0; i < conv.weight().size(); i++) conv.weight().values()[i] = (i / columns / n + i % columns) % 7 == 0 ? .5f + i % 3 : 0;
        return this;
    }

    private SmallNets squeezeExcite(String name, String x, int reduced) {
        int channels = shape(x).dim(1);
        Tensor reduce = weights(reduced, channels), expand = weights(channels, reduced);
        return node(name, new Op.SqueezeExcite(reduce, weights(reduced), RELU, expand, weights(channels), new Activation.Sigmoid()), x);
    }

    private SmallNets node(String name, Op op, String... in) {
        Node node = new Node(name, op, List.of(in), name);
        shapes.put(name, Shapes.infer(node, node.inputs().stream().map(this::shape).toList()));
        nodes.add(node);
        return this;
    }

    private Tensor weights(int... dims) {
        Tensor t = PlainLoops.random(random, Shape.of(dims));
        if (dims.length > 1) for (int i = 0; i < t.size(); i++) if (random.nextBoolean()) t.values()[i] = 0;
        return t;
    }

    private Graph graph() { return new Graph("small", List.of(input), nodes, List.of(nodes.getLast().output()), Map.of()); }
}
