package dev.lacewing.tensor;

import dev.lacewing.error.LacewingException.Invalid;
import java.util.Arrays;

/**
 * Constant fp32 values with a shape, row-major. The array is not copied, neither in nor out: whoever makes a tensor gives the array away, and nobody
 * writes to it afterwards.
 */
public record Tensor(Shape shape, float[] values) {
    public Tensor {
        if (values.length != shape.size()) throw new Invalid("a tensor of shape " + shape + " needs " + shape.size() + " values, got " + values.length);
    }

    public static Tensor of(float[] values, int... dims) { return new Tensor(Shape.of(dims), values); }

    public static Tensor zeros(int... dims) {
        Shape shape = Shape.of(dims);
        return new Tensor(shape, new float[shape.size()]);
    }

    public int size() { return values.length; }

    public int nonzeros() {
        int count = 0;
        for (float v : values) if (v != 0) count++;
        return count;
    }

    /** Share of zeros, 0 to 1. */
    public double sparsity() { return 1 - (double) nonzeros() / Math.max(1, size()); }

    public Tensor reshape(Shape to) { return new Tensor(to, values); }

    /** By bits, so that a graph read back equals the graph written. */
    @Override
    public boolean equals(Object o) { return o instanceof Tensor t && shape.equals(t.shape) && Arrays.equals(values, t.values); }

    @Override
    public int hashCode() { return 31 * shape.hashCode() + Arrays.hashCode(values); }

    @Override
    public String toString() { return "Tensor[" + shape + "]"; }
}
