package dev.lacewing.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import dev.lacewing.onnx.Literal.Floats;
import dev.lacewing.onnx.Literal.Ints;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/** Operators that make or move elements, on literals. */
final class FoldLayout {
    private FoldLayout() {}

    static Literal constant(Call call) {
        Attributes at = call.attributes();
        String name = call.output(0);
        AttributeProto value = at.get("value", AttributeType.TENSOR), sparse = at.get("sparse_value", AttributeType.SPARSE_TENSOR);
        long[] ints = at.integers("value_ints");
        List<Float> floats = at.reals("value_floats");
        if (value != null) return call.tensors().read(value.getT(), name);
        if (sparse != null) return call.tensors().read(sparse.getSparseTensor(), name);
        if (ints != null) return Ints.vector(ints);
        if (floats != null) return new Floats(List.of(floats.size()), array(floats));
        if (at.has("value_int")) return new Ints(List.of(), new long[] {at.integer("value_int", 0)});
        if (at.has("value_float")) return new Floats(List.of(), new float[] {at.real("value_float", 0)});
        throw call.unsupported("a value that is no numeric tensor");
    }

    /** From opset 15 on, {@code start} and {@code end} choose a part. */
    static Literal shape(Call call) {
        List<Integer> dims = call.isLiteral(0) ? call.literal(0).dims() : call.shape(0).dims();
        int start = bound(call.attributes().integer("start", 0), dims.size()), end = bound(call.attributes().integer("end", dims.size()), dims.size());
        return Ints.vector(dims.subList(start, Math.max(start, end)).stream().mapToLong(d -> d).toArray());
    }

    private static int bound(long at, int rank) { return Math.clamp(at < 0 ? Math.max(at, -rank) + rank : at, 0, rank); }

    static Literal size(Call call) {
        long size = call.isLiteral(0) ? call.literal(0).size() : call.shape(0).size();
        return new Ints(List.of(), new long[] {size});
    }

    static Literal constantOfShape(Call call) {
        List<Integer> dims = Arrays.stream(call.integers(0)).mapToObj(d -> call.toInt(d, "extent")).toList();
        int count = call.claim(Literal.count(dims, call.toString()));
        AttributeProto given = call.attributes().get("value", AttributeType.TENSOR);
        Literal value = given == null ? new Floats(List.of(1), new float[1]) : call.tensors().read(given.getT(), "value of " + call);
        if (value.size() != 1) throw call.malformed("expected a value of one element, got " + value.size());
        return value.gather(dims, new int[count]);
    }

    static Literal expand(Call call) {
        Literal x = call.literal(0);
        List<Integer> dims = FoldArithmetic.broadcast(call, x.dims(), Arrays.stream(call.integers(1)).mapToObj(d -> call.toInt(d, "extent")).toList());
        call.claim(Literal.count(dims, call.toString()));
        return x.gather(dims, Literal.walk(dims, 0, FoldArithmetic.steps(x.dims(), dims)));
    }

    static Literal range(Call call) {
        if (call.literal(0) instanceof Floats) throw call.unsupported("floating-point bounds");
        long[] bounds = new long[3];
        for (int i = 0; i < 3; i++) {
            long[] value = call.integers(i);
            if (value.length != 1) throw call.malformed("expected one number as input " + i + ", got " + value.length);
            bounds[i] = value[0];
        }
        if (bounds[2] == 0) throw call.invalid("a step of 0");
        int count = call.claim(Math.max(0, Math.ceilDiv(Math.subtractExact(bounds[1], bounds[0]), bounds[2])));
        return Ints.vector(LongStream.range(0, count).map(i -> bounds[0] + i * bounds[2]).toArray());
    }

    static Literal gather(Call call) {
        Literal x = call.literal(0), indices = call.literal(1);
        int axis = call.axis(call.attributes().integer("axis", 0), x.dims().size()), extent = x.dims().get(axis);
        List<Integer> dims = new ArrayList<>(x.dims().subList(0, axis));
        dims.addAll(indices.dims());
        dims.addAll(x.dims().subList(axis + 1, x.dims().size()));
        int[] from = new int[call.claim(Literal.count(dims, call.toString()))];
        int inner = Literal.count(x.dims().subList(axis + 1, x.dims().size()), call.toString());
        long[] picks = call.integers(1);
        for (int i = 0; i < from.length; i++) {
            long pick = picks[i / inner % picks.length];
            if (pick < -extent || pick >= extent) throw call.invalid("index " + pick + " on an axis of extent " + extent);
            from[i] = (i / inner / picks.length * extent + (int) (pick < 0 ? pick + extent : pick)) * inner + i % inner;
        }
        return x.gather(dims, from);
    }

    static Literal concat(Call call) {
        Literal first = call.literal(0);
        int axis = call.axis(call.attributes().integer("axis", 0), first.dims().size()), sum = 0;
        for (int i = 0; i < call.inputs(); i++) {
            List<Integer> dims = new ArrayList<>(call.literal(i).dims());
            if (dims.size() != first.dims().size()) throw call.invalid("ranks " + first.dims().size() + " and " + dims.size());
            sum = Math.addExact(sum, dims.set(axis, first.dims().get(axis)));
            if (!dims.equals(first.dims())) throw call.invalid("shapes differ beside axis " + axis);
        }
        List<Integer> dims = new ArrayList<>(first.dims());
        dims.set(axis, sum);
        int count = call.claim(Literal.count(dims, call.toString()));
        Object joined = first instanceof Ints ? new long[count] : new float[count];
        int inner = Literal.count(dims.subList(axis + 1, dims.size()), call.toString()), row = sum * inner, start = 0;
        for (int i = 0; i < call.inputs(); i++) {
            int run = call.literal(i).dims().get(axis) * inner;
            Object part = first instanceof Ints ? call.integers(i) : call.floats(i).values();
            for (int r = 0; run > 0 && r < count / row; r++) System.arraycopy(part, r * run, joined, r * row + start, run);
            start += run;
        }
        return joined instanceof long[] ints ? new Ints(dims, ints) : new Floats(dims, (float[]) joined);
    }

    static Literal reshape(Call call) { return call.literal(0).reshaped(LayoutImporters.reshaped(call, call.literal(0).dims())); }

    static Literal squeeze(Call call) { return call.literal(0).reshaped(LayoutImporters.squeezed(call, call.literal(0).dims())); }

    static Literal unsqueeze(Call call) { return call.literal(0).reshaped(LayoutImporters.unsqueezed(call, call.literal(0).dims())); }

    static Literal transpose(Call call) {
        Literal x = call.literal(0);
        List<Integer> permutation = LayoutImporters.permutation(call, x.dims().size());
        List<Integer> dims = permutation.stream().map(x.dims()::get).toList();
        int[] strides = Literal.strides(x.dims());
        call.claim(x.size());
        return x.gather(dims, Literal.walk(dims, 0, permutation.stream().mapToInt(a -> strides[a]).toArray()));
    }

    static Literal slice(Call call) {
        Literal x = call.literal(0);
        CropImporters.Ranges r = CropImporters.ranges(call, x.dims());
        int[] strides = Literal.strides(x.dims()), steps = new int[strides.length];
        int start = 0;
        for (int a = 0; a < strides.length; a++) {
            start += r.starts().get(a) * strides[a];
            steps[a] = r.sizes().get(a) > 1 ? r.steps().get(a) * strides[a] : 0;
        }
        call.claim(x.size());
        return x.gather(r.sizes(), Literal.walk(r.sizes(), start, steps));
    }

    private static float[] array(List<Float> list) {
        float[] array = new float[list.size()];
        for (int i = 0; i < array.length; i++) array[i] = list.get(i);
        return array;
    }
}
