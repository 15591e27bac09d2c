package dev.lacewing.general;

import dev.lacewing.graph.Op;
import dev.lacewing.tensor.Layout;
import dev.lacewing.tensor.Shape;
import java.util.List;
import java.util.stream.IntStream;

/** The operations that only move elements, as index functions. */
final class Moves {
    private static final float[] NO_LITERALS = {};

    private Moves() {}

    static MoveKernel constant(Op.Constant op, Layout out) { return MoveKernel.of(List.of(), out, op.value().values(), linear -> MoveKernel.source(0, linear)); }

    /** The elements of {@code in} in row-major order. */
    static MoveKernel reshape(Layout in, Layout out) { return MoveKernel.of(List.of(in), out, NO_LITERALS, linear -> MoveKernel.source(0, linear)); }

    static MoveKernel transpose(Op.Transpose op, Layout in, Layout out) {
        int[] strides = in.shape().strides();
        return separable(in, out, 0, axis -> progression(0, strides[op.permutation().get(axis)], out.shape().dim(axis)));
    }

    static MoveKernel slice(Op.Slice op, Layout in, Layout out) {
        int[] strides = in.shape().strides();
        return separable(in, out, 0, axis -> progression(op.starts().get(axis) * strides[axis], op.steps().get(axis) * strides[axis], op.sizes().get(axis)));
    }

    static MoveKernel pad(Op.Pad op, Layout in, Layout out) {
        int[] strides = in.shape().strides();
        return separable(in, out, op.value(), axis -> {
            int extent = in.shape().dim(axis), before = op.before().get(axis);
            return IntStream.range(-before, extent + op.after().get(axis)).map(i -> {
                int at = switch (op.mode()) {
                    case CONSTANT -> i >= 0 && i < extent ? i : -1;
                    case EDGE -> Math.clamp(i, 0, extent - 1);
                    case REFLECT -> i < 0 ? -i : i < extent ? i : 2 * (extent - 1) - i;
                };
                return at < 0 ? -1 : at * strides[axis];
            }).toArray();
        });
    }

    static MoveKernel nearest(Op.Resize op, Layout in, Layout out) {
        Shape shape = in.shape();
        int[] strides = shape.strides();
        return separable(in, out, 0, axis -> {
            if (axis < 2) return progression(0, strides[axis], shape.dim(axis));
            int extent = shape.dim(axis), to = out.shape().dim(axis);
            float scale = axis == 2 ? op.scaleHeight() : op.scaleWidth();
            return IntStream.range(0, to).map(i -> Resampling.nearest(op.nearest(), Resampling.source(op.coordinates(), i, extent, to, scale), extent) * strides[axis]).toArray();
        });
    }

    static MoveKernel depthToSpace(Op.DepthToSpace op, Layout in, Layout out) {
        int block = op.block(), channels = out.shape().dim(1), height = out.shape().dim(2), width = out.shape().dim(3), rows = height / block, columns = width / block;
        return MoveKernel.of(List.of(in), out, NO_LITERALS, linear -> {
            int x = linear % width, y = linear / width % height, c = linear / (width * height) % channels, n = linear / (width * height * channels);
            int within = y % block * block + x % block;
            int depth = switch (op.order()) {
                case DCR -> within * channels + c;
                case CRD -> c * block * block + within;
            };
            return MoveKernel.source(0, ((n * channels * block * block + depth) * rows + y / block) * columns + x / block);
        });
    }

    static MoveKernel concat(Op.Concat op, List<Layout> in, Layout out) {
        int axis = op.axis(), extent = out.shape().dim(axis), inner = out.shape().strides()[axis];
        int[] owner = new int[extent], first = new int[in.size()];
        for (int i = 0, at = 0; i < in.size(); i++) {
            first[i] = at;
            for (int end = at + in.get(i).shape().dim(axis); at < end; at++) owner[at] = i;
        }
        return MoveKernel.of(in, out, NO_LITERALS, linear -> {
            int at = linear / inner % extent, outer = linear / inner / extent, i = owner[at];
            return MoveKernel.source(i, (outer * in.get(i).shape().dim(axis) + at - first[i]) * inner + linear % inner);
        });
    }

    @FunctionalInterface
    private interface AxisTable {
        /** For each index along an axis of the output: its share of the input's row-major index, or -1 for the fill value. */
        int[] of(int axis);
    }

    /** A move whose source index is a sum of one term for each axis. */
    private static MoveKernel separable(Layout in, Layout out, float fill, AxisTable terms) {
        Shape shape = out.shape();
        int[][] tables = new int[shape.rank()][];
        for (int axis = 0; axis < tables.length; axis++) tables[axis] = terms.of(axis);
        return MoveKernel.of(List.of(in), out, new float[] {fill}, linear -> {
            int sum = 0;
            for (int axis = tables.length - 1, rest = linear; axis >= 0; axis--) {
                int term = tables[axis][rest % tables[axis].length];
                if (term < 0) return MoveKernel.source(1, 0);
                sum += term;
                rest /= tables[axis].length;
            }
            return MoveKernel.source(0, sum);
        });
    }

    private static int[] progression(int start, int step, int count) { return IntStream.range(0, count).map(i -> start + i * step).toArray(); }
}
