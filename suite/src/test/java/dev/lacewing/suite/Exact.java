package dev.lacewing.suite;

import dev.lacewing.tensor.Shape;
import dev.lacewing.tensor.Tensor;
import java.util.stream.IntStream;

/** A tensor of doubles, row-major: what the reference computes with. */
record Exact(Shape shape, double[] values) {
    Exact {
        if (values.length != shape.size()) throw new IllegalArgumentException(shape + " for " + values.length + " values");
    }

    static Exact of(Tensor tensor) { return new Exact(tensor.shape(), IntStream.range(0, tensor.size()).mapToDouble(i -> tensor.values()[i]).toArray()); }

    static Exact zeros(Shape shape) { return new Exact(shape, new double[shape.size()]); }

    Tensor rounded() {
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) floats[i] = (float) values[i];
        return new Tensor(shape, floats);
    }

    int dim(int axis) { return shape.dim(axis); }

    /** The element at these indices, one for each axis. */
    double at(int... index) { return values[linear(index)]; }

    void set(double value, int... index) { values[linear(index)] = value; }

    private int linear(int... index) {
        if (index.length != shape.rank()) throw new IllegalArgumentException(index.length + " indices into " + shape);
        int linear = 0;
        for (int axis = 0; axis < index.length; axis++) {
            if (index[axis] < 0 || index[axis] >= shape.dim(axis)) throw new IndexOutOfBoundsException("index " + index[axis] + " on axis " + axis + " of " + shape);
            linear = linear * shape.dim(axis) + index[axis];
        }
        return linear;
    }

    /** The indices of the element with row-major number {@code linear}. */
    static int[] index(Shape shape, int linear) {
        int[] index = new int[shape.rank()];
        for (int axis = shape.rank() - 1; axis >= 0; linear /= shape.dim(axis--)) index[axis] = linear % shape.dim(axis);
        return index;
    }
}
