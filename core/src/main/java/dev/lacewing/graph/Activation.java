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

    Activation NONE = new None(), RELU = new Clamp(0, Float.POSITIVE_INFINITY), RELU6 = new Clamp(0, 6);
}
