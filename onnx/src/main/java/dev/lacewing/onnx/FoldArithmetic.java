package dev.lacewing.onnx;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import dev.lacewing.onnx.Literal.Floats;
import dev.lacewing.onnx.Literal.Ints;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.function.LongBinaryOperator;
import java.util.stream.LongStream;

/** Operators that compute, on literals, with NumPy broadcasting: integers in 64 bits, floating-point in 32 as the network would. */
final class FoldArithmetic {
    private interface FloatBinaryOperator {
        float apply(float a, float b);
    }

    private FoldArithmetic() {}

    static Literal add(Call call) { return binary(call, Long::sum, Float::sum); }

    static Literal subtract(Call call) { return binary(call, (a, b) -> a - b, (a, b) -> a - b); }

    static Literal multiply(Call call) { return binary(call, (a, b) -> a * b, (a, b) -> a * b); }

    static Literal divide(Call call) {
        return binary(call, (a, b) -> {
            if (b == 0) throw call.invalid("a division by 0");
            return a / b;
        }, (a, b) -> a / b);
    }

    static Literal max(Call call) { return pair(call, Math::max, Math::max); }

    static Literal min(Call call) { return pair(call, Math::min, Math::min); }

    private static Literal pair(Call call, LongBinaryOperator ints, FloatBinaryOperator floats) {
        if (call.inputs() != 2) throw call.unsupported(call.inputs() + " constants");
        return binary(call, ints, floats);
    }

    static Literal equal(Call call) {
        if (call.literal(0) instanceof Floats) throw call.unsupported("floating-point numbers");
        return binary(call, (a, b) -> a == b ? 1 : 0, (a, b) -> a);
    }

    static Literal floor(Call call) { return unary(call, Math::floor); }

    static Literal ceil(Call call) { return unary(call, Math::ceil); }

    static Literal negate(Call call) {
        if (!(call.literal(0) instanceof Ints(var dims, var values))) return unary(call, a -> -a);
        return new Ints(dims, LongStream.of(values).map(a -> -a).toArray());
    }

    static Literal where(Call call) {
        Literal yes = call.literal(1), no = call.literal(2);
        List<Integer> dims = broadcast(call, broadcast(call, call.literal(0).dims(), yes.dims()), no.dims());
        call.claim(Literal.count(dims, call.toString()));
        int[] c = places(call.literal(0), dims), a = places(yes, dims), b = places(no, dims);
        long[] condition = call.integers(0);
        if (yes instanceof Ints && no instanceof Ints) {
            long[] picked = new long[c.length];
            for (int i = 0; i < c.length; i++) picked[i] = condition[c[i]] != 0 ? call.integers(1)[a[i]] : call.integers(2)[b[i]];
            return new Ints(dims, picked);
        }
        float[] x = call.floats(1).values(), y = call.floats(2).values(), picked = new float[c.length];
        for (int i = 0; i < c.length; i++) picked[i] = condition[c[i]] != 0 ? x[a[i]] : y[b[i]];
        return new Floats(dims, picked);
    }

    /** Floating-point to integer truncates; to bool is "not zero". */
    static Literal cast(Call call) {
        DataType to = DataType.forNumber(call.toInt(call.attributes().integer("to", 0), "type"));
        Literal x = call.literal(0);
        boolean toFloat = to == DataType.FLOAT || to == DataType.DOUBLE || to == DataType.FLOAT16 || to == DataType.BFLOAT16;
        if (!toFloat && to != DataType.INT64 && to != DataType.INT32 && to != DataType.BOOL) throw call.unsupported("constants to " + to);
        return switch (x) {
            case Floats f when toFloat -> f;
            case Ints(var dims, var values) when toFloat -> {
                float[] floats = new float[call.claim(values.length)];
                for (int i = 0; i < floats.length; i++) floats[i] = values[i];
                yield new Floats(dims, floats);
            }
            case Floats(var dims, var values) -> {
                long[] ints = new long[call.claim(values.length)];
                for (int i = 0; i < ints.length; i++) ints[i] = to == DataType.BOOL ? values[i] != 0 ? 1 : 0 : (long) values[i];
                yield new Ints(dims, ints);
            }
            case Ints(var dims, var values) when to == DataType.BOOL -> new Ints(dims, LongStream.of(values).map(v -> v != 0 ? 1 : 0).toArray());
            case Ints i -> i;
        };
    }

    private static Literal unary(Call call, DoubleUnaryOperator f) {
        float[] x = call.floats(0).values(), y = new float[call.claim(x.length)];
        for (int i = 0; i < x.length; i++) y[i] = (float) f.applyAsDouble(x[i]);
        return new Floats(call.literal(0).dims(), y);
    }

    private static Literal binary(Call call, LongBinaryOperator ints, FloatBinaryOperator floats) {
        Literal p = call.literal(0), q = call.literal(1);
        List<Integer> dims = broadcast(call, p.dims(), q.dims());
        int count = call.claim(Literal.count(dims, call.toString()));
        int[] a = places(p, dims), b = places(q, dims);
        if (p instanceof Ints x && q instanceof Ints y) {
            long[] result = new long[count];
            for (int i = 0; i < count; i++) result[i] = ints.applyAsLong(x.values()[a[i]], y.values()[b[i]]);
            return new Ints(dims, result);
        }
        float[] x = call.floats(0).values(), y = call.floats(1).values(), result = new float[count];
        for (int i = 0; i < count; i++) result[i] = floats.apply(x[a[i]], y[b[i]]);
        return new Floats(dims, result);
    }

    private static int[] places(Literal x, List<Integer> dims) { return Literal.walk(dims, 0, steps(x.dims(), dims)); }

    /** Strides of a tensor of shape {@code from} read as one of shape {@code to}: 0 along axes that stretch. */
    static int[] steps(List<Integer> from, List<Integer> to) {
        int[] strides = Literal.strides(from), steps = new int[to.size()];
        for (int a = 0, shift = to.size() - from.size(); a < from.size(); a++) steps[a + shift] = from.get(a) == 1 ? 0 : strides[a];
        return steps;
    }

    static List<Integer> broadcast(Call call, List<Integer> a, List<Integer> b) {
        List<Integer> dims = new ArrayList<>();
        int rank = Math.max(a.size(), b.size());
        for (int i = 0; i < rank; i++) {
            int p = i < rank - a.size() ? 1 : a.get(i - rank + a.size()), q = i < rank - b.size() ? 1 : b.get(i - rank + b.size());
            if (p != q && p != 1 && q != 1) throw call.invalid(a + " and " + b + " do not broadcast");
            dims.add(p == 1 ? q : p);
        }
        return dims;
    }
}
