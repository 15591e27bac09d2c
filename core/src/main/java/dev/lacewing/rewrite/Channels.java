package dev.lacewing.rewrite;

import dev.lacewing.graph.Activation;
import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import dev.lacewing.graph.Op.Conv;
import dev.lacewing.tensor.Shape;
import dev.lacewing.tensor.Tensor;

/** Convolutions and products seen channel by channel. A dense convolution here is one of a single group. */
final class Channels {
    private Channels() {}

    static boolean isDense(Conv conv) { return conv.groups() == 1; }

    /** The filter of an output channel has a weight that is not zero. */
    static boolean hasFilter(Conv conv, int out) {
        int size = conv.weight().size() / conv.outChannels();
        return hasNonzero(conv.weight().values(), out * size, (out + 1) * size);
    }

    /** A dense convolution or a product: each output depends on all input channels. */
    static boolean mixes(Op op) { return op instanceof Conv conv && isDense(conv) || op instanceof Op.Gemm; }

    /** The mean of each plane, or such means as rows [images, channels]: channel c of the input is channel c of the output. */
    static boolean passes(Node node, Graph graph) {
        Shape in = node.inputs().isEmpty() ? Shape.of() : graph.shape(node.input()), out = graph.shape(node.output());
        return node.op() instanceof Op.GlobalAveragePool
                || node.op() instanceof Op.Reshape && in.rank() == 4 && out.rank() == 2 && in.dim(2) * in.dim(3) == 1 && out.dim(0) == in.dim(0);
    }

    /** Input channels of an op that mixes them. */
    static int inputs(Op op) { return op instanceof Conv conv ? conv.inChannels() : weight(op).shape().dim(1); }

    static Tensor weight(Op op) {
        return switch (op) {
            case Conv conv -> conv.weight();
            case Op.Gemm gemm -> gemm.weight();
            default -> throw new IllegalArgumentException(op + " has no weights");
        };
    }

    /** Some output of an op that mixes channels depends on the input channel. */
    static boolean reads(Op op, int in) {
        int taps = taps(op), row = inputs(op) * taps;
        float[] values = weight(op).values();
        for (int start = 0; start < values.length; start += row) if (hasNonzero(values, start + in * taps, start + (in + 1) * taps)) return true;
        return false;
    }

    static int taps(Op op) { return op instanceof Conv conv ? conv.window().kernelHeight() * conv.window().kernelWidth() : 1; }

    private static boolean hasNonzero(float[] values, int from, int to) {
        for (int i = from; i < to; i++) if (values[i] != 0) return true;
        return false;
    }

    /** The convolution with these output channels only, of a dense or a depthwise one. */
    static Conv withOutputs(Conv conv, int[] kept) {
        int size = conv.weight().size() / conv.outChannels();
        Activation activation = conv.activation() instanceof Activation.PRelu(var slopes) && slopes.size() > 1
                ? new Activation.PRelu(new Tensor(Shape.of(kept.length), gather(slopes.values(), kept, 1))) : conv.activation();
        return new Conv(new Tensor(dim(conv.weight().shape(), 0, kept.length), gather(conv.weight().values(), kept, size)),
                new Tensor(Shape.of(kept.length), gather(conv.bias().values(), kept, 1)), conv.window(), isDense(conv) ? 1 : kept.length, activation);
    }

    /** An op that mixes channels, of these input channels only. */
    static Op withInputs(Op op, int[] kept) {
        Tensor all = weight(op);
        int taps = taps(op), row = inputs(op) * taps, rows = all.shape().dim(0);
        float[] values = new float[rows * kept.length * taps];
        for (int out = 0; out < rows; out++)
            for (int i = 0; i < kept.length; i++) System.arraycopy(all.values(), out * row + kept[i] * taps, values, (out * kept.length + i) * taps, taps);
        Tensor some = new Tensor(dim(all.shape(), 1, kept.length), values);
        return switch (op) {
            case Conv conv -> new Conv(some, conv.bias(), conv.window(), 1, conv.activation());
            case Op.Gemm gemm -> new Op.Gemm(some, gemm.bias(), gemm.activation());
            default -> throw new IllegalArgumentException(op + " has no weights");
        };
    }

    private static Shape dim(Shape shape, int axis, int value) {
        int[] dims = new int[shape.rank()];
        for (int a = 0; a < dims.length; a++) dims[a] = a == axis ? value : shape.dim(a);
        return Shape.of(dims);
    }

    private static float[] gather(float[] values, int[] kept, int size) {
        float[] some = new float[kept.length * size];
        for (int i = 0; i < kept.length; i++) System.arraycopy(values, kept[i] * size, some, i * size, size);
        return some;
    }
}
