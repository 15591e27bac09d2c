package dev.lacewing.suite;

import dev.lacewing.graph.Activation;
import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import dev.lacewing.graph.Shapes;
import dev.lacewing.graph.Value;
import dev.lacewing.tensor.Shape;
import dev.lacewing.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The oracle: what a graph computes, by plain nested loops in double, rounded to float only at the end. Never to be optimised; to be read beside the
 * definitions in {@link Op}.
 */
final class Reference {
    private Reference() {}

    /** Every value of the graph, inputs and intermediates included. */
    static Map<String, Tensor> run(Graph graph, Map<String, Tensor> inputs) {
        Map<String, Exact> known = new LinkedHashMap<>();
        for (Value input : graph.inputs()) known.put(input.name(), Exact.of(inputs.get(input.name())));
        for (Node node : graph.nodes()) {
            Exact y = apply(node.op(), node.inputs().stream().map(known::get).toList(), graph.shape(node.output()));
            if (!y.shape().equals(graph.shape(node.output()))) throw new IllegalStateException(node.name() + " gave " + y.shape() + ", inferred " + graph.shape(node.output()));
            known.put(node.output(), y);
        }
        Map<String, Tensor> rounded = new LinkedHashMap<>();
        known.forEach((name, value) -> rounded.put(name, value.rounded()));
        return rounded;
    }

    /** The graph's outputs in its order. */
    static List<Tensor> outputs(Graph graph, Map<String, Tensor> inputs) {
        Map<String, Tensor> all = run(graph, inputs);
        List<Tensor> outputs = new ArrayList<>();
        for (String output : graph.outputs()) outputs.add(all.get(output));
        return outputs;
    }

    private static Exact apply(Op op, List<Exact> in, Shape out) {
        return switch (op) {
            case Op.Constant(var value) -> Exact.of(value);
            case Op.Conv conv -> activate(ReferenceWindows.conv(conv, in.getFirst(), out), conv.activation());
            case Op.Gemm gemm -> activate(gemm(gemm, in.getFirst(), out), gemm.activation());
            case Op.MatMul() -> matMul(in.get(0), in.get(1), out);
            case Op.BatchNormalization bn -> batchNormalization(bn, in.getFirst());
            case Op.Activate(var activation) -> activate(in.getFirst(), activation);
            case Op.Binary(var what, var activation) -> activate(binary(what, in.get(0), in.get(1)), activation);
            case Op.Pool pool -> ReferenceWindows.pool(pool, in.getFirst(), out);
            case Op.GlobalAveragePool() -> reduceMean(in.getFirst(), List.of(2, 3), out);
            case Op.ReduceMean(var axes, var keepDims) -> reduceMean(in.getFirst(), axes, out);
            case Op.SqueezeExcite se -> squeezeExcite(se, in.getFirst());
            case Op.Concat(int axis) -> ReferenceMoves.concat(in, axis, out);
            case Op.Reshape(var shape) -> new Exact(shape, in.getFirst().values());
            case Op.Transpose(var permutation) -> ReferenceMoves.transpose(in.getFirst(), permutation, out);
            case Op.Slice slice -> ReferenceMoves.slice(slice, in.getFirst(), out);
            case Op.Pad pad -> ReferenceMoves.pad(pad, in.getFirst(), out);
            case Op.DepthToSpace(int block, var order) -> ReferenceMoves.depthToSpace(block, order, in.getFirst(), out);
            case Op.Resize resize -> ReferenceMoves.resize(resize, in.getFirst(), out);
            case Op.Softmax(int axis) -> softmax(in.getFirst(), axis);
            case Op.Identity() -> in.getFirst();
        };
    }

    private static Exact gemm(Op.Gemm gemm, Exact x, Shape out) {
        Exact y = Exact.zeros(out), weight = Exact.of(gemm.weight()), bias = Exact.of(gemm.bias());
        for (int i = 0; i < out.size(); i++) {
            int[] at = Exact.index(out, i), from = at.clone();
            int o = at[at.length - 1];
            double sum = bias.at(o);
            for (int k = 0; k < weight.dim(1); k++) {
                from[from.length - 1] = k;
                sum += x.at(from) * weight.at(o, k);
            }
            y.values()[i] = sum;
        }
        return y;
    }

    private static Exact matMul(Exact a, Exact b, Shape out) {
        Exact y = Exact.zeros(out);
        for (int i = 0; i < out.size(); i++) {
            int[] at = Exact.index(out, i);
            double sum = 0;
            for (int k = 0; k < a.dim(-1); k++) {
                int[] left = at.clone(), right = at.clone();
                left[at.length - 1] = k;
                right[at.length - 2] = k;
                sum += stretched(a, left, 2) * stretched(b, right, 2);
            }
            y.values()[i] = sum;
        }
        return y;
    }

    private static Exact binary(Op.Arithmetic what, Exact a, Exact b) {
        Exact y = Exact.zeros(Shapes.broadcast(a.shape(), b.shape()));
        for (int i = 0; i < y.values().length; i++) {
            int[] at = Exact.index(y.shape(), i);
            double p = stretched(a, at, 0), q = stretched(b, at, 0);
            y.values()[i] = switch (what) {
                case ADD -> p + q;
                case SUB -> p - q;
                case MUL -> p * q;
                case DIV -> p / q;
            };
        }
        return y;
    }

    /** The element that broadcasting puts at {@code at}: axes align at the end, an extent of 1 stretches, except on the last {@code exact} axes. */
    private static double stretched(Exact x, int[] at, int exact) {
        int rank = x.shape().rank();
        int[] from = new int[rank];
        for (int axis = 0; axis < rank; axis++) {
            boolean stretches = x.dim(axis) == 1 && axis < rank - exact;
            from[axis] = stretches ? 0 : at[at.length - rank + axis];
        }
        return x.at(from);
    }

    private static Exact batchNormalization(Op.BatchNormalization bn, Exact x) {
        Exact y = Exact.zeros(x.shape());
        for (int i = 0; i < y.values().length; i++) {
            int c = Exact.index(x.shape(), i)[1];
            double normal = (x.values()[i] - bn.mean().values()[c]) / Math.sqrt((double) bn.variance().values()[c] + bn.epsilon());
            y.values()[i] = normal * bn.scale().values()[c] + bn.shift().values()[c];
        }
        return y;
    }

    private static Exact reduceMean(Exact x, List<Integer> axes, Shape out) {
        Exact sums = Exact.zeros(out);
        for (int i = 0; i < x.values().length; i++) {
            int[] at = Exact.index(x.shape(), i);
            int linear = 0;
            for (int axis = 0; axis < at.length; axis++) if (!axes.contains(axis)) linear = linear * x.dim(axis) + at[axis];
            sums.values()[linear] += x.values()[i];
        }
        double count = (double) x.shape().size() / out.size();
        for (int i = 0; i < out.size(); i++) sums.values()[i] /= count;
        return sums;
    }

    private static Exact squeezeExcite(Op.SqueezeExcite se, Exact x) {
        Shape mean = Shape.of(x.dim(0), x.dim(1));
        Exact squeezed = reduceMean(x, List.of(2, 3), mean);
        Exact middle = activate(gemm(new Op.Gemm(se.reduce(), se.reduceBias(), se.middle()), squeezed, mean.with(1, se.reduceBias().size())), se.middle());
        Exact gate = activate(gemm(new Op.Gemm(se.expand(), se.expandBias(), se.gate()), middle, mean), se.gate());
        return binary(Op.Arithmetic.MUL, x, new Exact(Shape.of(x.dim(0), x.dim(1), 1, 1), gate.values()));
    }

    private static Exact softmax(Exact x, int axis) {
        Exact y = Exact.zeros(x.shape());
        for (int i = 0; i < y.values().length; i++) {
            int[] at = Exact.index(x.shape(), i);
            double max = Double.NEGATIVE_INFINITY, sum = 0;
            for (at[axis] = 0; at[axis] < x.dim(axis); at[axis]++) max = Math.max(max, x.at(at));
            for (at[axis] = 0; at[axis] < x.dim(axis); at[axis]++) sum += Math.exp(x.at(at) - max);
            y.values()[i] = Math.exp(x.values()[i] - max) / sum;
        }
        return y;
    }

    private static Exact activate(Exact x, Activation activation) {
        Exact y = Exact.zeros(x.shape());
        for (int i = 0; i < y.values().length; i++) {
            int channel = x.shape().rank() < 2 ? 0 : Exact.index(x.shape(), i)[1];
            y.values()[i] = activate(x.values()[i], activation, channel);
        }
        return y;
    }

    private static double activate(double x, Activation activation, int channel) {
        return switch (activation) {
            case Activation.None() -> x;
            case Activation.Clamp(float lo, float hi) -> Math.min(Math.max(x, lo), hi);
            case Activation.LeakyRelu(float slope) -> x >= 0 ? x : slope * x;
            case Activation.PRelu(var slopes) -> x >= 0 ? x : slopes.values()[slopes.size() == 1 ? 0 : channel] * x;
            case Activation.Sigmoid() -> sigmoid(x);
            case Activation.HardSigmoid(float alpha, float beta) -> Math.min(Math.max(alpha * x + beta, 0), 1);
            case Activation.HardSwish() -> x * Math.min(Math.max(x + 3, 0), 6) / 6;
            case Activation.Swish() -> x * sigmoid(x);
            case Activation.Tanh() -> Math.tanh(x);
        };
    }

    private static double sigmoid(double x) { return 1 / (1 + Math.exp(-x)); }
}
