package dev.lacewing.general;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacewing.graph.Activation;
import dev.lacewing.graph.Op;
import dev.lacewing.tensor.Shape;
import dev.lacewing.tensor.Tensor;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ElementwiseKernelTest {
    private final SplittableRandom random = new SplittableRandom(31);

    @Test
    void binaryBroadcasts() {
        for (int i = 0; i < 400; i++) {
            Shape full = Trial.shape(random, random.nextInt(6)), a = part(full), b = part(full);
            Op.Arithmetic what = Op.Arithmetic.values()[i % 4];
            Shape shape = Trial.infer(new Op.Binary(what, Activation.NONE), List.of(a, b));
            Activation activation = i % 3 == 0 ? Activation.NONE : activation(i / 3, shape);
            float[] x = Trial.values(random, a.size()), y = Trial.values(random, b.size());
            for (int k = 0; k < y.length; k++) y[k] += Math.copySign(0.5f, y[k]);
            float[] expected = Trial.expected(shape, at -> {
                double p = stretched(x, a, at), q = stretched(y, b, at);
                return formula(activation, switch (what) {
                    case ADD -> p + q;
                    case SUB -> p - q;
                    case MUL -> p * q;
                    case DIV -> p / q;
                }, at);
            });
            Op op = new Op.Binary(what, activation);
            Trial.assertClose(Trial.general(random, op, List.of(a, b), List.of(x, y)), expected, 1e-6, op + " of " + a + " and " + b);
        }
    }

    private Activation activation(int i, Shape shape) {
        return switch (i % 10) {
            case 0 -> Activation.NONE;
            case 1 -> Activation.RELU;
            case 2 -> Activation.RELU6;
            case 3 -> new Activation.LeakyRelu(0.1f);
            case 4 -> new Activation.PRelu(Tensor.of(new float[] {0.3f}, 1));
            case 5 -> shape.rank() < 2 ? Activation.RELU : new Activation.PRelu(Tensor.of(Trial.values(random, shape.dim(1)), shape.dim(1)));
            case 6 -> new Activation.Sigmoid();
            case 7 -> new Activation.HardSigmoid(0.2f, 0.5f);
            case 8 -> random.nextBoolean() ? new Activation.HardSwish() : new Activation.Swish();
            default -> new Activation.Tanh();
        };
    }

    private static double formula(Activation activation, double x, int[] at) {
        return switch (activation) {
            case Activation.None() -> x;
            case Activation.Clamp(float lo, float hi) -> x < lo ? lo : x > hi ? hi : x;
            case Activation.LeakyRelu(float slope) -> x < 0 ? slope * x : x;
            case Activation.PRelu(Tensor slopes) -> x < 0 ? slopes.values()[slopes.size() == 1 ? 0 : at[1]] * x : x;
            case Activation.Sigmoid() -> 1 / (1 + Math.exp(-x));
            case Activation.HardSigmoid(float alpha, float beta) -> Math.clamp(alpha * x + beta, 0.0, 1.0);
            case Activation.HardSwish() -> x <= -3 ? 0 : x >= 3 ? x : x * (x + 3) / 6;
            case Activation.Swish() -> x / (1 + Math.exp(-x));
            case Activation.Tanh() -> (Math.exp(2 * x) - 1) / (Math.exp(2 * x) + 1);
        };
    }

    /** A shape that broadcasts to {@code full}: some leading axes dropped, some extents 1. */
    private Shape part(Shape full) {
        int drop = random.nextInt(3) == 0 ? random.nextInt(full.rank() + 1) : 0;
        Shape part = new Shape(full.dims().subList(drop, full.rank()));
        for (int axis = 0; axis < part.rank(); axis++) if (random.nextInt(4) == 0) part = part.with(axis, 1);
        return part;
    }

    private static double stretched(float[] values, Shape shape, int[] at) {
        int[] own = new int[shape.rank()];
        for (int i = 1; i <= own.length; i++) own[own.length - i] = shape.dim(-i) == 1 ? 0 : at[at.length - i];
        return Trial.at(values, shape, own);
    }
}
