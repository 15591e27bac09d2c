package dev.lacewing.train.autograd;

import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;
import dev.lacewing.graph.Op;
import dev.lacewing.tensor.Shape;

/** Resampling along one axis as a product with a constant matrix [out, in], which the library differentiates; each row says of which inputs an output is made. */
final class AxisMatrix {
    private final int out, in;
    private final float[] weights;

    private AxisMatrix(int out, int in) {
        this.out = out;
        this.in = in;
        weights = new float[out * in];
    }

    static PtNDArray resize(PtNDManager manager, Op.Resize op, PtNDArray x, Shape in) {
        PtNDArray rows = of(op, in.dim(2), op.height(), op.scaleHeight()).along(manager, x, 2, 4);
        return of(op, in.dim(3), op.width(), op.scaleWidth()).along(manager, rows, 3, 4);
    }

    /** Reflecting and edge padding. */
    static PtNDArray pad(PtNDManager manager, Op.Pad op, PtNDArray x, Shape in) {
        PtNDArray result = x;
        for (int axis = 0; axis < in.rank(); axis++) {
            int extent = in.dim(axis), before = op.before().get(axis), to = before + extent + op.after().get(axis);
            if (to == extent) continue;
            AxisMatrix matrix = new AxisMatrix(to, extent);
            for (int o = 0; o < to; o++) {
                int i = o - before, reflected = i < 0 ? -i : i < extent ? i : 2 * (extent - 1) - i;
                matrix.add(o, op.mode() == Op.PadMode.EDGE ? Math.clamp(i, 0, extent - 1) : reflected, 1);
            }
            result = matrix.along(manager, result, axis, in.rank());
        }
        return result;
    }

    private static AxisMatrix of(Op.Resize op, int extent, int to, float scale) {
        AxisMatrix matrix = new AxisMatrix(to, extent);
        for (int o = 0; o < to; o++) {
            float at = source(op.coordinates(), o, extent, to, scale);
            switch (op.mode()) {
                case NEAREST -> matrix.add(o, nearest(op.nearest(), at, extent), 1);
                case LINEAR -> {
                    float inside = Math.clamp(at, 0f, extent - 1f);
                    int first = (int) inside;
                    matrix.add(o, first, 1 - (inside - first));
                    matrix.add(o, Math.min(first + 1, extent - 1), inside - first);
                }
            }
        }
        return matrix;
    }

    private static float source(Op.Coordinates mode, int index, int extent, int to, float scale) {
        return switch (mode) {
            case HALF_PIXEL -> (index + 0.5f) / scale - 0.5f;
            case PYTORCH_HALF_PIXEL -> to > 1 ? (index + 0.5f) / scale - 0.5f : 0;
            case ALIGN_CORNERS -> to > 1 ? (float) index * (extent - 1) / (to - 1) : 0;
            case ASYMMETRIC -> index / scale;
        };
    }

    private static int nearest(Op.NearestMode mode, float at, int extent) {
        double rounded = switch (mode) {
            case ROUND_PREFER_FLOOR -> Math.ceil(at - 0.5);
            case ROUND_PREFER_CEIL -> Math.floor(at + 0.5);
            case FLOOR -> Math.floor(at);
            case CEIL -> Math.ceil(at);
        };
        return Math.clamp((int) rounded, 0, extent - 1);
    }

    private void add(int row, int column, float weight) { weights[row * in + column] += weight; }

    private PtNDArray along(PtNDManager manager, PtNDArray x, int axis, int rank) {
        long[] swap = new long[rank];
        for (int a = 0; a < rank; a++) swap[a] = a == axis ? rank - 1 : a == rank - 1 ? axis : a;
        float[] transposed = new float[weights.length];
        for (int o = 0; o < out; o++) for (int i = 0; i < in; i++) transposed[i * out + o] = weights[o * in + i];
        return JniUtils.permute(JniUtils.matmul(JniUtils.permute(x, swap), Torch.array(manager, transposed, Shape.of(in, out))), swap);
    }
}
