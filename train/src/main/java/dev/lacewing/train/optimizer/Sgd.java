package dev.lacewing.train.optimizer;

import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.train.parameter.Parameter;
import java.util.List;

/**
 * Stochastic gradient descent with momentum: g += decay * w; v = momentum * v + g; w -= rate * v, or with Nesterov's momentum w -= rate * (g + momentum * v).
 *
 * @param momentum 0 to below 1
 * @param decay weight decay (L2), 0 or above
 * @param decayVectors whether one-dimensional parameters (biases, normalisation) decay too
 */
public record Sgd(double momentum, boolean nesterov, double decay, boolean decayVectors) implements Optimizer {
    public static final Sgd DEFAULT = new Sgd(0.9, false, 1e-4, false);

    public Sgd {
        if (!(momentum >= 0 && momentum < 1)) throw new Invalid("momentum must be 0 to below 1, got " + momentum);
        if (!(decay >= 0)) throw new Invalid("decay must be 0 or above, got " + decay);
        if (nesterov && momentum == 0) throw new Invalid("nesterov needs a momentum above 0");
    }

    @Override
    public void step(List<Parameter> parameters, double rate, long number) { for (Parameter p : parameters) step(p, (float) rate); }

    private void step(Parameter p, float rate) {
        float[] w = p.values(), g = p.gradient(), v = p.slots(1).getFirst();
        Optimizer.settle(p, Optimizer.decay(p, decay, decayVectors));
        float m = (float) momentum;
        for (int i = 0; i < w.length; i++) {
            v[i] = m * v[i] + g[i];
            w[i] -= rate * (nesterov ? g[i] + m * v[i] : v[i]);
        }
    }
}
