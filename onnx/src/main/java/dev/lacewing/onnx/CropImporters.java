package dev.lacewing.onnx;

import dev.lacewing.graph.Op;
import dev.lacewing.tensor.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** Slice, Split and Pad: parts of a tensor, and more than it. */
final class CropImporters {
    private CropImporters() {}

    /** Start, step and number of elements for each axis. */
    record Ranges(List<Integer> starts, List<Integer> steps, List<Integer> sizes) {
        boolean isWhole(List<Integer> dims) { return sizes.equals(dims) && steps.stream().allMatch(s -> s == 1); }
    }

    static void slice(Call call) {
        List<Integer> dims = call.shape(0).dims();
        Ranges r = ranges(call, dims);
        if (r.sizes.contains(0)) throw call.invalid("the slice of " + dims + " is empty: " + r);
        call.emit(r.isWhole(dims) ? new Op.Identity() : new Op.Slice(r.starts, r.steps, r.sizes), call.activation(0));
    }

    /** Attributes in opset 9, inputs from 10 on. Bounds out of range are clamped, so that the largest integers mean "to the end". */
    static Ranges ranges(Call call, List<Integer> dims) {
        long[] starts = call.parameter("starts", 1), ends = call.parameter("ends", 2), axes = call.parameter("axes", 3), steps = call.has(4) ? call.integers(4) : null;
        if (starts == null || ends == null) throw call.malformed("it lacks its starts or ends");
        if (axes == null) axes = LongStream.range(0, starts.length).toArray();
        if (ends.length != starts.length || axes.length != starts.length || steps != null && steps.length != starts.length)
            throw call.malformed("its starts, ends, axes and steps differ in number");
        List<Integer> from = new ArrayList<>(Collections.nCopies(dims.size(), 0)), by = new ArrayList<>(Collections.nCopies(dims.size(), 1)), sizes = new ArrayList<>(dims);
        List<Integer> which = LayoutImporters.axes(call, axes, dims.size());
        for (int i = 0; i < starts.length; i++) {
            int axis = which.get(i);
            long extent = dims.get(axis), step = steps == null ? 1 : Math.clamp(steps[i], -Integer.MAX_VALUE, Integer.MAX_VALUE);
            if (step == 0) throw call.invalid("a step of 0");
            long start = Math.clamp(fromEnd(starts[i], extent), 0, step > 0 ? extent : Math.max(0, extent - 1));
            long end = Math.clamp(fromEnd(ends[i], extent), step > 0 ? 0 : -1, extent);
            from.set(axis, (int) start);
            by.set(axis, (int) step);
            sizes.set(axis, extent == 0 ? 0 : (int) Math.max(0, Math.ceilDiv(end - start, step)));
        }
        return new Ranges(from, by, sizes);
    }

    private static long fromEnd(long index, long extent) { return index < 0 ? Math.max(index, -extent - 1) + extent : index; }

    /** One Slice for each output. Extents are an attribute before opset 13, an input from then on; without, parts are equal but for the last. */
    static void split(Call call) {
        Shape x = call.shape(0);
        int axis = call.axis(call.attributes().integer("axis", 0), x.rank()), extent = x.dim(axis), parts = call.outputs();
        long[] given = call.parameter("split", 1);
        int chunk = Math.ceilDiv(extent, Math.max(1, parts)), start = 0;
        if (given != null && (given.length != parts || LongStream.of(given).sum() != extent)) throw call.invalid("parts of " + LongStream.of(given).boxed().toList() + " for an extent of " + extent);
        for (int i = 0; i < parts; i++) {
            int size = given == null ? Math.min(chunk, extent - start) : call.toInt(given[i], "a part of");
            if (size < 1 || start + (long) size > extent) throw call.invalid("part " + i + " has " + size + " elements");
            List<Integer> starts = new ArrayList<>(Collections.nCopies(x.rank(), 0));
            starts.set(axis, start);
            call.emitTo(i, new Op.Slice(starts, Collections.nCopies(x.rank(), 1), x.with(axis, size).dims()), call.activation(0));
            start += size;
        }
    }

    /** Attributes before opset 11, inputs from then on. Negative pads crop first. */
    static void pad(Call call) {
        Shape x = call.shape(0);
        int rank = x.rank();
        long[] pads = call.parameter("pads", 1), axes = call.has(3) ? call.integers(3) : null;
        if (pads == null) throw call.malformed("it lacks its pads");
        List<Integer> which = axes == null ? IntStream.range(0, rank).boxed().toList() : LayoutImporters.axes(call, axes, rank);
        if (pads.length != 2 * which.size()) throw call.malformed("expected " + 2 * which.size() + " pads, got " + pads.length);
        int[] before = new int[rank], after = new int[rank];
        for (int i = 0; i < which.size(); i++) {
            before[which.get(i)] = call.toInt(pads[i], "a pad of");
            after[which.get(i)] = call.toInt(pads[i + which.size()], "a pad of");
        }
        Op.PadMode mode = mode(call);
        float value = call.has(2) ? call.scalar(2) : call.attributes().real("value", 0);
        if (Float.isNaN(value)) throw call.invalid("a pad value that is NaN");
        Op.Slice crop = crop(call, x, before, after);
        List<Integer> front = positive(before), back = positive(after);
        boolean onlyCrops = IntStream.concat(IntStream.of(before), IntStream.of(after)).allMatch(p -> p <= 0);
        if (crop == null) call.emit(onlyCrops ? new Op.Identity() : new Op.Pad(front, back, mode, value), call.activation(0));
        else if (onlyCrops) call.emit(crop, call.activation(0));
        else call.emit(new Op.Pad(front, back, mode, value), call.step("crop", crop, call.activation(0)));
    }

    private static Op.PadMode mode(Call call) {
        String mode = call.attributes().text("mode", "constant");
        return switch (mode) {
            case "constant" -> Op.PadMode.CONSTANT;
            case "reflect" -> Op.PadMode.REFLECT;
            case "edge" -> Op.PadMode.EDGE;
            case "wrap" -> throw call.unsupported("mode wrap");
            default -> throw call.malformed("mode " + mode);
        };
    }

    private static Op.@Nullable Slice crop(Call call, Shape x, int[] before, int[] after) {
        if (IntStream.concat(IntStream.of(before), IntStream.of(after)).noneMatch(p -> p < 0)) return null;
        List<Integer> starts = new ArrayList<>(), sizes = new ArrayList<>();
        for (int a = 0; a < x.rank(); a++) {
            long size = x.dim(a) + Math.min(0L, before[a]) + Math.min(0L, after[a]);
            if (size < 1) throw call.invalid("its pads crop all of axis " + a);
            starts.add(Math.max(0, -before[a]));
            sizes.add((int) size);
        }
        return new Op.Slice(starts, Collections.nCopies(x.rank(), 1), sizes);
    }

    private static List<Integer> positive(int[] pads) { return IntStream.of(pads).map(p -> Math.max(0, p)).boxed().toList(); }
}
