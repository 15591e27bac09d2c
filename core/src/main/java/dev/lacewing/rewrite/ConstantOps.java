package dev.lacewing.rewrite;

import dev.lacewing.graph.Activation;
import dev.lacewing.graph.Op;
import dev.lacewing.tensor.Shape;
import dev.lacewing.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Plain loops over the ops that exporters leave between constants. */
final class ConstantOps {
    private ConstantOps() {}

    /** The op's result of shape {@code out}, or null for an op that is not worth computing at load. */
    static @Nullable Tensor evaluate(Op op, List<Tensor> in, Shape out) {
        Tensor x = in.getFirst();
        return switch (op) {
            case Op.Identity i -> x;
            case Op.Reshape r -> x.reshape(out);
            case Op.Activate(var activation) -> activate(activation, x);
            case Op.Binary(var what, var activation) -> activate(activation, binary(what, x, in.get(1), out));
            case Op.Transpose(var permutation) -> transpose(x, permutation, out);
            case Op.Slice(var starts, var steps, var sizes) -> {
                int[] strides = x.shape().strides();
                int origin = 0;
                for (int a = 0; a < strides.length; a++) {
                    origin += starts.get(a) * strides[a];
                    strides[a] *= steps.get(a);
                }
                yield gather(x, out, origin, strides);
            }
            case Op.Concat(int axis) -> concat(in, axis, out);
            default -> null;
        };
    }

    static Tensor transpose(Tensor x, List<Integer> permutation, Shape out) {
        int[] strides = x.shape().strides();
        return gather(x, out, 0, permutation.stream().mapToInt(a -> strides[a]).toArray());
    }

    private static Tensor binary(Op.Arithmetic what, Tensor a, Tensor b, Shape out) {
        float[] p = gather(a, out, 0, broadcastStrides(a.shape(), out)).values(), q = gather(b, out, 0, broadcastStrides(b.shape(), out)).values();
        float[] y = new float[p.length];
        for (int i = 0; i < y.length; i++)
            y[i] = switch (what) {
                case ADD -> p[i] + q[i];
                case SUB -> p[i] - q[i];
                case MUL -> p[i] * q[i];
                case DIV -> p[i] / q[i];
            };
        return new Tensor(out, y);
    }

    private static int[] broadcastStrides(Shape from, Shape to) {
        int[] strides = new int[to.rank()], own = from.strides();
        for (int i = 1; i <= own.length; i++) strides[strides.length - i] = from.dim(-i) == 1 ? 0 : own[own.length - i];
        return strides;
    }

    /** Element {@code index} of the result is x[origin + index . strides]. */
    private static Tensor gather(Tensor x, Shape out, int origin, int[] strides) {
        float[] y = new float[out.size()];
        int[] at = new int[out.rank()];
        for (int i = 0, from = origin; i < y.length; i++) {
            y[i] = x.values()[from];
            for (int a = at.length - 1; a >= 0; a--) {
                from += strides[a];
                if (++at[a] < out.dim(a)) break;
                from -= strides[a] * at[a];
                at[a] = 0;
            }
        }
        return new Tensor(out, y);
    }

    private static Tensor concat(List<Tensor> in, int axis, Shape out) {
        float[] y = new float[out.size()];
        int inner = out.strides()[axis], row = inner * out.dim(axis), before = 0;
        for (Tensor t : in) {
            int run = inner * t.shape().dim(axis);
            for (int i = 0; i < t.size() / run; i++) System.arraycopy(t.values(), i * run, y, i * row + before, run);
            before += run;
        }
        return new Tensor(out, y);
    }

    private static @Nullable Tensor activate(Activation activation, Tensor x) {
        if (activation instanceof Activation.None) return x;
        if (activation instanceof Activation.PRelu(var slopes) && slopes.size() != 1) return null;
        float[] y = x.values().clone();
        for (int i = 0; i < y.length; i++) y[i] = Activation.apply(activation, y[i], 0);
        return new Tensor(x.shape(), y);
    }

}
