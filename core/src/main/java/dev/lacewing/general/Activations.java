package dev.lacewing.general;

import dev.lacewing.graph.Activation;
import dev.lacewing.tensor.Tensor;

/** The activation functions, one float at a time. */
public final class Activations {
    private Activations() {}

    /** @param channel index along axis 1 of the element; only {@link Activation.PRelu} looks at it */
    public static float apply(Activation activation, float x, int channel) {
        return switch (activation) {
            case Activation.None() -> x;
            case Activation.Clamp(float lo, float hi) -> Math.min(Math.max(x, lo), hi);
            case Activation.LeakyRelu(float slope) -> x >= 0 ? x : slope * x;
            case Activation.PRelu(Tensor slopes) -> x >= 0 ? x : slopes.values()[slopes.size() == 1 ? 0 : channel] * x;
            case Activation.Sigmoid() -> sigmoid(x);
            case Activation.HardSigmoid(float alpha, float beta) -> Math.min(Math.max(alpha * x + beta, 0), 1);
            case Activation.HardSwish() -> x * Math.min(Math.max(x + 3, 0), 6) / 6;
            case Activation.Swish() -> x * sigmoid(x);
            case Activation.Tanh() -> (float) Math.tanh(x);
        };
    }

    /** In place on {@code count} neighbouring floats, the channel rising by {@code channelStep} with each. */
    static void apply(Activation activation, long address, int count, int channel, int channelStep) {
        switch (activation) {
            case Activation.None() -> { }
            case Activation.Clamp(float lo, float hi) -> {
                for (int i = 0; i < count; i++) Memory.set(address + 4L * i, Math.min(Math.max(Memory.get(address + 4L * i), lo), hi));
            }
            default -> {
                for (int i = 0; i < count; i++) Memory.set(address + 4L * i, apply(activation, Memory.get(address + 4L * i), channel + i * channelStep));
            }
        }
    }

    private static float sigmoid(float x) { return (float) (1 / (1 + Math.exp(-x))); }
}
