package dev.lacewing.rewrite;

import dev.lacewing.graph.Activation;
import dev.lacewing.graph.Op;
import dev.lacewing.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** Ops that carry an activation, seen alike. */
final class Fused {
    private Fused() {}

    /** The activation that ends the op; null for an op that has no place for one. */
    static @Nullable Activation activation(Op op) {
        return switch (op) {
            case Op.Conv conv -> conv.activation();
            case Op.Gemm gemm -> gemm.activation();
            case Op.Binary binary -> binary.activation();
            default -> null;
        };
    }

    static boolean isOpen(Op op) { return activation(op) instanceof Activation.None; }

    static Op with(Op op, Activation activation) {
        return switch (op) {
            case Op.Conv c -> new Op.Conv(c.weight(), c.bias(), c.window(), c.groups(), activation);
            case Op.Gemm g -> new Op.Gemm(g.weight(), g.bias(), activation);
            case Op.Binary b -> new Op.Binary(b.what(), activation);
            default -> throw new IllegalArgumentException(op + " carries no activation");
        };
    }

    /** The convolution or product {@code op} followed by {@code y * scale + shift} for each output channel, then {@code activation}. */
    static Op affine(Op op, double[] scale, double[] shift, Activation activation) {
        return switch (op) {
            case Op.Conv c -> new Op.Conv(scaled(c.weight(), scale), shifted(c.bias(), scale, shift), c.window(), c.groups(), activation);
            case Op.Gemm g -> new Op.Gemm(scaled(g.weight(), scale), shifted(g.bias(), scale, shift), activation);
            default -> throw new IllegalArgumentException(op + " has no output channels");
        };
    }

    private static Tensor scaled(Tensor weight, double[] scale) {
        float[] values = weight.values().clone();
        int row = values.length / scale.length;
        for (int i = 0; i < values.length; i++) values[i] = (float) (values[i] * scale[i / row]);
        return new Tensor(weight.shape(), values);
    }

    private static Tensor shifted(Tensor bias, double[] scale, double[] shift) {
        float[] values = bias.values().clone();
        for (int i = 0; i < values.length; i++) values[i] = (float) (values[i] * scale[i] + shift[i]);
        return new Tensor(bias.shape(), values);
    }
}
