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
     * @param rate learning rate
     * @param number of the step, from 0
     */
    void step(List<Parameter> parameters, double rate, long number);

    /** Which values move; null for all. */
    static boolean @Nullable [] moving(Parameter p) {
        Mask mask = p.mask();
        return mask == null || mask.kind() == Mask.Kind.STRAIGHT_THROUGH ? null : mask.live();
    }

    /** The decay of a parameter: none for biases, scales, shifts and slopes where vectors are excluded. */
    static float decay(Parameter p, double decay, boolean vectors) { return p.shape().rank() > 1 || vectors ? (float) decay : 0; }
}
