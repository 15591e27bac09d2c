package dev.lacewing.train.autograd;

import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;
import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.graph.Activation;
import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import dev.lacewing.graph.Window;
import dev.lacewing.tensor.Shape;
import dev.lacewing.tensor.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One forward pass of a graph as calls of the library. A result belongs to the manager of its first operand: every operand here belongs to the pass's manager, so that all
 * is freed when that is closed.
 */
final class Lowering {
    /** What normalisation does in this pass: whether it takes the batch's own statistics, and how far it moves the running ones towards them. */
    record Mode(boolean batchStatistics, double momentum) {}

    private final PtNDManager manager;
    private final Graph graph;
    private final Map<String, PtNDArray> parameters;
    private final Mode mode;
    private final Map<String, PtNDArray> values = new HashMap<>();

    /**
     * @param graph with the batch that is passed
     * @param parameters by their names, and each normalisation's {@code NODE/mean} and {@code NODE/variance}
     */
    Lowering(PtNDManager manager, Graph graph, Map<String, PtNDArray> parameters, Mode mode) {
        this.manager = manager;
        this.graph = graph;
        this.parameters = parameters;
        this.mode = mode;
    }

    /** All values of the graph, by name. */
    Map<String, PtNDArray> run(PtNDArray input) {
        values.put(graph.inputs().getFirst().name(), input);
        for (Node node : graph.nodes()) values.put(node.output(), lower(node, node.inputs().stream().map(this::value).toList()));
        return values;
    }

    private PtNDArray lower(Node node, List<PtNDArray> in) {
        return switch (node.op()) {
            case Op.Constant(Tensor value) -> Torch.array(manager, value.values(), value.shape());
            case Op.Conv c -> activate(node, c.activation(), convolve(node, c, in.getFirst()));
            case Op.Gemm g -> activate(node, g.activation(), JniUtils.linear(in.getFirst(), of(node, "weight"), of(node, "bias")));
            case Op.MatMul() -> JniUtils.matmul(in.get(0), in.get(1));
            case Op.BatchNormalization b -> JniUtils.batchNorm(in.getFirst(), of(node, "mean"), of(node, "variance"), of(node, "scale"), of(node, "shift"),
                    mode.batchStatistics, mode.momentum, b.epsilon());
            case Op.Activate(Activation activation) -> activate(node, activation, in.getFirst());
            case Op.Binary b -> activate(node, b.activation(), binary(b.what(), in.get(0), in.get(1)));
            case Op.Pool p -> Pooling.lower(p, in.getFirst(), shape(node.input()), shape(node.output()));
            case Op.GlobalAveragePool() -> JniUtils.adaptiveAvgPool(in.getFirst(), Torch.shape(1, 1));
            case Op.ReduceMean(List<Integer> axes, boolean keepDims) -> {
                PtNDArray x = in.getFirst();
                for (int axis : axes.reversed()) x = JniUtils.mean(x, axis, keepDims);
                yield x;
            }
            case Op.SqueezeExcite s -> squeezeExcite(node, s, in.getFirst());
            case Op.Concat(int axis) -> JniUtils.cat(in.toArray(PtNDArray[]::new), axis);
            case Op.Reshape(Shape to) -> JniUtils.reshape(in.getFirst(), Torch.dims(to));
            case Op.Transpose(List<Integer> permutation) -> JniUtils.permute(in.getFirst(), longs(permutation));
            case Op.Slice s -> slice(s, shape(node.input()), in.getFirst());
            case Op.Pad p -> pad(p, in.getFirst(), shape(node.input()));
            case Op.DepthToSpace d -> depthToSpace(d, in.getFirst(), shape(node.input()));
            case Op.Resize r -> AxisMatrix.resize(manager, r, in.getFirst(), shape(node.input()));
            case Op.Softmax(int axis) -> JniUtils.softmax(in.getFirst(), axis, DataType.FLOAT32);
            case Op.Identity() -> in.getFirst();
        };
    }

    private PtNDArray convolve(Node node, Op.Conv c, PtNDArray x) {
        Window w = c.window();
        boolean even = w.padTop() == w.padBottom() && w.padLeft() == w.padRight();
        PtNDArray in = even ? x : JniUtils.pad(x, new long[] {w.padLeft(), w.padRight(), w.padTop(), w.padBottom()}, 0);
        return JniUtils.convolution(in, of(node, "weight"), of(node, "bias"), Torch.shape(w.strideHeight(), w.strideWidth()),
                even ? Torch.shape(w.padTop(), w.padLeft()) : Torch.shape(0, 0), Torch.shape(w.dilationHeight(), w.dilationWidth()), c.groups());
    }

    private static PtNDArray binary(Op.Arithmetic what, PtNDArray a, PtNDArray b) {
        return switch (what) {
            case ADD -> JniUtils.add(a, b);
            case SUB -> JniUtils.sub(a, b);
            case MUL -> JniUtils.mul(a, b);
            case DIV -> JniUtils.div(a, b);
        };
    }

    private PtNDArray squeezeExcite(Node node, Op.SqueezeExcite s, PtNDArray x) {
        int n = shape(node.input()).dim(0), channels = s.expandBias().size();
        PtNDArray mean = JniUtils.reshape(JniUtils.adaptiveAvgPool(x, Torch.shape(1, 1)), new long[] {n, channels});
        PtNDArray middle = activate(node, s.middle(), JniUtils.linear(mean, of(node, "reduce/weight"), of(node, "reduce/bias")));
        PtNDArray gate = activation(s.gate(), JniUtils.linear(middle, of(node, "expand/weight"), of(node, "expand/bias")), null);
        return JniUtils.mul(x, JniUtils.reshape(gate, new long[] {n, channels, 1, 1}));
    }

    private PtNDArray slice(Op.Slice s, Shape in, PtNDArray x) {
        int rank = in.rank();
        long[] backwards = IntStream.range(0, rank).filter(a -> s.steps().get(a) < 0).asLongStream().toArray(), from = new long[rank], to = new long[rank], step = new long[rank];
        for (int a = 0; a < rank; a++) {
            from[a] = s.steps().get(a) < 0 ? in.dim(a) - 1 - s.starts().get(a) : s.starts().get(a);
            step[a] = Math.abs(s.steps().get(a));
            to[a] = from[a] + step[a] * (s.sizes().get(a) - 1) + 1;
        }
        return JniUtils.index(backwards.length == 0 ? x : JniUtils.flip(x, backwards), from, to, step, manager);
    }

    private PtNDArray pad(Op.Pad p, PtNDArray x, Shape in) {
        if (p.mode() != Op.PadMode.CONSTANT) return AxisMatrix.pad(manager, p, x, in);
        long[] innermostFirst = new long[2 * in.rank()];
        for (int a = 0; a < in.rank(); a++) {
            innermostFirst[2 * (in.rank() - 1 - a)] = p.before().get(a);
            innermostFirst[2 * (in.rank() - 1 - a) + 1] = p.after().get(a);
        }
        return JniUtils.pad(x, innermostFirst, p.value());
    }

    private static PtNDArray depthToSpace(Op.DepthToSpace d, PtNDArray x, Shape in) {
        int n = in.dim(0), b = d.block(), c = in.dim(1) / (b * b), h = in.dim(2), w = in.dim(3);
        PtNDArray split = switch (d.order()) {
            case DCR -> JniUtils.permute(JniUtils.reshape(x, new long[] {n, b, b, c, h, w}), new long[] {0, 3, 4, 1, 5, 2});
            case CRD -> JniUtils.permute(JniUtils.reshape(x, new long[] {n, c, b, b, h, w}), new long[] {0, 1, 4, 2, 5, 3});
        };
        return JniUtils.reshape(split, new long[] {n, c, (long) h * b, (long) w * b});
    }

    private PtNDArray activate(Node node, Activation activation, PtNDArray x) {
        return activation(activation, x, activation instanceof Activation.PRelu ? of(node, "slopes") : null);
    }

    private static PtNDArray activation(Activation activation, PtNDArray x, @Nullable PtNDArray slopes) {
        return switch (activation) {
            case Activation.None() -> x;
            case Activation.Clamp(float lo, float hi) when lo == 0 && hi == Float.POSITIVE_INFINITY -> JniUtils.relu(x);
            case Activation.Clamp(float lo, float hi) -> JniUtils.clip(x, lo, hi);
            case Activation.LeakyRelu(float slope) -> JniUtils.leakyRelu(x, slope);
            case Activation.PRelu p -> {
                if (slopes == null) throw new Invalid("a gate with slopes for its channels cannot be trained");
                long[] dims = new long[x.getShape().dimension()];
                Arrays.fill(dims, 1);
                if (p.slopes().size() > 1) dims[1] = p.slopes().size();
                yield JniUtils.sub(JniUtils.relu(x), JniUtils.mul(JniUtils.relu(JniUtils.neg(x)), JniUtils.reshape(slopes, dims)));
            }
            case Activation.Sigmoid() -> JniUtils.sigmoid(x);
            case Activation.HardSigmoid(float alpha, float beta) -> JniUtils.clip(plus(times(x, alpha), beta), 0f, 1f);
            case Activation.HardSwish() -> times(JniUtils.mul(x, JniUtils.clip(plus(x, 3), 0f, 6f)), 1 / 6f);
            case Activation.Swish() -> JniUtils.mul(x, JniUtils.sigmoid(x));
            case Activation.Tanh() -> JniUtils.tanh(x);
        };
    }

    private static PtNDArray times(PtNDArray x, float factor) { return x.mul(factor); }

    private static PtNDArray plus(PtNDArray x, float addend) { return x.add(addend); }

    private PtNDArray of(Node node, String what) { return known(parameters, node.name() + "/" + what); }

    private PtNDArray value(String name) { return known(values, name); }

    private Shape shape(String value) { return graph.shape(value); }

    private static PtNDArray known(Map<String, PtNDArray> arrays, String name) {
        PtNDArray found = arrays.get(name);
        if (found == null) throw new IllegalStateException("no array " + name);
        return found;
    }

    private static long[] longs(List<Integer> list) { return list.stream().mapToLong(Integer::longValue).toArray(); }
}
