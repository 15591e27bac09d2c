package dev.lacewing.suite;

import dev.lacewing.graph.Activation;
import dev.lacewing.graph.Op;
import dev.lacewing.graph.Window;
import dev.lacewing.tensor.Shape;
import dev.lacewing.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;

/** Random parts of problems. One generator behind all of them, so that a seed gives the same problem everywhere. */
final class Draw {
    private final RandomGenerator random;

    Draw(long seed) { random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed); }

    /** Both ends included. */
    int between(int low, int high) { return random.nextInt(low, high + 1); }

    boolean chance(double probability) { return random.nextDouble() < probability; }

    @SafeVarargs
    final <T> T oneOf(T... choices) { return choices[random.nextInt(choices.length)]; }

    <T> T oneOf(List<T> choices) { return choices.get(random.nextInt(choices.size())); }

    /** 1 to 33: often next to a vector's width, where tails begin and end. */
    int extent() { return chance(0.4) ? oneOf(1, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33) : between(1, 33); }

    int channels() { return chance(0.3) ? oneOf(1, 2, 3, 4, 7, 8, 12, 16, 24, 32, 40) : between(1, 40); }

    int batch() { return chance(0.7) ? 1 : between(2, 3); }

    Shape image() { return Shape.of(batch(), channels(), extent(), extent()); }

    /** Any shape of this rank and at most {@code size} elements. */
    Shape shape(int rank, int size) {
        while (true) {
            int[] dims = IntStream.range(0, rank).map(i -> chance(0.15) ? 1 : between(1, 17)).toArray();
            if (Arrays.stream(dims).asLongStream().reduce(1, (a, b) -> a * b) <= size) return Shape.of(dims);
        }
    }

    /** Normally distributed, with some exact zeros. */
    Tensor values(Shape shape) {
        float[] values = new float[shape.size()];
        float scale = chance(0.2) ? 5 : 1;
        for (int i = 0; i < values.length; i++) values[i] = chance(0.03) ? 0 : scale * (float) random.nextGaussian();
        return new Tensor(shape, values);
    }

    /** At least 0.5 from zero: to divide by. */
    Tensor awayFromZero(Shape shape) {
        Tensor tensor = values(shape);
        float[] values = tensor.values();
        for (int i = 0; i < values.length; i++) values[i] += Math.copySign(0.5f, values[i]);
        return tensor;
    }

    Tensor bias(int channels) { return chance(0.2) ? Tensor.zeros(channels) : values(Shape.of(channels)); }

    /** Weights in regions: rows (output channels) of different kinds stand beside each other. */
    Tensor weights(int... dims) {
        Tensor tensor = Tensor.zeros(dims);
        int rows = dims[0], columns = tensor.size() / rows;
        if (chance(0.05)) return tensor;
        if (chance(0.05)) {
            tensor.values()[random.nextInt(tensor.size())] = weight(columns);
            return tensor;
        }
        for (int row = 0; row < rows; ) {
            int region = chance(0.6) ? rows - row : between(1, rows - row);
            fill(tensor.values(), row, row + region, columns);
            row += region;
        }
        return tensor;
    }

    private void fill(float[] weights, int from, int to, int columns) {
        int block = oneOf(1, 1, 2, 4, 8);
        double density = oneOf(1.0, 1.0, 0.5, 0.3, 0.2, 0.1, 0.05, 0.0);
        for (int row = from; row < to; row += block)
            for (int column = 0; column < columns; column++) {
                if (!chance(density)) continue;
                for (int r = row; r < Math.min(row + block, to); r++) weights[r * columns + column] = weight(columns);
            }
    }

    /** Of a size that keeps a sum over {@code fan} products near 1; never zero. */
    private float weight(int fan) {
        float weight = (float) (random.nextGaussian() * Math.sqrt(2.0 / fan));
        return weight == 0 ? 0.125f : weight;
    }

    Activation activation(int channels) {
        return switch (between(0, 15)) {
            case 0, 1, 2 -> Activation.NONE;
            case 3, 4 -> Activation.RELU;
            case 5, 6 -> Activation.RELU6;
            case 7 -> new Activation.Clamp(-0.5f, 0.75f);
            case 8 -> new Activation.Clamp(Float.NEGATIVE_INFINITY, 1);
            case 9 -> new Activation.LeakyRelu(0.1f);
            case 10 -> new Activation.PRelu(values(Shape.of(chance(0.2) ? 1 : channels)));
            case 11 -> new Activation.Sigmoid();
            case 12 -> new Activation.HardSigmoid(1 / 6f, 0.5f);
            case 13 -> new Activation.HardSwish();
            case 14 -> new Activation.Swish();
            case 15 -> new Activation.Tanh();
            default -> throw new IllegalStateException();
        };
    }

    /** Kernels of 1 to 7 pixels, strides of 1 to 3, dilations of 1 or 2, a pad for each side; it fits an image of these extents. */
    Window window(int height, int width, int largest, boolean dilated) {
        while (true) {
            int kh = between(1, largest), kw = chance(0.7) ? kh : between(1, largest), dh = dilated && chance(0.25) ? 2 : 1, dw = chance(0.8) ? dh : dilated ? 2 : 1;
            int sh = oneOf(1, 1, 2, 3), sw = chance(0.8) ? sh : between(1, 3);
            int[] pads = {kh / 2 * dh, kw / 2 * dw, kh / 2 * dh, kw / 2 * dw};
            if (chance(0.5)) pads = new int[] {between(0, kh - 1), between(0, kw - 1), between(0, kh - 1), between(0, kw - 1)};
            if (chance(0.2)) pads = new int[4];
            Window w = new Window(kh, kw, sh, sw, dh, dw, pads[0], pads[1], pads[2], pads[3]);
            if (w.spanHeight() <= height + pads[0] + pads[2] && w.spanWidth() <= width + pads[1] + pads[3]) return w;
        }
    }

    Op.Conv conv(int in, int out, Window window, int groups) {
        return new Op.Conv(weights(out, in / groups, window.kernelHeight(), window.kernelWidth()), bias(out), window, groups, activation(out));
    }

    Op.Conv pointwise(int in, int out) { return conv(in, out, Window.square(1, 1, 0), 1); }

    Op.Conv depthwise(int channels, int kernel, int stride) { return conv(channels, channels, Window.square(kernel, stride, kernel / 2), channels); }

    Op.Gemm gemm(int in, int out, Activation activation) { return new Op.Gemm(weights(out, in), bias(out), activation); }

    Op.BatchNormalization batchNormalization(int channels) {
        Tensor variance = awayFromZero(Shape.of(channels));
        for (int c = 0; c < channels; c++) variance.values()[c] = Math.abs(variance.values()[c]);
        return new Op.BatchNormalization(values(Shape.of(channels)), values(Shape.of(channels)), values(Shape.of(channels)), variance, oneOf(1e-5f, 1e-3f));
    }

    Op.SqueezeExcite squeezeExcite(int channels) {
        int reduced = between(1, Math.max(1, channels / 2));
        return new Op.SqueezeExcite(weights(reduced, channels), bias(reduced), oneOf(Activation.RELU, new Activation.Swish()), weights(channels, reduced), bias(channels),
                oneOf(new Activation.Sigmoid(), new Activation.HardSigmoid(1 / 6f, 0.5f)));
    }
}
