package dev.lacewing.general;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.graph.Op;
import dev.lacewing.tensor.Layout;
import dev.lacewing.tensor.Shape;
import dev.lacewing.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MoveKernelTest {
    private static final int ROUNDS = 120;

    private final SplittableRandom random = new SplittableRandom(20250);

    @Test
    void relayoutKeepsEveryElement() {
        for (int i = 0; i < ROUNDS; i++) {
            Shape shape = Trial.shape(random, random.nextInt(6));
            float[] x = Trial.values(random, shape.size());
            Layout from = Trial.layout(random, shape), to = Trial.layout(random, shape);
            assertSame(Trial.run(MoveKernel.relayout(from, to), List.of(from), List.of(x), to), x, from + " to " + to);
        }
    }

    @Test
    void relayoutRejectsAnotherShape() {
        assertThatThrownBy(() -> MoveKernel.relayout(Layout.contiguous(Shape.of(2, 3)), Layout.contiguous(Shape.of(3, 2)))).isInstanceOf(Invalid.class).hasMessageContaining("2x3");
    }

    @Test
    void runsAndGroupsAreJoined() {
        Shape shape = Shape.of(2, 8, 14, 14);
        assertThat(MoveKernel.relayout(Layout.contiguous(shape), Layout.contiguous(shape)).groups()).isEqualTo(1);
        assertThat(MoveKernel.relayout(Layout.flat(shape), Layout.contiguous(shape)).groups()).isEqualTo(1);
        assertThat(MoveKernel.relayout(Layout.flat(shape), Layout.planes(shape, 15, 1, 1, 1, 1)).groups()).isEqualTo(16);
        Op.Transpose last = new Op.Transpose(List.of(0, 2, 3, 1));
        assertThat(Moves.transpose(last, Layout.contiguous(shape), Layout.contiguous(Shape.of(2, 14, 14, 8))).groups()).isEqualTo(2);
        Op.Slice even = new Op.Slice(List.of(0, 0, 0, 0), List.of(1, 1, 2, 2), List.of(2, 8, 7, 7));
        assertThat(Moves.slice(even, Layout.contiguous(shape), Layout.contiguous(Shape.of(2, 8, 7, 7))).groups()).isEqualTo(1);
    }

    @Test
    void identityAndReshapeKeepRowMajorOrder() {
        for (int i = 0; i < ROUNDS; i++) {
            Shape shape = Trial.shape(random, 4);
            float[] x = Trial.values(random, shape.size());
            assertSame(Trial.general(random, new Op.Identity(), List.of(shape), List.of(x)), x, i);
            Shape to = switch (random.nextInt(3)) {
                case 0 -> Shape.of(shape.dim(0), shape.size() / shape.dim(0));
                case 1 -> Shape.of(shape.dim(1), shape.dim(0) * shape.dim(3), 1, shape.dim(2));
                default -> Shape.of(shape.size());
            };
            assertSame(Trial.general(random, new Op.Reshape(to), List.of(shape), List.of(x)), x, shape + " to " + to);
        }
    }

    @Test
    void constantWritesItsValues() {
        for (int i = 0; i < ROUNDS; i++) {
            Shape shape = Trial.shape(random, random.nextInt(5));
            float[] x = Trial.values(random, shape.size());
            if (random.nextBoolean()) Arrays.fill(x, 3);
            assertSame(Trial.general(random, new Op.Constant(new Tensor(shape, x)), List.of(), List.of()), x, i);
        }
    }

    @Test
    void transpose() {
        for (int i = 0; i < ROUNDS; i++) {
            Shape shape = Trial.shape(random, 1 + random.nextInt(5));
            float[] x = Trial.values(random, shape.size());
            List<Integer> permutation = new ArrayList<>(IntStream.range(0, shape.rank()).boxed().toList());
            Collections.shuffle(permutation, new Random(i));
            Op op = new Op.Transpose(permutation);
            float[] expected = Trial.expected(Trial.infer(op, List.of(shape)), at -> {
                int[] from = new int[at.length];
                for (int axis = 0; axis < at.length; axis++) from[permutation.get(axis)] = at[axis];
                return Trial.at(x, shape, from);
            });
            assertSame(Trial.general(random, op, List.of(shape), List.of(x)), expected, shape + " by " + permutation);
        }
    }

    @Test
    void slice() {
        for (int i = 0; i < ROUNDS; i++) {
            Shape shape = Trial.shape(random, 1 + random.nextInt(5));
            float[] x = Trial.values(random, shape.size());
            List<Integer> starts = new ArrayList<>(), steps = new ArrayList<>(), sizes = new ArrayList<>();
            for (int extent : shape.dims()) {
                int start = random.nextInt(extent), step = random.nextBoolean() ? 1 : random.nextInt(1, 4);
                if (random.nextInt(3) == 0) step = -step;
                starts.add(start);
                steps.add(step);
                sizes.add(1 + random.nextInt((step > 0 ? extent - 1 - start : start) / Math.abs(step) + 1));
            }
            Op op = new Op.Slice(starts, steps, sizes);
            float[] expected = Trial.expected(new Shape(sizes), at -> {
                int[] from = new int[at.length];
                for (int axis = 0; axis < at.length; axis++) from[axis] = starts.get(axis) + at[axis] * steps.get(axis);
                return Trial.at(x, shape, from);
            });
            assertSame(Trial.general(random, op, List.of(shape), List.of(x)), expected, shape + " by " + op);
        }
    }

    @Test
    void pad() {
        for (int i = 0; i < ROUNDS; i++) {
            Shape shape = Trial.shape(random, 1 + random.nextInt(4));
            float[] x = Trial.values(random, shape.size());
            Op.PadMode mode = Op.PadMode.values()[i % 3];
            List<Integer> before = new ArrayList<>(), after = new ArrayList<>();
            for (int extent : shape.dims()) {
                int limit = mode == Op.PadMode.REFLECT ? extent : 5;
                before.add(random.nextInt(limit));
                after.add(random.nextInt(limit));
            }
            Op op = new Op.Pad(before, after, mode, -7.5f);
            float[] expected = Trial.expected(Trial.infer(op, List.of(shape)), at -> {
                int[] from = new int[at.length];
                for (int axis = 0; axis < at.length; axis++) {
                    int p = at[axis] - before.get(axis), last = shape.dim(axis) - 1;
                    if (mode == Op.PadMode.CONSTANT && (p < 0 || p > last)) return -7.5;
                    if (p < 0) p = mode == Op.PadMode.EDGE ? 0 : -p;
                    if (p > last) p = mode == Op.PadMode.EDGE ? last : last - (p - last);
                    from[axis] = p;
                }
                return Trial.at(x, shape, from);
            });
            assertSame(Trial.general(random, op, List.of(shape), List.of(x)), expected, shape + " by " + op);
        }
    }

    @Test
    void concat() {
        for (int i = 0; i < ROUNDS; i++) {
            Shape shape = Trial.shape(random, 1 + random.nextInt(5));
            int axis = random.nextInt(shape.rank()), count = 1 + random.nextInt(4);
            List<Shape> shapes = new ArrayList<>();
            List<float[]> inputs = new ArrayList<>();
            for (int k = 0; k < count; k++) {
                shapes.add(shape.with(axis, 1 + random.nextInt(9)));
                inputs.add(Trial.values(random, shapes.getLast().size()));
            }
            Op op = new Op.Concat(axis);
            float[] expected = Trial.expected(Trial.infer(op, shapes), at -> {
                int k = 0;
                for (; at[axis] >= shapes.get(k).dim(axis); k++) at[axis] -= shapes.get(k).dim(axis);
                return Trial.at(inputs.get(k), shapes.get(k), at);
            });
            assertSame(Trial.general(random, op, shapes, inputs), expected, shapes + " along " + axis);
        }
    }

    @Test
    void depthToSpace() {
        for (int i = 0; i < ROUNDS; i++) {
            int block = 1 + random.nextInt(3), channels = 1 + random.nextInt(5);
            Shape shape = Trial.shape(random, 4).with(1, channels * block * block);
            float[] x = Trial.values(random, shape.size());
            Op.DepthOrder order = Op.DepthOrder.values()[i % 2];
            Op op = new Op.DepthToSpace(block, order);
            float[] expected = new float[x.length];
            Shape out = Trial.infer(op, List.of(shape));
            for (int n = 0; n < shape.dim(0); n++)
                for (int by = 0; by < block; by++)
                    for (int bx = 0; bx < block; bx++)
                        for (int c = 0; c < channels; c++)
                            for (int y = 0; y < shape.dim(2); y++)
                                for (int xx = 0; xx < shape.dim(3); xx++) {
                                    int depth = order == Op.DepthOrder.DCR ? (by * block + bx) * channels + c : (c * block + by) * block + bx;
                                    expected[((n * channels + c) * out.dim(2) + y * block + by) * out.dim(3) + xx * block + bx] = Trial.at(x, shape, n, depth, y, xx);
                                }
            assertSame(Trial.general(random, op, List.of(shape), List.of(x)), expected, shape + " by " + op);
        }
    }

    private static void assertSame(float[] got, float[] expected, Object what) {
        if (!Arrays.equals(got, expected)) assertThat(got).as(what.toString()).isEqualTo(expected);
    }
}
