package dev.lacewing.general;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lacewing.graph.Activation;
import dev.lacewing.graph.Op;
import dev.lacewing.graph.Window;
import dev.lacewing.tensor.Layout;
import dev.lacewing.tensor.Shape;
import dev.lacewing.tensor.Tensor;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ImageKernelsTest {
    private final SplittableRandom random = new SplittableRandom(59);

    @Test
    void resize() {
        for (int i = 0; i < 400; i++) {
            Shape shape = Trial.shape(random, 4);
            int height = 1 + random.nextInt(20), width = 1 + random.nextInt(20);
            float scaleHeight = (float) height / shape.dim(2), scaleWidth = (float) width / shape.dim(3);
            Op.Coordinates coordinates = Op.Coordinates.values()[i % 4];
            Op.NearestMode nearest = Op.NearestMode.values()[i / 4 % 4];
            Op.ResizeMode mode = Op.ResizeMode.values()[i / 16 % 2];
            Op op = new Op.Resize(height, width, scaleHeight, scaleWidth, mode, coordinates, nearest);
            float[] x = Trial.values(random, shape.size());
            float[] expected = Trial.expected(Shape.of(shape.dim(0), shape.dim(1), height, width), at -> {
                float y = source(coordinates, at[2], shape.dim(2), height, scaleHeight), column = source(coordinates, at[3], shape.dim(3), width, scaleWidth);
                if (mode == Op.ResizeMode.NEAREST) return Trial.at(x, shape, at[0], at[1], round(nearest, y, shape.dim(2)), round(nearest, column, shape.dim(3)));
                double sum = 0;
                for (int p = 0; p < shape.dim(2); p++) {
                    double down = tent(y, p, shape.dim(2));
                    if (down > 0) for (int q = 0; q < shape.dim(3); q++) sum += Trial.at(x, shape, at[0], at[1], p, q) * down * tent(column, q, shape.dim(3));
                }
                return sum;
            });
            Trial.assertClose(Trial.general(random, op, List.of(shape), List.of(x)), expected, 1e-5, op + " on " + shape);
        }
    }

    /** Upsampling by two as ONNX shows it in its worked examples. */
    @Test
    void resizeByTwo() {
        Shape shape = Shape.of(1, 1, 1, 2);
        List<float[]> x = List.of(new float[] {1, 2});
        Op linear = new Op.Resize(1, 4, 1, 2, Op.ResizeMode.LINEAR, Op.Coordinates.HALF_PIXEL, Op.NearestMode.FLOOR);
        assertThat(Trial.general(random, linear, List.of(shape), x)).containsExactly(1, 1.25f, 1.75f, 2);
        Op corners = new Op.Resize(1, 4, 1, 2, Op.ResizeMode.LINEAR, Op.Coordinates.ALIGN_CORNERS, Op.NearestMode.FLOOR);
        Trial.assertClose(Trial.general(random, corners, List.of(shape), x), new float[] {1, 4 / 3f, 5 / 3f, 2}, 1e-6, corners);
        Op nearest = new Op.Resize(1, 4, 1, 2, Op.ResizeMode.NEAREST, Op.Coordinates.ASYMMETRIC, Op.NearestMode.FLOOR);
        assertThat(Trial.general(random, nearest, List.of(shape), x)).containsExactly(1, 1, 2, 2);
    }

    private static float source(Op.Coordinates mode, int i, int extent, int outExtent, float scale) {
        if (mode == Op.Coordinates.ALIGN_CORNERS) return outExtent == 1 ? 0 : (float) i * (extent - 1) / (outExtent - 1);
        if (mode == Op.Coordinates.ASYMMETRIC) return i / scale;
        return mode == Op.Coordinates.PYTORCH_HALF_PIXEL && outExtent == 1 ? 0 : (i + 0.5f) / scale - 0.5f;
    }

    private static int round(Op.NearestMode mode, float at, int extent) {
        int floor = (int) Math.floor(at), i = 0;
        float rest = at - floor;
        switch (mode) {
            case FLOOR -> i = floor;
            case CEIL -> i = rest > 0 ? floor + 1 : floor;
            case ROUND_PREFER_FLOOR -> i = rest > 0.5f ? floor + 1 : floor;
            case ROUND_PREFER_CEIL -> i = rest >= 0.5f ? floor + 1 : floor;
        }
        return i < 0 ? 0 : Math.min(i, extent - 1);
    }

    /** The share of pixel {@code i} in an interpolation at {@code at}, which stays between the outermost pixels. */
    private static double tent(double at, int i, int extent) { return Math.max(0, 1 - Math.abs(Math.min(Math.max(at, 0), extent - 1) - i)); }

    @Test
    void operationsWithAProgramHaveNoGeneralKernel() {
        Layout layout = Layout.contiguous(Shape.of(1, 1, 2, 2));
        Op conv = new Op.Conv(Tensor.zeros(1, 1, 1, 1), Tensor.zeros(1), Window.square(1, 1, 0), 1, Activation.NONE);
        assertThatThrownBy(() -> General.kernel(conv, List.of(layout), layout)).isInstanceOf(IllegalStateException.class).hasMessageContaining("Conv");
    }
}
