package dev.lacewing.general;

import dev.lacewing.tensor.Layout;
import dev.lacewing.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * An index space walked by several operands at once, each with a stride for each axis (0 where it does not move). Axes of extent 1 are dropped and
 * neighbouring axes that all operands cross evenly are joined, so the innermost loop is as long as it can be. Operand 0 comes first in {@code strides}.
 */
record Walk(int[] dims, int[][] strides) {
    static Walk of(int[] dims, int[]... strides) {
        List<Integer> joined = new ArrayList<>();
        List<List<Integer>> steps = new ArrayList<>();
        for (int ignored = 0; ignored < strides.length; ignored++) steps.add(new ArrayList<>());
        for (int axis = 0; axis < dims.length; axis++) {
            if (dims[axis] == 1) continue;
            boolean join = !joined.isEmpty();
            for (int o = 0; o < strides.length && join; o++) join = steps.get(o).getLast() == strides[o][axis] * dims[axis];
            int extent = join ? joined.removeLast() * dims[axis] : dims[axis];
            joined.add(extent);
            for (int o = 0; o < strides.length; o++) {
                if (join) steps.get(o).removeLast();
                steps.get(o).add(strides[o][axis]);
            }
        }
        if (joined.isEmpty()) {
            joined.add(1);
            steps.forEach(s -> s.add(0));
        }
        return new Walk(ints(joined), steps.stream().map(Walk::ints).toArray(int[][]::new));
    }

    /** Length of the innermost axis. */
    int length() { return dims[dims.length - 1]; }

    /** Stride of an operand along the innermost axis. */
    int step(int operand) { return strides[operand][dims.length - 1]; }

    /** Offset of an operand at the start of every pass over the innermost axis, in order. */
    int[] rows(int operand) { return offsets(dims, strides[operand], dims.length - 1); }

    /** Offset of an operand at every point, in order. */
    int[] points(int operand) { return offsets(dims, strides[operand], dims.length); }

    private static int[] offsets(int[] dims, int[] strides, int axes) {
        int[] offsets = {0};
        for (int axis = 0; axis < axes; axis++) {
            int[] next = new int[offsets.length * dims[axis]];
            for (int i = 0, k = 0; i < offsets.length; i++) for (int j = 0; j < dims[axis]; j++) next[k++] = offsets[i] + j * strides[axis];
            offsets = next;
        }
        return offsets;
    }

    /** Floats between neighbours along each axis of a layout. */
    static int[] strides(Layout layout) {
        return switch (layout.shape().rank()) {
            case 4 -> new int[] {layout.imagePitch(), layout.planePitch(), layout.rowPitch(), 1};
            case 2 -> new int[] {layout.imagePitch(), layout.planePitch()};
            case 1 -> new int[] {layout.planePitch()};
            default -> layout.shape().strides();
        };
    }

    /** As {@link #strides}, for a layout whose shape broadcasts to {@code to}: 0 along the axes that it lacks or stretches. */
    static int[] broadcast(Layout layout, Shape to) {
        int[] own = strides(layout), strides = new int[to.rank()];
        for (int i = 1; i <= own.length; i++) if (layout.shape().dim(-i) != 1) strides[strides.length - i] = own[own.length - i];
        return strides;
    }

    /** Strides that count the index along axis 1, or nothing when the shape has no such axis. */
    static int[] channels(Shape shape) {
        int[] strides = new int[shape.rank()];
        if (strides.length > 1) strides[1] = 1;
        return strides;
    }

    private static int[] ints(List<Integer> list) { return list.stream().mapToInt(Integer::intValue).toArray(); }
}
