package dev.lacewing.graph;

import dev.lacewing.tensor.Tensor;

/** An element-wise function of one variable. */
public sealed interface Activation {
    record None() implements Activation {}

    /** min(max(x, lo), hi). ReLU is [0, infinity], ReLU6 is [0, 6]. */
    record Clamp(float lo, float hi) implements Activation {}

    /** x for x >= 0, else slope * x. */
    record LeakyRelu(float slope) implements Activation {}

    /** LeakyRelu with a slope for each channel. {@code slopes} has shape [channels], or [1] for all. */
    record PRelu(Tensor slopes) implements Activation {}

    /** 1 / (1 + exp(-x)). */
    record Sigmoid() implements Activation {}

    /** min(max(alpha * x + beta, 0), 1). */
    record HardSigmoid(float alpha, float beta) implements Activation {}

    /** x * min(max(x + 3, 0), 6) / 6. */
    record HardSwish() implements Activation {}

    /** x * sigmoid(x), also called SiLU. */
    record Swish() implements Activation {}

    record Tanh() implements Activation {}

    /**
     * Not a default method: with one, the classes above would have to initialize this interface, whose constants need them.
     *
     * @param channel index along axis 1 of the element; only {@link PRelu} looks at it
     */
    static float apply(Activation activation, float x, int channel) {
        return switch (activation) {
            case None() -> x;
            case Clamp(float lo, float hi) -> Math.min(Math.max(x, lo), hi);
            case LeakyRelu(float slope) -> x >= 0 ? x : slope * x;
            case PRelu(Tensor slopes) -> x >= 0 ? x : slopes.values()[slopes.size() == 1 ? 0 : channel] * x;
            case Sigmoid() -> sigmoid(x);
            case HardSigmoid(float alpha, float beta) -> Math.min(Math.max(alpha * x + beta, 0), 1);
            case HardSwish() -> x * Math.min(Math.max(x + 3, 0), 6) / 6;
            case Swish() -> x * sigmoid(x);
            case Tanh() -> (float) Math.tanh(x);
        };
    }

    private static float sigmoid(float x) { return (float) (1 / (1 + Math.exp(-x))); }

    Activation NONE = new None(), RELU = new Clamp(0, Float.POSITIVE_INFINITY), RELU6 = new Clamp(0, 6);
}
