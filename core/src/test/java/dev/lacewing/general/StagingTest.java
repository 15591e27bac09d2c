package dev.lacewing.general;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.graph.Window;
import dev.lacewing.tensor.Layout;
import dev.lacewing.tensor.Shape;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class StagingTest {
    private final SplittableRandom random = new SplittableRandom(7);

    /** Every tap of every output pixel reads the pixel, or the fill value, that the definition of a convolution names. */
    @Test
    void tapsReadTheirPixels() {
        for (int round = 0; round < 400; round++) {
            Window w = window();
            Shape shape = Shape.of(1 + random.nextInt(2), 1 + random.nextInt(3), 1 + random.nextInt(33), 1 + random.nextInt(33));
            if (tooSmall(shape, w)) continue;
            int outHeight = w.outHeight(shape.dim(2)) + random.nextInt(2), outWidth = w.outWidth(shape.dim(3)) + random.nextInt(2);
            int pitch = Staging.minimumPitch(w, shape.dim(3), outWidth) + (random.nextBoolean() ? 0 : random.nextInt(9));
            Staging staging = new Staging(w, shape.dim(1), shape.dim(2), shape.dim(3), outHeight, outWidth, pitch);
            Layout input = Trial.layout(random, shape);
            float[] x = Trial.values(random, shape.size());
            int n = random.nextInt(shape.dim(0)), cut = random.nextInt(shape.dim(1) + 1);
            float fill = random.nextBoolean() ? 0 : Float.NEGATIVE_INFINITY;
            float[] staged = stage(staging, input, x, fill, n, cut);
            String what = w + " on " + shape + " at pitch " + pitch;
            for (int c = 0; c < shape.dim(1); c++)
                for (int ky = 0; ky < w.kernelHeight(); ky++)
                    for (int kx = 0; kx < w.kernelWidth(); kx++)
                        for (int oy = 0; oy < outHeight; oy++)
                            for (int ox = 0; ox < outWidth; ox++) {
                                int iy = oy * w.strideHeight() + ky * w.dilationHeight() - w.padTop(), ix = ox * w.strideWidth() + kx * w.dilationWidth() - w.padLeft();
                                boolean inside = iy >= 0 && iy < shape.dim(2) && ix >= 0 && ix < shape.dim(3);
                                float expected = inside ? Trial.at(x, shape, n, c, iy, ix) : fill, got = staged[staging.offset(c, ky, kx) + oy * pitch + ox];
                                if (got != expected) throw new AssertionError(what + ": tap " + ky + "," + kx + " of pixel " + oy + "," + ox + " reads " + got + ", expected " + expected);
                            }
        }
    }

    /** Whole vectors may be read over the gaps: a convolution over flat planes with nothing but shifted sums. */
    @Test
    void convolvesByFlatSums() {
        for (int round = 0; round < 150; round++) {
            Window w = window();
            Shape shape = Shape.of(1, 1 + random.nextInt(4), 1 + random.nextInt(20), 1 + random.nextInt(20));
            if (tooSmall(shape, w)) continue;
            int outHeight = w.outHeight(shape.dim(2)), outWidth = w.outWidth(shape.dim(3)), pitch = Staging.minimumPitch(w, shape.dim(3), outWidth);
            Staging staging = new Staging(w, shape.dim(1), shape.dim(2), shape.dim(3), outHeight, outWidth, pitch);
            float[] x = Trial.values(random, shape.size()), weight = Trial.values(random, shape.dim(1) * w.kernelHeight() * w.kernelWidth());
            float[] staged = stage(staging, Trial.layout(random, shape), x, 0, 0, 0);
            double[] flat = new double[(outHeight * pitch + 15) / 16 * 16];
            int k = 0;
            for (int c = 0; c < shape.dim(1); c++)
                for (int ky = 0; ky < w.kernelHeight(); ky++)
                    for (int kx = 0; kx < w.kernelWidth(); kx++, k++)
                        for (int i = 0; i < flat.length; i++) flat[i] += weight[k] * (double) staged[staging.offset(c, ky, kx) + i];
            for (double v : flat) assertThat(v).isFinite();
            for (int oy = 0; oy < outHeight; oy++)
                for (int ox = 0; ox < outWidth; ox++) {
                    double sum = 0;
                    k = 0;
                    for (int c = 0; c < shape.dim(1); c++)
                        for (int ky = 0; ky < w.kernelHeight(); ky++)
                            for (int kx = 0; kx < w.kernelWidth(); kx++, k++) {
                                int iy = oy * w.strideHeight() + ky * w.dilationHeight() - w.padTop(), ix = ox * w.strideWidth() + kx * w.dilationWidth() - w.padLeft();
                                if (iy >= 0 && iy < shape.dim(2) && ix >= 0 && ix < shape.dim(3)) sum += weight[k] * (double) Trial.at(x, shape, 0, c, iy, ix);
                            }
                    assertThat(Math.abs(flat[oy * pitch + ox] - sum)).as(w + " on " + shape).isLessThan(1e-6);
                }
        }
    }

    @Test
    void geometry() {
        Staging entry = new Staging(Window.square(3, 2, 1), 3, 224, 224, 112, 112, 113);
        assertThat(entry.phases()).isEqualTo(4);
        assertThat(entry.planePitch() % 16).isZero();
        assertThat(entry.floats()).isEqualTo(4 * 3 * entry.planePitch());
        assertThat(Staging.minimumPitch(Window.square(3, 1, 1), 28, 28)).as("one column of zeros serves two rows").isEqualTo(29);
        assertThat(Staging.minimumPitch(Window.square(3, 1, 0), 28, 26)).isEqualTo(28);
        assertThat(new Staging(Window.square(1, 2, 0), 8, 14, 14, 7, 7, 7).phases()).as("a strided 1x1 reads one phase in four").isEqualTo(1);
        assertThat(new Staging(new Window(3, 3, 2, 2, 2, 2, 0, 0, 0, 0), 8, 15, 15, 6, 6, 8).phases()).as("dilation by the stride").isEqualTo(1);
        for (int pitch = 32; pitch < 140; pitch++) assertThat(new Staging(Window.square(1, 1, 0), 2, 32, 32, 32, 32, pitch).planePitch() % 1024).isNotZero();
    }

    @Test
    void rejectsWhatDoesNotFit() {
        assertThatThrownBy(() -> new Staging(Window.square(3, 1, 1), 1, 28, 28, 28, 28, 28)).isInstanceOf(Invalid.class).hasMessageContaining("at least 29");
        assertThatThrownBy(() -> new Staging(Window.square(3, 1, 1), 100_000, 1000, 1000, 1000, 1000, 1001)).isInstanceOf(Invalid.class);
        Staging staging = new Staging(Window.square(3, 1, 1), 2, 8, 8, 8, 8, 9);
        assertThatThrownBy(() -> staging.kernel(Layout.flat(Shape.of(1, 2, 8, 7)), 0, 0, 0, 2)).isInstanceOf(Invalid.class);
        assertThatThrownBy(() -> staging.kernel(Layout.flat(Shape.of(1, 2, 8, 8)), 0, 1, 0, 2)).isInstanceOf(Invalid.class);
    }

    private Window window() {
        return new Window(1 + random.nextInt(7), 1 + random.nextInt(7), 1 + random.nextInt(3), 1 + random.nextInt(3), 1 + random.nextInt(2), 1 + random.nextInt(2),
                random.nextInt(5), random.nextInt(5), random.nextInt(5), random.nextInt(5));
    }

    private static boolean tooSmall(Shape shape, Window w) {
        return shape.dim(2) + w.padTop() + w.padBottom() < w.spanHeight() || shape.dim(3) + w.padLeft() + w.padRight() < w.spanWidth();
    }

    /** Stages channels before and after {@code cut} by two kernels; floats outside the buffer and those never to be read stay as they were. */
    private static float[] stage(Staging staging, Layout input, float[] x, float fill, int n, int cut) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment in = Trial.guarded(arena, input.size()), buffer = Trial.guarded(arena, staging.floats() + 64), block = arena.allocate(16, 8);
            for (int e = 0; e < x.length; e++) in.setAtIndex(ValueLayout.JAVA_FLOAT, input.at(e), x[e]);
            block.setAtIndex(ValueLayout.JAVA_LONG, 0, in.address());
            block.setAtIndex(ValueLayout.JAVA_LONG, 1, buffer.address());
            staging.kernel(input, fill, n, 0, cut).run(block.address());
            staging.kernel(input, fill, n, cut, staging.channels()).run(block.address());
            for (int i = 0; i < staging.floats() + 64; i++) {
                boolean guard = buffer.getAtIndex(ValueLayout.JAVA_INT, i) == Trial.GUARD, read = i < staging.floats() && i % staging.planePitch() < staging.readable();
                if (guard == read) throw new AssertionError(staging + ": float " + i + (read ? " was not written" : " was overwritten"));
            }
            return buffer.asSlice(0, 4L * staging.floats()).toArray(ValueLayout.JAVA_FLOAT);
        }
    }
}
