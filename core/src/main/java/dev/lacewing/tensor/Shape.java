package dev.lacewing.tensor;

import dev.lacewing.error.LacewingException.Invalid;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** The extents of a tensor, outermost first; every extent is at least 1 and their product fits an {@code int}. Rank 0 is a scalar. */
public record Shape(List<Integer> dims) {
    public Shape {
        dims = List.copyOf(dims);
        long size = 1;
        for (int d : dims) {
            if (d < 1) throw new Invalid("a shape's extents must be at least 1, got " + dims);
            size *= d;
            if (size > Integer.MAX_VALUE) throw new Invalid("a tensor of shape " + dims + " has more than 2^31-1 elements");
        }
    }

    public static Shape of(int... dims) { return new Shape(Arrays.stream(dims).boxed().toList()); }

    public int rank() { return dims.size(); }

    /** Extent of axis {@code axis}; a negative axis counts from the end. */
    public int dim(int axis) { return dims.get(axis < 0 ? axis + rank() : axis); }

    /** Number of elements. */
    public int size() {
        int size = 1;
        for (int d : dims) size *= d;
        return size;
    }

    public int[] toArray() { return dims.stream().mapToInt(Integer::intValue).toArray(); }

    /** Elements between neighbours along each axis, row-major. */
    public int[] strides() {
        int[] strides = new int[rank()];
        for (int axis = rank() - 1, stride = 1; axis >= 0; stride *= dim(axis--)) strides[axis] = stride;
        return strides;
    }

    public Shape with(int axis, int extent) {
        int[] copy = toArray();
        copy[axis < 0 ? axis + rank() : axis] = extent;
        return of(copy);
    }

    /** For example {@code 1x3x224x224}; {@code scalar} for rank 0. */
    @Override
    public String toString() { return dims.isEmpty() ? "scalar" : dims.stream().map(String::valueOf).collect(Collectors.joining("x")); }
}
