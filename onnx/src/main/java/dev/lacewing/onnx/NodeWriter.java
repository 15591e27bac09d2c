package dev.lacewing.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import dev.lacewing.graph.Activation;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import dev.lacewing.graph.Window;
import dev.lacewing.tensor.Shape;
import dev.lacewing.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** One graph node as ONNX nodes. What Lacewing fuses is spelt out: the op, then its activation; channel attention as five nodes. */
final class NodeWriter {
    private final ModelWriter out;

    NodeWriter(ModelWriter out) { this.out = out; }

    /** The oldest opset (from 17 on) that has all ops of {@code nodes}: a dilated average is of 19. */
    static int opset(List<Node> nodes) {
        return nodes.stream().anyMatch(n -> n.op() instanceof Op.Pool p && p.kind() == Op.PoolKind.AVERAGE && isDilated(p.window())) ? 19 : 17;
    }

    void write(Node node) {
        switch (node.op()) {
            case Op.Constant c -> throw new IllegalStateException("a constant is an initializer");
            case Op.Conv(var weight, var bias, var window, int groups, var activation) -> {
                List<String> inputs = List.of(node.input(), out.weight(node.name() + ".weight", weight), out.weight(node.name() + ".bias", bias));
                List<AttributeProto> attributes = window(window);
                attributes.add(Protos.integer("group", groups));
                activated(node, activation, "Conv", inputs, attributes.toArray(AttributeProto[]::new));
            }
            case Op.Gemm gemm -> gemm(node, gemm);
            case Op.MatMul() -> plain(node, "MatMul");
            case Op.BatchNormalization(var scale, var shift, var mean, var variance, float epsilon) -> out.add("BatchNormalization", node.name(),
                    List.of(node.input(), out.weight(node.name() + ".scale", scale), out.weight(node.name() + ".shift", shift),
                            out.weight(node.name() + ".mean", mean), out.weight(node.name() + ".variance", variance)),
                    node.output(), Protos.real("epsilon", epsilon));
            case Op.Activate(var activation) -> activate(activation, node.name(), node.input(), node.output());
            case Op.Binary(var what, var activation) -> activated(node, activation, switch (what) {
                case ADD -> "Add";
                case SUB -> "Sub";
                case MUL -> "Mul";
                case DIV -> "Div";
            }, node.inputs());
            case Op.Pool(var kind, var window, boolean ceil, boolean countPadding) -> {
                List<AttributeProto> attributes = window(window);
                attributes.add(Protos.integer("ceil_mode", ceil ? 1 : 0));
                if (kind == Op.PoolKind.AVERAGE) attributes.add(Protos.integer("count_include_pad", countPadding ? 1 : 0));
                plain(node, kind == Op.PoolKind.MAX ? "MaxPool" : "AveragePool", attributes.toArray(AttributeProto[]::new));
            }
            case Op.GlobalAveragePool() -> plain(node, "GlobalAveragePool");
            case Op.ReduceMean(var axes, boolean keepDims) -> {
                AttributeProto keep = Protos.integer("keepdims", keepDims ? 1 : 0);
                if (out.opset() < 18) plain(node, "ReduceMean", Protos.integers("axes", axes), keep);
                else out.add("ReduceMean", node.name(), List.of(node.input(), out.integers(axes)), node.output(), keep);
            }
            case Op.SqueezeExcite squeezeExcite -> squeezeExcite(node, squeezeExcite);
            case Op.Concat(int axis) -> plain(node, "Concat", Protos.integer("axis", axis));
            case Op.Reshape(var shape) -> out.add("Reshape", node.name(), List.of(node.input(), out.integers(shape.dims())), node.output());
            case Op.Transpose(var permutation) -> plain(node, "Transpose", Protos.integers("perm", permutation));
            case Op.Slice slice -> slice(node, slice);
            case Op.Pad(var before, var after, var mode, float value) -> {
                List<String> inputs = new ArrayList<>(List.of(node.input(), out.integers(Stream.concat(before.stream(), after.stream()).toList())));
                if (mode == Op.PadMode.CONSTANT) inputs.add(out.number(value));
                out.add("Pad", node.name(), inputs, node.output(), Protos.text("mode", lower(mode)));
            }
            case Op.DepthToSpace(int block, var order) -> plain(node, "DepthToSpace", Protos.integer("blocksize", block), Protos.text("mode", order.name()));
            case Op.Resize resize -> resize(node, resize);
            case Op.Softmax(int axis) -> plain(node, "Softmax", Protos.integer("axis", axis));
            case Op.Identity() -> plain(node, "Identity");
        }
    }

    /** Gemm takes matrices only; any other rank is MatMul and Add. */
    private void gemm(Node node, Op.Gemm gemm) {
        String bias = node.name() + ".bias";
        if (out.graph().shape(node.input()).rank() == 2) {
            List<String> inputs = List.of(node.input(), out.weight(node.name() + ".weight", gemm.weight()), out.weight(bias, gemm.bias()));
            activated(node, gemm.activation(), "Gemm", inputs, Protos.integer("transB", 1));
            return;
        }
        List<String> inputs = List.of(node.input(), out.weight(node.name() + ".weight", LinearImporters.transpose(gemm.weight())));
        if (gemm.bias().nonzeros() == 0) {
            activated(node, gemm.activation(), "MatMul", inputs);
            return;
        }
        String product = out.fresh(node.output() + "/product");
        out.add("MatMul", node.name(), inputs, product);
        String sum = gemm.activation() instanceof Activation.None ? node.output() : out.fresh(node.output() + "/linear");
        out.add("Add", node.name() + "/bias", List.of(product, out.weight(bias, gemm.bias())), sum);
        if (!sum.equals(node.output())) activate(gemm.activation(), node.name() + "/activation", sum, node.output());
    }

    private void squeezeExcite(Node node, Op.SqueezeExcite s) {
        String name = node.name(), mean = out.fresh(node.output() + "/mean"), gate = out.fresh(node.output() + "/gate");
        String reduced = out.fresh(node.output() + "/reduced"), middle = out.fresh(node.output() + "/middle"), expanded = out.fresh(node.output() + "/expanded");
        out.add("GlobalAveragePool", name + "/mean", List.of(node.input()), mean);
        pointwise(name + "/reduce", mean, s.reduce(), s.reduceBias(), reduced);
        activate(s.middle(), name + "/middle", reduced, middle);
        pointwise(name + "/expand", middle, s.expand(), s.expandBias(), expanded);
        activate(s.gate(), name + "/gate", expanded, gate);
        out.add("Mul", name, List.of(node.input(), gate), node.output());
    }

    private void pointwise(String name, String input, Tensor weight, Tensor bias, String output) {
        Tensor filters = weight.reshape(Shape.of(weight.shape().dim(0), weight.shape().dim(1), 1, 1));
        out.add("Conv", name, List.of(input, out.weight(name + ".weight", filters), out.weight(name + ".bias", bias)), output, Protos.integers("kernel_shape", 1, 1));
    }

    private void slice(Node node, Op.Slice slice) {
        int rank = slice.starts().size();
        List<Integer> ends = IntStream.range(0, rank).mapToObj(a -> {
            long end = slice.starts().get(a) + (long) slice.steps().get(a) * slice.sizes().get(a);
            return end < 0 ? Integer.MIN_VALUE : (int) Math.min(end, Integer.MAX_VALUE);   // before element 0: a plain -1 would mean the last one
        }).toList();
        List<Integer> axes = IntStream.range(0, rank).boxed().toList();
        List<String> inputs = List.of(node.input(), out.integers(slice.starts()), out.integers(ends), out.integers(axes), out.integers(slice.steps()));
        out.add("Slice", node.name(), inputs, node.output());
    }

    /** Sizes where the scales follow from them, else scales. */
    private void resize(Node node, Op.Resize r) {
        Shape x = out.graph().shape(node.input());
        boolean sizes = r.scaleHeight() == (float) r.height() / x.dim(2) && r.scaleWidth() == (float) r.width() / x.dim(3);
        List<String> inputs = sizes ? List.of(node.input(), "", "", out.integers(List.of(x.dim(0), x.dim(1), r.height(), r.width())))
                : List.of(node.input(), "", out.weight(node.name() + ".scales", Tensor.of(new float[] {1, 1, r.scaleHeight(), r.scaleWidth()}, 4)));
        out.add("Resize", node.name(), inputs, node.output(), Protos.text("mode", lower(r.mode())),
                Protos.text("coordinate_transformation_mode", lower(r.coordinates())), Protos.text("nearest_mode", lower(r.nearest())));
    }

    /** The op, and after it {@code activation} unless that is none. */
    private void activated(Node node, Activation activation, String op, List<String> inputs, AttributeProto... attributes) {
        if (activation instanceof Activation.None) {
            out.add(op, node.name(), inputs, node.output(), attributes);
            return;
        }
        String linear = out.fresh(node.output() + "/linear");
        out.add(op, node.name(), inputs, linear, attributes);
        activate(activation, node.name() + "/activation", linear, node.output());
    }

    private void activate(Activation activation, String name, String input, String output) {
        List<String> x = List.of(input);
        switch (activation) {
            case Activation.None() -> out.add("Identity", name, x, output);
            case Activation.Clamp(float lo, float hi) -> {
                if (lo == 0 && hi == Float.POSITIVE_INFINITY) out.add("Relu", name, x, output);
                else out.add("Clip", name, Stream.of(input, bound(lo), bound(hi)).toList(), output);
            }
            case Activation.LeakyRelu(float slope) -> out.add("LeakyRelu", name, x, output, Protos.real("alpha", slope));
            case Activation.PRelu(var slopes) -> {
                Shape written = out.graph().shapes().get(output);   // a value inside channel attention is not the graph's: an image
                int[] dims = new int[written == null ? 3 : Math.max(1, written.rank() - 1)];
                Arrays.fill(dims, 1);
                dims[0] = slopes.size();
                out.add("PRelu", name, List.of(input, out.weight(name + ".slopes", slopes.reshape(Shape.of(dims)))), output);
            }
            case Activation.Sigmoid() -> out.add("Sigmoid", name, x, output);
            case Activation.HardSigmoid(float alpha, float beta) -> out.add("HardSigmoid", name, x, output, Protos.real("alpha", alpha), Protos.real("beta", beta));
            case Activation.HardSwish() -> out.add("HardSwish", name, x, output);
            case Activation.Swish() -> {
                String gate = out.fresh(output + "/sigmoid");
                out.add("Sigmoid", name + "/sigmoid", x, gate);
                out.add("Mul", name, List.of(input, gate), output);
            }
            case Activation.Tanh() -> out.add("Tanh", name, x, output);
        }
    }

    /** A scalar initializer, or nothing where the bound is infinite. */
    private String bound(float value) { return Float.isInfinite(value) ? "" : out.number(value); }

    private void plain(Node node, String op, AttributeProto... attributes) { out.add(op, node.name(), node.inputs(), node.output(), attributes); }

    private static List<AttributeProto> window(Window w) {
        List<AttributeProto> attributes = new ArrayList<>(List.of(
                Protos.integers("kernel_shape", w.kernelHeight(), w.kernelWidth()), Protos.integers("strides", w.strideHeight(), w.strideWidth()),
                Protos.integers("pads", w.padTop(), w.padLeft(), w.padBottom(), w.padRight())));
        if (isDilated(w)) attributes.add(Protos.integers("dilations", w.dilationHeight(), w.dilationWidth()));
        return attributes;
    }

    private static boolean isDilated(Window w) { return w.dilationHeight() > 1 || w.dilationWidth() > 1; }

    private static String lower(Enum<?> e) { return e.name().toLowerCase(Locale.ROOT); }
}
