package dev.lacewing.archive;

import dev.lacewing.graph.Activation;
import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import dev.lacewing.graph.Value;
import dev.lacewing.graph.Window;
import dev.lacewing.prune.Pruner;
import dev.lacewing.prune.Pruning;
import dev.lacewing.prune.Scope;
import dev.lacewing.sparse.Pattern;
import dev.lacewing.tensor.Shape;
import dev.lacewing.tensor.Tensor;
import dev.lacewing.zoo.Zoo;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Networks to store. */
final class Nets {
    private Nets() {}

    /** Of the zoo, small and pruned everywhere; pattern {@code dense} prunes nothing. */
    static Graph small(String name, String pattern) {
        return pruned(Zoo.build(name, Zoo.defaults(name).withWidth(0.25).withResolution(name.equals("resnet20") ? 32 : 64).withClasses(20)), pattern);
    }

    static Graph pruned(Graph graph, String pattern) {
        return pattern.equals("dense") ? graph : Pruner.prune(graph, new Pruning(Pattern.parse(pattern), 0.9, Scope.ALL)).graph();
    }

    /** Each op and each activation there is, in a row; no rewrite was applied. */
    static Graph everything() {
        List<Node> nodes = new ArrayList<>();
        Tensor shared = random(4);
        String image = "x";
        image = add(nodes, new Op.Conv(random(4, 3, 3, 3), shared, Window.square(3, 1, 1), 1, new Activation.PRelu(shared)), image);
        image = add(nodes, new Op.BatchNormalization(shared, random(4), random(4), Tensor.of(new float[] {1, 2, 3, 4}, 4), 1e-5f), image);
        for (Activation a : List.of(Activation.NONE, new Activation.Clamp(-1, Float.POSITIVE_INFINITY), new Activation.LeakyRelu(-0.0f), new Activation.PRelu(random(1)), new Activation.Sigmoid(),
                new Activation.HardSigmoid(0.2f, 0.5f), new Activation.HardSwish(), new Activation.Swish(), new Activation.Tanh())) image = add(nodes, new Op.Activate(a), image);
        image = add(nodes, new Op.SqueezeExcite(random(2, 4), random(2), Activation.RELU, random(4, 2), shared, new Activation.HardSigmoid(1, 0)), image);
        String constant = "c";
        nodes.add(new Node("c", new Op.Constant(Tensor.of(new float[] {-0.0f, 0, Float.MIN_VALUE, -Float.MAX_VALUE}, 1, 4, 1, 1)), List.of(), constant));
        for (Op.Arithmetic what : Op.Arithmetic.values()) image = add(nodes, new Op.Binary(what, Activation.RELU6), image, constant);
        for (Op.PoolKind kind : Op.PoolKind.values()) image = add(nodes, new Op.Pool(kind, Window.square(2, 1, 1), kind == Op.PoolKind.MAX, kind == Op.PoolKind.AVERAGE), image);
        for (Op.PadMode mode : Op.PadMode.values()) image = add(nodes, new Op.Pad(List.of(0, 0, 1, 1), List.of(0, 0, 0, 1), mode, -0.5f), image);
        for (Op.DepthOrder order : Op.DepthOrder.values())
            add(nodes, new Op.DepthToSpace(2, order), image);
        for (Op.Coordinates c : Op.Coordinates.values())
            for (Op.NearestMode n : Op.NearestMode.values()) image = add(nodes, new Op.Resize(5, 6, 0.5f, 0.25f, n == Op.NearestMode.FLOOR ? Op.ResizeMode.LINEAR : Op.ResizeMode.NEAREST, c, n), image);
        image = add(nodes, new Op.Concat(1), image, image, image);
        image = add(nodes, new Op.Slice(List.of(0, 11, 0, 1), List.of(1, -1, 1, 2), List.of(1, 4, 5, 2)), image);
        image = add(nodes, new Op.Transpose(List.of(0, 1, 3, 2)), image);
        image = add(nodes, new Op.MatMul(), image, add(nodes, new Op.Transpose(List.of(0, 1, 3, 2)), image));
        String mean = add(nodes, new Op.ReduceMean(List.of(2, 3), false), image), pooled = add(nodes, new Op.GlobalAveragePool(), image);
        pooled = add(nodes, new Op.Reshape(Shape.of(1, 4)), pooled);
        String sum = add(nodes, new Op.Gemm(random(8, 4), random(8), new Activation.Tanh()), add(nodes, new Op.Binary(Op.Arithmetic.ADD, Activation.NONE), mean, pooled));
        String soft = add(nodes, new Op.Softmax(1), sum);
        return new Graph("everything — ünïcode", List.of(new Value("x", Shape.of(1, 3, 6, 6)), new Value("unused", Shape.of())), nodes, List.of(add(nodes, new Op.Identity(), soft), image, "x"),
                Map.of("key", "value", "", "ü"));
    }

    private static String add(List<Node> nodes, Op op, String... inputs) {
        String output = "v" + nodes.size();
        nodes.add(new Node(op.getClass().getSimpleName() + nodes.size(), op, List.of(inputs), output));
        return output;
    }

    static Tensor random(int... dims) {
        Random random = new Random(java.util.Arrays.hashCode(dims));
        Tensor t = Tensor.zeros(dims);
        for (int i = 0; i < t.size(); i++) t.values()[i] = (float) random.nextGaussian();
        return t;
    }
}
