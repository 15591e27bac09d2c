package dev.lacewing.general;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import dev.lacewing.graph.Shapes;
import dev.lacewing.program.Kernel;
import dev.lacewing.tensor.Layout;
import dev.lacewing.tensor.Shape;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.random.RandomGenerator;

/** Draws shapes, layouts and values, and runs a kernel on them between guard values. */
final class Trial {
    /** A NaN with a payload that no arithmetic makes. */
    static final int GUARD = 0x7fa5c3e1;

    private Trial() {}

    static Layout layout(RandomGenerator random, Shape shape) {
        if (shape.rank() != 4) return Layout.contiguous(shape);
        return switch (random.nextInt(4)) {
            case 0 -> Layout.contiguous(shape);
            case 1 -> Layout.flat(shape);
            case 2 -> Layout.planes(shape, shape.dim(3) + 1, 1, 1, 1, 1);
            default -> Layout.planes(shape, shape.dim(3) + random.nextInt(5), random.nextInt(4), random.nextInt(4), random.nextInt(4), random.nextInt(4));
        };
    }

    /** Extents that are mostly small, now and then up to 33, at most some thousand elements. */
    static Shape shape(RandomGenerator random, int rank) {
        int[] dims = new int[rank];
        int size = 1;
        for (int i : random.ints(0, Math.max(1, rank)).distinct().limit(rank).toArray()) {
            dims[i] = 1 + random.nextInt(random.nextInt(3) == 0 && size < 200 ? 33 : 6);
            size *= dims[i];
        }
        return Shape.of(dims);
    }

    static float[] values(RandomGenerator random, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) values[i] = (float) random.nextGaussian(0, 2);
        return values;
    }

    static Shape infer(Op op, List<Shape> in) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < in.size(); i++) names.add("x" + i);
        return Shapes.infer(new Node("node", op, names, "y"), in);
    }

    /** Row-major output of {@code op} on row-major inputs in random layouts. */
    static float[] general(RandomGenerator random, Op op, List<Shape> shapes, List<float[]> inputs) {
        List<Layout> layouts = shapes.stream().map(s -> layout(random, s)).toList();
        Layout output = layout(random, infer(op, shapes));
        return run(General.kernel(op, layouts, output), layouts, inputs, output);
    }

    static float[] run(Kernel kernel, List<Layout> layouts, List<float[]> inputs, Layout output) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment block = arena.allocate(8L * (layouts.size() + 1), 8);
            List<MemorySegment> buffers = new ArrayList<>();
            for (int i = 0; i < layouts.size(); i++) {
                Layout layout = layouts.get(i);
                MemorySegment buffer = guarded(arena, layout.size());
                for (int e = 0; e < layout.shape().size(); e++) buffer.setAtIndex(ValueLayout.JAVA_FLOAT, layout.at(e), inputs.get(i)[e]);
                block.setAtIndex(ValueLayout.JAVA_LONG, i, buffer.address());
                buffers.add(buffer);
            }
            int[][] before = buffers.stream().map(b -> b.toArray(ValueLayout.JAVA_INT)).toArray(int[][]::new);
            MemorySegment out = guarded(arena, output.size());
            block.setAtIndex(ValueLayout.JAVA_LONG, layouts.size(), out.address());
            kernel.run(block.address());
            float[] once = read(out, output);
            kernel.run(block.address());
            assertThat(Arrays.equals(read(out, output), once)).as("a second run gives the same").isTrue();
            for (int i = 0; i < before.length; i++)
                assertThat(Arrays.equals(buffers.get(i).toArray(ValueLayout.JAVA_INT), before[i])).as("input " + i + " is as it was").isTrue();
            return once;
        }
    }

    static MemorySegment guarded(Arena arena, int floats) {
        MemorySegment buffer = arena.allocate(4L * floats, 64);
        for (int i = 0; i < floats; i++) buffer.setAtIndex(ValueLayout.JAVA_INT, i, GUARD);
        return buffer;
    }

    private static float[] read(MemorySegment buffer, Layout layout) {
        float[] values = new float[layout.shape().size()];
        BitSet logical = new BitSet();
        for (int e = 0; e < values.length; e++) {
            values[e] = buffer.getAtIndex(ValueLayout.JAVA_FLOAT, layout.at(e));
            logical.set(layout.at(e));
        }
        for (int i = logical.nextClearBit(0); i < layout.size(); i = logical.nextClearBit(i + 1))
            if (buffer.getAtIndex(ValueLayout.JAVA_INT, i) != GUARD) throw new AssertionError("the gap at " + i + " of " + layout + " was overwritten");
        return values;
    }

    @FunctionalInterface
    interface Formula {
        double at(int[] coordinates);
    }

    /** The formula's value at every element, row-major. */
    static float[] expected(Shape shape, Formula formula) {
        float[] values = new float[shape.size()];
        int[] at = new int[shape.rank()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) formula.at(at.clone());
            for (int axis = shape.rank() - 1; axis >= 0 && ++at[axis] == shape.dim(axis); axis--) at[axis] = 0;
        }
        return values;
    }

    /** The element of a row-major array at some coordinates. */
    static float at(float[] values, Shape shape, int... coordinates) {
        int linear = 0;
        for (int axis = 0; axis < shape.rank(); axis++) linear = linear * shape.dim(axis) + coordinates[axis];
        return values[linear];
    }

    static void assertClose(float[] got, float[] expected, double tolerance, Object what) {
        assertThat(got.length).isEqualTo(expected.length);
        double largest = 1;
        for (float v : expected) if (Float.isFinite(v)) largest = Math.max(largest, Math.abs(v));
        for (int i = 0; i < got.length; i++)
            if (!(got[i] == expected[i] || Math.abs(got[i] - expected[i]) <= tolerance * largest))
                throw new AssertionError(what + ": element " + i + " is " + got[i] + ", expected " + expected[i] + " of " + Arrays.toString(Arrays.copyOf(expected, Math.min(40, i + 8))));
    }
}
