package dev.lacewing.prune;

import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.tensor.Shape;
import java.util.List;

/** How the nonzeros are shared out among layers (RigL, arXiv 1911.11134, section 3). */
public enum Allocation {
    /** The same density everywhere. */
    UNIFORM,
    /** Erdos-Renyi: density in proportion to (in + out) / (in * out), kernels not looked at. */
    ER,
    /** Erdos-Renyi-kernel: density in proportion to the sum of a weight's extents over their product. */
    ERK;

    /**
     * The sparsity of each layer. ER and ERK hold the whole to {@code sparsity} of all weights given: what a layer cannot take, because it is full, the others get.
     * UNIFORM holds each layer to it, except those that are dense, so the whole is denser.
     *
     * @param weights [out, in / groups, ...] each
     * @param dense which of them keep everything
     * @return one for each weight, 0 to 1
     * @throws Invalid if the dense layers alone have more weights than shall be left
     */
    public double[] sparsities(List<Shape> weights, double sparsity, boolean[] dense) {
        if (!(sparsity >= 0 && sparsity <= 1)) throw new Invalid("sparsity is a share of zeros and must be 0 to 1, got " + sparsity);
        boolean[] full = dense.clone();
        double[] raw = weights.stream().mapToDouble(this::raw).toArray(), shares = new double[raw.length];
        if (this == UNIFORM) {
            for (int i = 0; i < raw.length; i++) shares[i] = full[i] ? 0 : sparsity;
            return shares;
        }
        while (true) {
            double left = 0, weighted = 0, largest = 0;
            for (int i = 0; i < raw.length; i++) {
                double size = weights.get(i).size();
                left += full[i] ? -sparsity * size : (1 - sparsity) * size;
                if (full[i]) continue;
                weighted += raw[i] * size;
                largest = Math.max(largest, raw[i]);
            }
            if (weighted == 0) return shares;
            if (left < 0) throw new Invalid("the dense layers alone have more nonzeros than a sparsity of " + sparsity + " leaves; lower it, or put fewer layers in scope");
            double scale = left / weighted;
            if (scale * largest <= 1) {
                for (int i = 0; i < raw.length; i++) shares[i] = full[i] ? 0 : 1 - scale * raw[i];
                return shares;
            }
            for (int i = 0; i < raw.length; i++) full[i] |= raw[i] == largest;
        }
    }

    private double raw(Shape weight) {
        double out = weight.dim(0), in = weight.dim(1);
        return switch (this) {
            case UNIFORM -> 1;
            case ER -> (out + in) / (out * in);
            case ERK -> weight.dims().stream().mapToInt(Integer::intValue).sum() / (double) weight.size();
        };
    }
}
