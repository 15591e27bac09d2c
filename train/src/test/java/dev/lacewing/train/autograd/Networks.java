package dev.lacewing.train.autograd;

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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Small networks, one about each op: a convolution with weights, what is tested, a matrix product to three classes. */
final class Networks {
    private final SplittableRandom random = new SplittableRandom(5);
    private final List<Node> nodes = new ArrayList<>();
    private final Map<String, Shape> shapes = new LinkedHashMap<>();
    private String last = "input";

    private Networks(int channels, int height, int width) { shapes.put("input", Shape.of(1, channels, height, width)); }

    static Map<String, Graph> all() {
        Map<String, Graph> all = new LinkedHashMap<>();
        for (Activation a : List.of(Activation.RELU, Activation.RELU6, new Activation.Clamp(-0.3f, 0.4f), new Activation.LeakyRelu(0.1f), new Activation.Sigmoid(),
                new Activation.HardSigmoid(0.2f, 0.5f), new Activation.HardSwish(), new Activation.Swish(), new Activation.Tanh(),
                new Activation.PRelu(Tensor.of(new float[] {0.1f, 0.2f, 0.3f, -0.4f}, 4)), new Activation.PRelu(Tensor.of(new float[] {0.3f}, 1))))
            all.put("activate " + a, net().add(new Op.Activate(a)).classes());
        all.put("fused", net(6, 5, Activation.RELU).conv(4, 3, Window.square(3, 1, 1), 1, Activation.RELU6).classes());
        all.put("stride", net().conv(6, 3, Window.square(3, 2, 1), 1, Activation.NONE).classes());
        all.put("asymmetric pads", net().conv(5, 3, new Window(3, 3, 2, 2, 1, 1, 0, 0, 1, 1), 1, Activation.NONE).classes());
        all.put("odd window", net().conv(5, 2, new Window(2, 3, 1, 2, 2, 1, 1, 2, 0, 1), 1, Activation.NONE).classes());
        all.put("groups", net().conv(6, 3, Window.square(3, 1, 1), 2, Activation.NONE).classes());
        all.put("depthwise", net().conv(4, 3, Window.square(3, 1, 1), 4, Activation.RELU).classes());
        all.put("batch normalization", net().normalize().add(new Op.Activate(Activation.RELU)).classes());
        for (Op.PoolKind kind : Op.PoolKind.values())
            for (boolean ceil : new boolean[] {false, true})
                for (boolean count : new boolean[] {false, true})
                    for (Window w : List.of(Window.square(2, 2, 0), Window.square(3, 2, 1), new Window(3, 3, 2, 2, 1, 1, 0, 0, 1, 1), new Window(2, 3, 2, 1, 1, 2, 1, 0, 0, 2)))
                        all.put("pool " + kind + " " + w + " ceil " + ceil + " count " + count, net().add(new Op.Pool(kind, w, ceil, count)).classes());
        all.put("global pool", net().add(new Op.GlobalAveragePool()).classes());
        all.put("reduce mean", net().add(new Op.ReduceMean(List.of(2, 3), false)).classes());
        all.put("reduce mean kept", net().add(new Op.ReduceMean(List.of(1, 3), true)).classes());
        all.put("squeeze and excite", net().squeezeExcite().classes());
        for (Op.Arithmetic what : Op.Arithmetic.values()) {
            all.put("residual " + what, net().positive().residual(what).classes());
            all.put("constant " + what, net().constant(what).classes());
        }
        all.put("mat mul", net().matMul().classes());
        all.put("concat", net().concat().classes());
        all.put("transpose", net().add(new Op.Transpose(List.of(0, 2, 3, 1))).classes());
        all.put("slice", net().add(new Op.Slice(List.of(0, 3, 1, 5), List.of(1, -1, 2, -2), List.of(1, 3, 2, 3))).classes());
        for (Op.PadMode mode : Op.PadMode.values()) all.put("pad " + mode, net().add(new Op.Pad(List.of(0, 0, 2, 1), List.of(0, 0, 1, 3), mode, 0.5f)).classes());
        for (Op.DepthOrder order : Op.DepthOrder.values()) all.put("depth to space " + order, net().add(new Op.DepthToSpace(2, order)).classes());
        for (Op.Coordinates c : Op.Coordinates.values()) {
            all.put("nearest " + c, net().add(new Op.Resize(8, 9, 8 / 5f, 9 / 6f, Op.ResizeMode.NEAREST, c, Op.NearestMode.ROUND_PREFER_FLOOR)).classes());
            all.put("linear " + c, net().add(new Op.Resize(8, 4, 8 / 5f, 4 / 6f, Op.ResizeMode.LINEAR, c, Op.NearestMode.FLOOR)).classes());
        }
        all.put("inner softmax", net().add(new Op.Softmax(1)).classes());
        all.put("identity", net().add(new Op.Identity()).classes());
        return all;
    }

    private static Networks net() { return net(6, 4, Activation.NONE); }

    private static Networks net(int width, int channels, Activation activation) { return new Networks(2, 5, width).conv(channels, 3, Window.square(3, 1, 1), 1, activation); }

    private Networks conv(int out, int height, Window window, int groups, Activation activation) {
        int in = shapes.get(last).dim(1) / groups;
        return add(new Op.Conv(random(0.5, out, in, height, window.kernelWidth()), random(0.3, out), window, groups, activation));
    }

    private Networks normalize() {
        int c = shapes.get(last).dim(1);
        Tensor variance = random(0.3, c);
        for (int i = 0; i < c; i++) variance.values()[i] = 0.5f + Math.abs(variance.values()[i]);
        return add(new Op.BatchNormalization(random(1, c), random(0.3, c), random(0.3, c), variance, 1e-5f));
    }

    private Networks positive() { return add(new Op.Activate(new Activation.Clamp(0.5f, 9))); }

    private Networks squeezeExcite() {
        int c = shapes.get(last).dim(1);
        return add(new Op.SqueezeExcite(random(1, 3, c), random(0.5, 3), Activation.RELU, random(1, c, 3), random(0.5, c), new Activation.Sigmoid()));
    }

    private Networks residual(Op.Arithmetic what) {
        String before = last;
        add(new Op.GlobalAveragePool());
        return add(new Op.Binary(what, new Activation.Tanh()), before, last);
    }

    private Networks constant(Op.Arithmetic what) {
        String before = last;
        Tensor constant = random(1, 4, 1, 6);
        for (int i = 0; i < constant.size(); i++) constant.values()[i] = 0.5f + Math.abs(constant.values()[i]);
        add(new Op.Constant(constant), List.of());
        return add(new Op.Binary(what, new Activation.LeakyRelu(0.2f)), before, last);
    }

    private Networks matMul() {
        String before = last;
        add(new Op.Transpose(List.of(0, 1, 3, 2)));
        return add(new Op.MatMul(), before, last);
    }

    private Networks concat() {
        String before = last;
        conv(3, 3, Window.square(3, 1, 1), 1, Activation.RELU);
        return add(new Op.Concat(1), before, last, before);
    }

    private Graph classes() {
        int size = shapes.get(last).size();
        add(new Op.Reshape(Shape.of(1, size)));
        add(new Op.Gemm(random(0.2 / Math.sqrt(size), 3, size), random(0.1, 3), Activation.NONE));
        return new Graph("small", List.of(new Value("input", shapes.get("input"))), nodes, List.of(last), Map.of());
    }

    private Networks add(Op op) { return add(op, last); }

    private Networks add(Op op, String... inputs) { return add(op, List.of(inputs)); }

    private Networks add(Op op, List<String> inputs) {
        Node node = new Node("n" + nodes.size(), op, inputs, "v" + nodes.size());
        nodes.add(node);
        shapes.put(node.output(), Shapes.infer(node, inputs.stream().map(shapes::get).toList()));
        last = node.output();
        return this;
    }

    private Tensor random(double deviation, int... dims) {
        Tensor tensor = Tensor.zeros(dims);
        for (int i = 0; i < tensor.size(); i++) tensor.values()[i] = (float) (deviation * random.nextGaussian());
        return tensor;
    }
}
