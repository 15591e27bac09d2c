package dev.lacewing.onnx;

import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.graph.Op;
import dev.lacewing.tensor.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Operators that move elements without computing: Concat, Transpose, DepthToSpace, and the many spellings of Reshape. */
final class LayoutImporters {
    private LayoutImporters() {}

    static void concat(Call call) {
        if (!call.attributes().has("axis")) throw call.malformed("it lacks its axis");
        int axis = call.axis(call.attributes().integer("axis", 0), call.rank(0));
        call.emit(new Op.Concat(axis), IntStream.range(0, call.inputs()).mapToObj(call::activation).toArray(String[]::new));
    }

    static void flatten(Call call) {
        Shape x = call.shape(0);
        long given = call.attributes().integer("axis", 1);
        int axis = given == x.rank() ? x.rank() : call.axis(given, x.rank()), rows = 1;
        for (int a = 0; a < axis; a++) rows *= x.dim(a);
        call.emit(new Op.Reshape(Shape.of(rows, x.size() / rows)), call.activation(0));
    }

    static void reshape(Call call) { emit(call, reshaped(call, call.shape(0).dims())); }

    static void squeeze(Call call) { emit(call, squeezed(call, call.shape(0).dims())); }

    static void unsqueeze(Call call) { emit(call, unsqueezed(call, call.shape(0).dims())); }

    private static void emit(Call call, List<Integer> dims) { call.emit(new Op.Reshape(new Shape(dims)), call.activation(0)); }

    static void transpose(Call call) { call.emit(new Op.Transpose(permutation(call, call.rank(0))), call.activation(0)); }

    static void depthToSpace(Call call) {
        int block = call.toInt(call.attributes().integer("blocksize", 0), "blocksize");
        if (block < 1 || block > 1 << 12) throw call.invalid("a blocksize of " + block);
        String mode = call.attributes().text("mode", "DCR");
        Op.DepthOrder order = switch (mode) {
            case "DCR" -> Op.DepthOrder.DCR;
            case "CRD" -> Op.DepthOrder.CRD;
            default -> throw call.malformed("mode " + mode);
        };
        call.emit(new Op.DepthToSpace(block, order), call.activation(0));
    }

    /** 0 copies the input's extent (unless allowzero), one -1 takes what is left. */
    static List<Integer> reshaped(Call call, List<Integer> from) {
        long[] wanted = call.integers(1);
        boolean zero = call.attributes().flag("allowzero", false);
        List<Integer> dims = new ArrayList<>();
        int open = -1;
        for (int a = 0; a < wanted.length; a++) {
            if (wanted[a] == 0 && !zero && a >= from.size()) throw call.invalid("the shape " + list(wanted) + " copies axis " + a + " of " + from);
            if (wanted[a] == -1 && open >= 0 || wanted[a] < -1) throw call.invalid("the shape " + list(wanted));
            if (wanted[a] == -1) open = a;
            dims.add(wanted[a] == -1 ? 1 : wanted[a] == 0 && !zero ? from.get(a) : call.toInt(wanted[a], "extent"));
        }
        int size = Literal.count(from, call.toString()), known = Literal.count(dims, call.toString());
        if (open >= 0 && known > 0) dims.set(open, size / known);
        if (Literal.count(dims, call.toString()) != size) throw call.invalid("cannot reshape " + from + " to " + list(wanted));
        return dims;
    }

    /** Axes are an attribute before opset 13, an input from then on. None means every axis of extent 1. */
    static List<Integer> squeezed(Call call, List<Integer> from) {
        long[] given = call.parameter("axes", 1);
        List<Integer> axes = given == null ? IntStream.range(0, from.size()).filter(a -> from.get(a) == 1).boxed().toList() : axes(call, given, from.size());
        for (int a : axes) if (from.get(a) != 1) throw call.invalid("axis " + a + " of " + from + " has not extent 1");
        return IntStream.range(0, from.size()).filter(a -> !axes.contains(a)).mapToObj(from::get).toList();
    }

    static List<Integer> unsqueezed(Call call, List<Integer> from) {
        long[] given = call.parameter("axes", 1);
        if (given == null) throw call.malformed("it lacks its axes");
        List<Integer> dims = new ArrayList<>(from);
        axes(call, given, from.size() + given.length).stream().sorted().forEach(a -> dims.add(a, 1));
        return dims;
    }

    /** Axes made non-negative. @throws Invalid if one stands twice */
    static List<Integer> axes(Call call, long[] given, int rank) {
        List<Integer> axes = LongStream.of(given).mapToInt(a -> call.axis(a, rank)).boxed().toList();
        if (axes.stream().distinct().count() < axes.size()) throw call.invalid("an axis twice in " + axes);
        return axes;
    }

    static List<Integer> permutation(Call call, int rank) {
        long[] given = call.attributes().integers("perm");
        List<Integer> all = new ArrayList<>(IntStream.range(0, rank).boxed().toList());
        if (given == null) {
            Collections.reverse(all);
            return all;
        }
        List<Integer> permutation = LongStream.of(given).mapToObj(a -> call.toInt(a, "axis")).toList();
        if (!permutation.stream().sorted().toList().equals(all)) throw call.invalid(permutation + " is no permutation of " + rank + " axes");
        return permutation;
    }

    private static List<Long> list(long[] values) { return LongStream.of(values).boxed().toList(); }
}
