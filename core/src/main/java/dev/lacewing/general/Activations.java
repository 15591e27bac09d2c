package dev.lacewing.general;

import dev.lacewing.graph.Activation;

/** The activation functions, one float at a time. */
final class Activations {
    private Activations() {}

    /** In place on {@code count} neighbouring floats, the channel rising by {@code channelStep} with each. */
    static void apply(Activation activation, long address, int count, int channel, int channelStep) {
        switch (activation) {
            case Activation.None() -> { }
            case Activation.Clamp(float lo, float hi) -> {
                for (int i = 0; i < count; i++) Memory.set(address + 4L * i, Math.min(Math.max(Memory.get(address + 4L * i), lo), hi));
            }
            default -> {
                for (int i = 0; i < count; i++) Memory.set(address + 4L * i, Activation.apply(activation, Memory.get(address + 4L * i), channel + i * channelStep));
            }
        }
    }

}
