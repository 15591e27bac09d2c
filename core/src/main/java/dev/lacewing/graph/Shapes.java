package dev.lacewing.graph;

import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.tensor.Shape;
import java.util.List;
import java.util.stream.IntStream;

/** Shape inference: one exhaustive switch. */
public final class Shapes {
    private Shapes() {}

    /** @throws Invalid if the node's op does not take inputs of these shapes */
    public static Shape infer(Node node, List<Shape> in) {
        try {
            int arity = arity(node.op());
            if (arity >= 0 ? in.size() != arity : in.isEmpty()) throw new Invalid("it takes " + (arity < 0 ? "at least 1" : arity) + " inputs, got " + in.size());
            return infer(node.op(), in);
        } catch (Invalid e) {
            throw invalid(node, in, String.valueOf(e.getMessage()));
        } catch (ArithmeticException e) {
            throw invalid(node, in, "an extent of the output is above 2^31-1");
        }
    }

    private static Invalid invalid(Node node, List<Shape> in, String problem) {
        return new Invalid("node " + node.name() + " (" + node.op().getClass().getSimpleName() + " of " + in + "): " + problem);
    }

    /** Number of activations that an op reads; -1 for one or more. */
    public static int arity(Op op) {
        return switch (op) {
            case Op.Constant c -> 0;
            case Op.Binary b -> 2;
            case Op.MatMul m -> 2;
            case Op.Concat c -> -1;
            case Op.Conv c -> 1;
            case Op.Gemm g -> 1;
            case Op.BatchNormalization b -> 1;
            case Op.Activate a -> 1;
            case Op.Pool p -> 1;
            case Op.GlobalAveragePool p -> 1;
            case Op.ReduceMean r -> 1;
            case Op.SqueezeExcite s -> 1;
            case Op.Reshape r -> 1;
            case Op.Transpose t -> 1;
            case Op.Slice s -> 1;
            case Op.Pad p -> 1;
            case Op.DepthToSpace d -> 1;
            case Op.Resize r -> 1;
            case Op.Softmax s -> 1;
            case Op.Identity i -> 1;
        };
    }

    private static Shape infer(Op op, List<Shape> in) {
        Shape x = in.isEmpty() ? Shape.of() : in.getFirst();
        return switch (op) {
            case Op.Constant(var value) -> value.shape();
            case Op.Conv conv -> conv(conv, image(x));
            case Op.Gemm(var weight, var bias, var activation) -> {
                rank(weight.shape(), 2, "the weight");
                equal("the bias", bias.shape(), Shape.of(weight.shape().dim(0)));
                if (x.rank() < 1 || x.dim(-1) != weight.shape().dim(1)) throw new Invalid("expected a last axis of " + weight.shape().dim(1));
                Shape out = x.with(-1, weight.shape().dim(0));
                slopes(activation, out);
                yield out;
            }
            case Op.MatMul() -> matMul(x, in.get(1));
            case Op.BatchNormalization bn -> {
                if (x.rank() < 2) throw new Invalid("expected a channel axis");
                Shape channels = Shape.of(x.dim(1));
                for (var t : List.of(bn.scale(), bn.shift(), bn.mean(), bn.variance())) equal("a parameter", t.shape(), channels);
                for (int c = 0; c < bn.channels(); c++)
                    if (!(bn.variance().values()[c] + bn.epsilon() > 0)) throw new Invalid("channel " + c + " has variance " + bn.variance().values()[c] + " and epsilon " + bn.epsilon() + ": their sum must be positive");
                yield x;
            }
            case Op.Activate(var activation) -> {
                slopes(activation, x);
                yield x;
            }
            case Op.Binary b -> {
                Shape out = broadcast(x, in.get(1));
                slopes(b.activation(), out);
                yield out;
            }
            case Op.Pool(var kind, var window, var ceil, var countPadding) -> pool(image(x), window, ceil);
            case Op.GlobalAveragePool() -> Shape.of(image(x).dim(0), x.dim(1), 1, 1);
            case Op.ReduceMean(var axes, var keepDims) -> {
                int before = -1;
                for (int axis : axes) {
                    if (axis < 0 || axis >= x.rank()) throw new Invalid("no axis " + axis);
                    if (axis <= before) throw new Invalid("expected ascending axes, got " + axes);
                    before = axis;
                }
                yield Shape.of(IntStream.range(0, x.rank()).filter(a -> keepDims || !axes.contains(a)).map(a -> axes.contains(a) ? 1 : x.dim(a)).toArray());
            }
            case Op.SqueezeExcite s -> {
                int channels = image(x).dim(1), reduced = s.reduceBias().size();
                equal("reduce", s.reduce().shape(), Shape.of(reduced, channels));
                equal("expand", s.expand().shape(), Shape.of(channels, reduced));
                equal("the expand bias", s.expandBias().shape(), Shape.of(channels));
                slopes(s.middle(), Shape.of(x.dim(0), reduced));
                slopes(s.gate(), x);
                yield x;
            }
            case Op.Concat(int axis) -> concat(in, axis);
            case Op.Reshape(var shape) -> {
                if (shape.size() != x.size()) throw new Invalid("cannot reshape to " + shape);
                yield shape;
            }
            case Op.Transpose(var permutation) -> {
                if (!permutation.stream().sorted().toList().equals(IntStream.range(0, x.rank()).boxed().toList())) throw new Invalid(permutation + " is no permutation of its axes");
                yield new Shape(permutation.stream().map(x::dim).toList());
            }
            case Op.Slice(var starts, var steps, var sizes) -> {
                entries(x, starts, steps, sizes);
                for (int a = 0; a < x.rank(); a++) {
                    long last = starts.get(a) + (long) steps.get(a) * (sizes.get(a) - 1);
                    if (steps.get(a) == 0 || starts.get(a) < 0 || starts.get(a) >= x.dim(a) || last < 0 || last >= x.dim(a)) throw new Invalid("the slice leaves axis " + a);
                }
                yield new Shape(sizes);
            }
            case Op.Pad(var before, var after, var mode, float value) -> {
                entries(x, before, after);
                for (int a = 0; a < x.rank(); a++) {
                    if (Math.min(before.get(a), after.get(a)) < 0) throw new Invalid("negative padding: crop with Slice");
                    if (mode == Op.PadMode.REFLECT && Math.max(before.get(a), after.get(a)) >= x.dim(a)) throw new Invalid("reflecting padding must be smaller than axis " + a);
                }
                yield Shape.of(IntStream.range(0, x.rank()).map(a -> Math.addExact(Math.addExact(before.get(a), x.dim(a)), after.get(a))).toArray());
            }
            case Op.DepthToSpace(int block, var order) -> {
                image(x);
                if (block < 1 || x.dim(1) % ((long) block * block) != 0) throw new Invalid(x.dim(1) + " channels do not divide into blocks of " + block + "x" + block);
                yield Shape.of(x.dim(0), x.dim(1) / (block * block), x.dim(2) * block, x.dim(3) * block);
            }
            case Op.Resize r -> Shape.of(image(x).dim(0), x.dim(1), r.height(), r.width());
            case Op.Softmax(int axis) -> {
                if (axis < 0 || axis >= x.rank()) throw new Invalid("no axis " + axis);
                yield x;
            }
            case Op.Identity() -> x;
        };
    }

    private static Shape conv(Op.Conv conv, Shape x) {
        Shape weight = rank(conv.weight().shape(), 4, "the weight");
        equal("the bias", conv.bias().shape(), Shape.of(weight.dim(0)));
        if (weight.dim(2) != conv.window().kernelHeight() || weight.dim(3) != conv.window().kernelWidth()) throw new Invalid("weight " + weight + " for a window of another size");
        if (conv.groups() < 1 || weight.dim(0) % conv.groups() != 0) throw new Invalid(weight.dim(0) + " output channels do not divide into " + conv.groups() + " groups");
        if (x.dim(1) != (long) weight.dim(1) * conv.groups()) throw new Invalid("expected " + (long) weight.dim(1) * conv.groups() + " input channels");
        Shape out = conv.window().apply(x, conv.outChannels());
        slopes(conv.activation(), out);
        return out;
    }

    private static void slopes(Activation activation, Shape out) {
        if (activation instanceof Activation.PRelu(var slopes) && slopes.size() != 1 && (out.rank() < 2 || slopes.size() != out.dim(1)))
            throw new Invalid("expected one slope or one for each channel, got " + slopes.size());
    }

    private static Shape pool(Shape x, Window w, boolean ceil) {
        if (!ceil) return w.apply(x, x.dim(1));
        return Shape.of(x.dim(0), x.dim(1), ceil(x.dim(2), w.padTop(), w.padBottom(), w.spanHeight(), w.strideHeight()),
                ceil(x.dim(3), w.padLeft(), w.padRight(), w.spanWidth(), w.strideWidth()));
    }

    /** A window that would start in the far padding is dropped, as PyTorch and ONNX do. */
    private static int ceil(int extent, int before, int after, int span, int stride) {
        long padded = (long) extent + before + after;
        if (padded < span) throw new Invalid("a window of " + span + " pixels does not fit an input of " + padded + " (padding included)");
        long out = Math.ceilDiv(padded - span, stride) + 1;
        return Math.toIntExact((out - 1) * stride >= (long) extent + before ? out - 1 : out);
    }

    private static Shape concat(List<Shape> in, int axis) {
        Shape first = in.getFirst();
        if (axis < 0 || axis >= first.rank()) throw new Invalid("no axis " + axis);
        int sum = 0;
        for (Shape s : in) {
            if (s.rank() != first.rank() || !s.with(axis, 1).equals(first.with(axis, 1))) throw new Invalid("shapes differ beside axis " + axis);
            sum = Math.addExact(sum, s.dim(axis));
        }
        return first.with(axis, sum);
    }

    private static Shape matMul(Shape a, Shape b) {
        if (a.rank() < 2 || b.rank() < 2 || a.dim(-1) != b.dim(-2)) throw new Invalid("inner extents differ");
        Shape lead = broadcast(new Shape(a.dims().subList(0, a.rank() - 2)), new Shape(b.dims().subList(0, b.rank() - 2)));
        return Shape.of(IntStream.concat(lead.dims().stream().mapToInt(Integer::intValue), IntStream.of(a.dim(-2), b.dim(-1))).toArray());
    }

    /** NumPy's rule: axes align at the end; an extent of 1 stretches. */
    public static Shape broadcast(Shape a, Shape b) {
        int rank = Math.max(a.rank(), b.rank());
        int[] dims = new int[rank];
        for (int i = 1; i <= rank; i++) {
            int p = i <= a.rank() ? a.dim(-i) : 1, q = i <= b.rank() ? b.dim(-i) : 1;
            if (p != q && p != 1 && q != 1) throw new Invalid(a + " and " + b + " do not broadcast");
            dims[rank - i] = Math.max(p, q);
        }
        return Shape.of(dims);
    }

    private static Shape image(Shape x) { return rank(x, 4, "the input"); }

    private static Shape rank(Shape x, int rank, String what) {
        if (x.rank() != rank) throw new Invalid("expected " + what + " to have rank " + rank + ", got " + x);
        return x;
    }

    private static void equal(String what, Shape got, Shape expected) {
        if (!got.equals(expected)) throw new Invalid("expected " + what + " to be " + expected + ", got " + got);
    }

    @SafeVarargs
    private static void entries(Shape x, List<Integer>... lists) {
        for (List<Integer> list : lists) if (list.size() != x.rank()) throw new Invalid("expected " + x.rank() + " entries, got " + list);
    }
}
