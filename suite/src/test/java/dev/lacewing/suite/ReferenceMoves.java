package dev.lacewing.suite;

import dev.lacewing.graph.Op;
import dev.lacewing.graph.Op.Coordinates;
import dev.lacewing.graph.Op.DepthOrder;
import dev.lacewing.graph.Op.NearestMode;
import dev.lacewing.tensor.Shape;
import java.util.List;

/** The part of {@link Reference} that moves elements about: each output element looks up where it comes from. */
final class ReferenceMoves {
    private ReferenceMoves() {}

    static Exact concat(List<Exact> in, int axis, Shape out) {
        Exact y = Exact.zeros(out);
        int offset = 0;
        for (Exact x : in) {
            for (int i = 0; i < x.values().length; i++) {
                int[] at = Exact.index(x.shape(), i);
                at[axis] += offset;
                y.set(x.values()[i], at);
            }
            offset += x.dim(axis);
        }
        return y;
    }

    static Exact transpose(Exact x, List<Integer> permutation, Shape out) {
        Exact y = Exact.zeros(out);
        for (int i = 0; i < out.size(); i++) {
            int[] at = Exact.index(out, i), from = new int[at.length];
            for (int axis = 0; axis < at.length; axis++) from[permutation.get(axis)] = at[axis];
            y.values()[i] = x.at(from);
        }
        return y;
    }

    static Exact slice(Op.Slice slice, Exact x, Shape out) {
        Exact y = Exact.zeros(out);
        for (int i = 0; i < out.size(); i++) {
            int[] at = Exact.index(out, i);
            for (int axis = 0; axis < at.length; axis++) at[axis] = slice.starts().get(axis) + slice.steps().get(axis) * at[axis];
            y.values()[i] = x.at(at);
        }
        return y;
    }

    static Exact pad(Op.Pad pad, Exact x, Shape out) {
        Exact y = Exact.zeros(out);
        for (int i = 0; i < out.size(); i++) {
            int[] at = Exact.index(out, i);
            boolean outside = false;
            for (int axis = 0; axis < at.length; axis++) {
                int p = at[axis] - pad.before().get(axis), last = x.dim(axis) - 1;
                outside |= p < 0 || p > last;
                at[axis] = switch (pad.mode()) {
                    case CONSTANT, EDGE -> Math.clamp(p, 0, last);
                    case REFLECT -> p < 0 ? -p : p > last ? 2 * last - p : p;
                };
            }
            y.values()[i] = outside && pad.mode() == Op.PadMode.CONSTANT ? pad.value() : x.at(at);
        }
        return y;
    }

    static Exact depthToSpace(int block, DepthOrder order, Exact x, Shape out) {
        Exact y = Exact.zeros(out);
        for (int i = 0; i < out.size(); i++) {
            int[] at = Exact.index(out, i);
            int c = at[1], by = at[2] % block, bx = at[3] % block;
            int from = switch (order) {
                case DCR -> (by * block + bx) * out.dim(1) + c;
                case CRD -> (c * block + by) * block + bx;
            };
            y.values()[i] = x.at(at[0], from, at[2] / block, at[3] / block);
        }
        return y;
    }

    static Exact resize(Op.Resize r, Exact x, Shape out) {
        Exact y = Exact.zeros(out);
        int height = x.dim(2), width = x.dim(3);
        for (int i = 0; i < out.size(); i++) {
            int[] at = Exact.index(out, i);
            float row = original(at[2], r.scaleHeight(), height, r.height(), r.coordinates()), column = original(at[3], r.scaleWidth(), width, r.width(), r.coordinates());
            y.values()[i] = switch (r.mode()) {
                case NEAREST -> x.at(at[0], at[1], Math.clamp(round(row, r.nearest()), 0, height - 1), Math.clamp(round(column, r.nearest()), 0, width - 1));
                case LINEAR -> linear(x, at[0], at[1], Math.clamp(row, 0, height - 1), Math.clamp(column, 0, width - 1));
            };
        }
        return y;
    }

    private static double linear(Exact x, int n, int c, float row, float column) {
        int top = (int) row, left = (int) column, bottom = Math.min(top + 1, x.dim(2) - 1), right = Math.min(left + 1, x.dim(3) - 1);
        double down = row - top, over = column - left;
        double above = (1 - over) * x.at(n, c, top, left) + over * x.at(n, c, top, right);
        double below = (1 - over) * x.at(n, c, bottom, left) + over * x.at(n, c, bottom, right);
        return (1 - down) * above + down * below;
    }

    /** Where the output pixel's centre stands in the input. In float, as runtimes do: the rounding decides which pixel is nearest. */
    private static float original(int resized, float scale, int from, int to, Coordinates coordinates) {
        return switch (coordinates) {
            case HALF_PIXEL -> (resized + 0.5f) / scale - 0.5f;
            case PYTORCH_HALF_PIXEL -> to > 1 ? (resized + 0.5f) / scale - 0.5f : 0;
            case ALIGN_CORNERS -> to > 1 ? (float) resized * (from - 1) / (to - 1) : 0;
            case ASYMMETRIC -> resized / scale;
        };
    }

    private static int round(float x, NearestMode mode) {
        return (int) switch (mode) {
            case ROUND_PREFER_FLOOR -> Math.ceil(x - 0.5);
            case ROUND_PREFER_CEIL -> Math.floor(x + 0.5);
            case FLOOR -> Math.floor(x);
            case CEIL -> Math.ceil(x);
        };
    }
}
