package dev.lacewing.train.optimizer;

import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.train.parameter.Parameter;
import java.util.List;

/**
 * Adam (Kingma and Ba 2015, arXiv 1412.6980): m = beta1 * m + (1 - beta1) * g; v = beta2 * v + (1 - beta2) * g^2; w -= rate * m' / (sqrt(v') + epsilon), m' and v' being
 * free of the bias of their zero start.
 *
 * @param beta1 0 to below 1
 * @param beta2 0 to below 1
 * @param epsilon above 0
 * @param decay weight decay, 0 or above
 * @param decoupled whether the decay shrinks the weights by rate * decay (AdamW: Loshchilov and Hutter 2019, arXiv 1711.05101) instead of being added to the gradient
 * @param decayVectors whether one-dimensional parameters (biases, normalisation) decay too
 */
public record Adam(double beta1, double beta2, double epsilon, double decay, boolean decoupled, boolean decayVectors) implements Optimizer {
    public static final Adam DEFAULT = new Adam(0.9, 0.999, 1e-8, 0, false, false), DECOUPLED = new Adam(0.9, 0.999, 1e-8, 0.01, true, false);

    public Adam {
        if (!(beta1 >= 0 && beta1 < 1)) throw new Invalid("beta1 must be 0 to below 1, got " + beta1);
        if (!(beta2 >= 0 && beta2 < 1)) throw new Invalid("beta2 must be 0 to below 1, got " + beta2);
        if (!(epsilon > 0)) throw new Invalid("epsilon must be above 0, got " + epsilon);
        if (!(decay >= 0)) throw new Invalid("decay must be 0 or above, got " + decay);
    }

    @Override
    public void step(List<Parameter> parameters, double rate, long number) {
        double steps = number + 1.0, root = Math.sqrt(1 - Math.pow(beta2, steps)), scale = rate * root / (1 - Math.pow(beta1, steps)), epsilon = this.epsilon * root;
        for (Parameter p : parameters) step(p, (float) rate, (float) scale, (float) epsilon);
    }

    private void step(Parameter p, float rate, float scale, float epsilon) {
        float[] w = p.values(), g = p.gradient(), m = p.slots(2).get(0), v = p.slots(2).get(1);
        float b1 = (float) beta1, b2 = (float) beta2, decay = Optimizer.decay(p, this.decay, decayVectors);
        Optimizer.settle(p, decoupled ? 0 : decay);
        if (decoupled && decay > 0) Optimizer.shrink(p, 1 - rate * decay);
        for (int i = 0; i < w.length; i++) {
            m[i] = b1 * m[i] + (1 - b1) * g[i];
            v[i] = b2 * v[i] + (1 - b2) * g[i] * g[i];
            w[i] -= scale * m[i] / ((float) Math.sqrt(v[i]) + epsilon);
        }
    }
}
