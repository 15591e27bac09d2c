package dev.lacewing.onnx;

import dev.lacewing.graph.Op;
import dev.lacewing.graph.Window;
import dev.lacewing.tensor.Shape;
import java.util.List;
import java.util.stream.LongStream;

/** Pooling and means. */
final class PoolImporters {
    private PoolImporters() {}

    static void pool(Call call, Op.PoolKind kind) {
        Shape x = call.image(0);
        int[] kernel = Windows.kernel(call);
        Window window = Windows.read(call, x, kernel[0], kernel[1]);
        boolean ceil = call.attributes().flag("ceil_mode", false), countPadding = call.attributes().flag("count_include_pad", false);
        call.emit(new Op.Pool(kind, window, ceil, countPadding), call.activation(0));
    }

    static void globalAverage(Call call) {
        call.image(0);
        call.emit(new Op.GlobalAveragePool(), call.activation(0));
    }

    static void globalMax(Call call) {
        Shape x = call.image(0);
        Window whole = new Window(x.dim(2), x.dim(3), 1, 1, 1, 1, 0, 0, 0, 0);
        call.emit(new Op.Pool(Op.PoolKind.MAX, whole, false, false), call.activation(0));
    }

    /** Axes are an attribute before opset 18, an input from then on; none means all, unless noop_with_empty_axes. */
    static void reduceMean(Call call) {
        long[] given = call.parameter("axes", 1);
        int rank = call.rank(0);
        if (given == null || given.length == 0) {
            if (call.attributes().flag("noop_with_empty_axes", false)) {
                call.emit(new Op.Identity(), call.activation(0));
                return;
            }
            given = LongStream.range(0, rank).toArray();
        }
        List<Integer> axes = LongStream.of(given).mapToInt(a -> call.axis(a, rank)).sorted().distinct().boxed().toList();
        if (axes.size() != given.length) throw call.malformed("an axis twice in " + LongStream.of(given).boxed().toList());
        call.emit(new Op.ReduceMean(axes, call.attributes().flag("keepdims", true)), call.activation(0));
    }
}
