package dev.lacewing.train.optimizer;

import dev.lacewing.train.parameter.Mask;
import dev.lacewing.train.parameter.Parameter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a gradient does to a parameter. Values that are dead under a hard or frozen mask are left as they are and what is remembered of them is forgotten; under a
 * straight-through mask they move like the others.
 */
public sealed interface Optimizer permits Sgd, Adam {
    /**
     * Gradients are used up: what stands there afterwards is the optimizer's own.
     *
     * @param rate learning rate
     * @param number of the step, from 0
     */
    void step(List<Parameter> parameters, double rate, long number);

    /** Adds decay * w to the gradient; of values that shall not move, sets gradient and what is remembered to zero, so that a step leaves them as they are. */
    static void settle(Parameter p, float decay) {
        float[] w = p.values(), g = p.gradient();
        if (decay != 0) for (int i = 0; i < w.length; i++) g[i] += decay * w[i];
        Mask mask = moving(p);
        if (mask == null) return;
        mask.clear(g);
        for (float[] slot : p.slots()) mask.clear(slot);
    }

    /** Multiplies the values that move. */
    static void shrink(Parameter p, float factor) {
        float[] w = p.values();
        Mask mask = moving(p);
        if (mask == null) {
            for (int i = 0; i < w.length; i++) w[i] *= factor;
        } else {
            boolean[] live = mask.live();
            int one = Float.floatToRawIntBits(1), change = one ^ Float.floatToRawIntBits(factor);
            for (int i = 0; i < w.length; i++) w[i] *= Float.intBitsToFloat(one ^ change & Mask.bits(live[i]));
        }
    }

    /** Which values move; null for all. */
    private static @Nullable Mask moving(Parameter p) {
        Mask mask = p.mask();
        return mask == null || mask.kind() == Mask.Kind.STRAIGHT_THROUGH ? null : mask;
    }

    /** The decay of a parameter: none for biases, scales, shifts and slopes where vectors are excluded. */
    static float decay(Parameter p, double decay, boolean vectors) { return p.shape().rank() > 1 || vectors ? (float) decay : 0; }
}
