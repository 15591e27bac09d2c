package dev.lacewing.graph;

import dev.lacewing.tensor.Shape;
import dev.lacewing.tensor.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;

/** Runs a graph with nested loops in double precision; the ops that the rewrites and the zoo use. The reference of the tests in this module. */
public final class PlainLoops {
    private PlainLoops() {}

    /** Normally distributed values for each input. */
    public static Map<String, Tensor> randomInputs(Graph graph, long seed) {
        Random random = new Random(seed);
        Map<String, Tensor> inputs = new HashMap<>();
        for (Value input : graph.inputs()) inputs.put(input.name(), random(random, input.shape()));
        return inputs;
    }

    public static Tensor random(Random random, Shape shape) {
        float[] values = new float[shape.size()];
        for (int i = 0; i < values.length; i++) values[i] = (float) random.nextGaussian();
        return new Tensor(shape, values);
    }

    /** Every activation by name. */
    public static Map<String, Tensor> run(Graph graph, Map<String, Tensor> inputs) {
        Map<String, Tensor> values = new HashMap<>(inputs);
        for (Node node : graph.nodes())
            values.put(node.output(), eval(node.op(), node.inputs().stream().map(values::get).toList(), graph.shape(node.output())));
        return values;
    }

    private static Tensor eval(Op op, List<Tensor> in, Shape out) {
        float[] y = new float[out.size()];
        switch (op) {
            case Op.Constant(var value) -> { return value; }
            case Op.Identity i -> { return in.getFirst(); }
            case Op.Reshape r -> { return in.getFirst().reshape(out); }
            case Op.Conv conv -> {
                conv(conv, in.getFirst(), out, y);
                activate(conv.activation(), out, y);
            }
            case Op.Gemm(var weight, var bias, var activation) -> {
                int k = weight.shape().dim(1), n = weight.shape().dim(0);
                for (int i = 0; i < y.length; i++) {
                    double sum = bias.values()[i % n];
                    for (int j = 0; j < k; j++) sum += (double) in.getFirst().values()[i / n * k + j] * weight.values()[i % n * k + j];
                    y[i] = (float) sum;
                }
                activate(activation, out, y);
            }
            case Op.MatMul m -> {
                int k = in.getFirst().shape().dim(-1), n = out.dim(-1), rows = out.dim(-2), second = in.get(1).shape().rank() == 2 ? 0 : 1;
                for (int i = 0; i < y.length; i++) {
                    double sum = 0;
                    for (int j = 0; j < k; j++) sum += (double) in.getFirst().values()[i / n * k + j] * in.get(1).values()[second * (i / n / rows) * k * n + j * n + i % n];
                    y[i] = (float) sum;
                }
            }
            case Op.BatchNormalization bn -> {
                for (int i = 0; i < y.length; i++) {
                    int c = i / out.strides()[1] % out.dim(1);
                    y[i] = (float) ((in.getFirst().values()[i] - bn.mean().values()[c]) / Math.sqrt(bn.variance().values()[c] + bn.epsilon()) * bn.scale().values()[c]
                            + bn.shift().values()[c]);
                }
            }
            case Op.Activate(var activation) -> {
                System.arraycopy(in.getFirst().values(), 0, y, 0, y.length);
                activate(activation, out, y);
            }
            case Op.Binary(var what, var activation) -> {
                for (int i = 0; i < y.length; i++) {
                    double a = broadcast(in.get(0), out, i), b = broadcast(in.get(1), out, i);
                    y[i] = (float) switch (what) {
                        case ADD -> a + b;
                        case SUB -> a - b;
                        case MUL -> a * b;
                        case DIV -> a / b;
                    };
                }
                activate(activation, out, y);
            }
            case Op.Pool pool -> pool(pool, in.getFirst(), out, y);
            case Op.GlobalAveragePool g -> mean(in.getFirst(), List.of(2, 3), y);
            case Op.ReduceMean(var axes, var keep) -> mean(in.getFirst(), axes, y);
            case Op.SqueezeExcite s -> squeezeExcite(s, in.getFirst(), y);
            case Op.Concat(int axis) -> {
                int before = 0;
                for (Tensor t : in) {
                    for (int i = 0; i < t.size(); i++) {
                        int[] at = index(t.shape(), i);
                        at[axis] += before;
                        y[linear(out, at)] = t.values()[i];
                    }
                    before += t.shape().dim(axis);
                }
            }
            case Op.Transpose(var permutation) -> {
                for (int i = 0; i < y.length; i++) {
                    int[] to = index(out, i), from = new int[to.length];
                    for (int a = 0; a < to.length; a++) from[permutation.get(a)] = to[a];
                    y[i] = in.getFirst().values()[linear(in.getFirst().shape(), from)];
                }
            }
            case Op.Slice(var starts, var steps, var sizes) -> {
                for (int i = 0; i < y.length; i++) {
                    int[] at = index(out, i);
                    for (int a = 0; a < at.length; a++) at[a] = starts.get(a) + steps.get(a) * at[a];
                    y[i] = in.getFirst().values()[linear(in.getFirst().shape(), at)];
                }
            }
            case Op.Pad(var before, var after, var mode, float value) -> {
                if (mode != Op.PadMode.CONSTANT) throw new UnsupportedOperationException("only constant padding");
                java.util.Arrays.fill(y, value);
                for (int i = 0; i < in.getFirst().size(); i++) {
                    int[] at = index(in.getFirst().shape(), i);
                    for (int a = 0; a < at.length; a++) at[a] += before.get(a);
                    y[linear(out, at)] = in.getFirst().values()[i];
                }
            }
            default -> throw new UnsupportedOperationException(op.toString());
        }
        return new Tensor(out, y);
    }

    private static void conv(Op.Conv conv, Tensor in, Shape out, float[] y) {
        Window w = conv.window();
        int cin = in.shape().dim(1), h = in.shape().dim(2), width = in.shape().dim(3), perGroup = cin / conv.groups(), kh = w.kernelHeight(), kw = w.kernelWidth();
        float[] x = in.values(), k = conv.weight().values();
        for (int i = 0; i < y.length; i++) {
            int ox = i % out.dim(3), oy = i / out.dim(3) % out.dim(2), o = i / out.strides()[1] % out.dim(1), n = i / out.strides()[0];
            int first = o / (out.dim(1) / conv.groups()) * perGroup;
            double sum = conv.bias().values()[o];
            for (int ky = 0; ky < kh; ky++) {
                int iy = oy * w.strideHeight() - w.padTop() + ky * w.dilationHeight();
                if (iy < 0 || iy >= h) continue;
                for (int kx = 0; kx < kw; kx++) {
                    int ix = ox * w.strideWidth() - w.padLeft() + kx * w.dilationWidth();
                    if (ix < 0 || ix >= width) continue;
                    for (int c = 0; c < perGroup; c++) sum += (double) x[((n * cin + first + c) * h + iy) * width + ix] * k[((o * perGroup + c) * kh + ky) * kw + kx];
                }
            }
            y[i] = (float) sum;
        }
    }

    private static void pool(Op.Pool pool, Tensor in, Shape out, float[] y) {
        Window w = pool.window();
        int h = in.shape().dim(2), width = in.shape().dim(3);
        for (int i = 0; i < y.length; i++) {
            int ox = i % out.dim(3), oy = i / out.dim(3) % out.dim(2), plane = i / out.strides()[1], inside = 0, padded = 0;
            double max = Double.NEGATIVE_INFINITY, sum = 0;
            for (int ky = 0; ky < w.kernelHeight(); ky++)
                for (int kx = 0; kx < w.kernelWidth(); kx++) {
                    int iy = oy * w.strideHeight() - w.padTop() + ky * w.dilationHeight(), ix = ox * w.strideWidth() - w.padLeft() + kx * w.dilationWidth();
                    if (iy < h + w.padBottom() && ix < width + w.padRight()) padded++;
                    if (iy < 0 || iy >= h || ix < 0 || ix >= width) continue;
                    double v = in.values()[(plane * h + iy) * width + ix];
                    inside++;
                    sum += v;
                    max = Math.max(max, v);
                }
            y[i] = (float) (pool.kind() == Op.PoolKind.MAX ? max : sum / (pool.countPadding() ? padded : inside));
        }
    }

    private static void mean(Tensor in, List<Integer> axes, float[] y) {
        double[] sum = new double[y.length];
        Shape kept = in.shape();
        for (int axis : axes) kept = kept.with(axis, 1);
        for (int i = 0; i < in.size(); i++) {
            int[] at = index(in.shape(), i);
            for (int axis : axes) at[axis] = 0;
            sum[linear(kept, at)] += in.values()[i];
        }
        for (int i = 0; i < y.length; i++) y[i] = (float) (sum[i] * y.length / in.size());
    }

    private static void squeezeExcite(Op.SqueezeExcite s, Tensor in, float[] y) {
        int n = in.shape().dim(0), c = in.shape().dim(1), pixels = in.size() / n / c;
        float[] mean = new float[n * c];
        mean(in, List.of(2, 3), mean);
        Tensor middle = eval(new Op.Gemm(s.reduce(), s.reduceBias(), s.middle()), List.of(Tensor.of(mean, n, c)), Shape.of(n, s.reduceBias().size()));
        Tensor gate = eval(new Op.Gemm(s.expand(), s.expandBias(), s.gate()), List.of(middle), Shape.of(n, c));
        for (int i = 0; i < y.length; i++) y[i] = in.values()[i] * gate.values()[i / pixels];
    }

    private static double broadcast(Tensor t, Shape out, int i) {
        int[] at = index(out, i);
        int linear = 0;
        for (int a = 0; a < t.shape().rank(); a++) linear = linear * t.shape().dim(a) + (t.shape().dim(a) == 1 ? 0 : at[at.length - t.shape().rank() + a]);
        return t.values()[linear];
    }

    private static int[] index(Shape shape, int i) {
        int[] at = new int[shape.rank()];
        for (int a = at.length - 1; a >= 0; i /= shape.dim(a--)) at[a] = i % shape.dim(a);
        return at;
    }

    private static int linear(Shape shape, int[] at) {
        int linear = 0;
        for (int a = 0; a < at.length; a++) linear = linear * shape.dim(a) + at[a];
        return linear;
    }

    private static void activate(Activation activation, Shape shape, float[] y) {
        if (activation instanceof Activation.PRelu(var slopes)) {
            for (int i = 0; i < y.length; i++) if (y[i] < 0) y[i] *= slopes.values()[slopes.size() == 1 ? 0 : i / shape.strides()[1] % shape.dim(1)];
            return;
        }
        DoubleUnaryOperator f = switch (activation) {
            case Activation.None n -> v -> v;
            case Activation.Clamp(float lo, float hi) -> v -> Math.min(Math.max(v, lo), hi);
            case Activation.LeakyRelu(float slope) -> v -> v >= 0 ? v : slope * v;
            case Activation.PRelu p -> throw new IllegalStateException();
            case Activation.Sigmoid s -> v -> 1 / (1 + Math.exp(-v));
            case Activation.HardSigmoid(float alpha, float beta) -> v -> Math.min(Math.max(alpha * v + beta, 0), 1);
            case Activation.HardSwish h -> v -> v * Math.min(Math.max(v + 3, 0), 6) / 6;
            case Activation.Swish s -> v -> v / (1 + Math.exp(-v));
            case Activation.Tanh t -> Math::tanh;
        };
        for (int i = 0; i < y.length; i++) y[i] = (float) f.applyAsDouble(y[i]);
    }
}
