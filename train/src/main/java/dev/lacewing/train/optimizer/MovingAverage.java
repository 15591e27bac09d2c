package dev.lacewing.train.optimizer;

import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.train.parameter.Parameter;
import dev.lacewing.train.parameter.Parameters;
import dev.lacewing.train.parameter.Statistics;
import java.util.ArrayList;
import java.util.List;

/**
 * Exponential moving average of all values and running statistics: a += (1 - d) * (w - a) after each step, with d = min(decay, (1 + step) / (10 + step)) so that the random
 * start is soon forgotten. Masks are not averaged: those of the moment lie over the averages too.
 */
public final class MovingAverage {
    private final double decay;
    private final List<float[]> averaged = new ArrayList<>(), averages = new ArrayList<>();

    /** @param decay 0 to below 1 */
    public MovingAverage(Parameters parameters, double decay) {
        if (!(decay >= 0 && decay < 1)) throw new Invalid("the decay of a moving average must be 0 to below 1, got " + decay);
        this.decay = decay;
        for (Parameter p : parameters.all()) averaged.add(p.values());
        for (Statistics s : parameters.statistics()) {
            averaged.add(s.mean());
            averaged.add(s.variance());
        }
        for (float[] values : averaged) averages.add(values.clone());
    }

    /** @param number of the step, from 0 */
    public void update(long number) {
        float share = (float) (1 - Math.min(decay, (1.0 + number) / (10.0 + number)));
        for (int i = 0; i < averaged.size(); i++) {
            float[] from = averaged.get(i), to = averages.get(i);
            for (int j = 0; j < to.length; j++) to[j] += share * (from[j] - to[j]);
        }
    }

    /** Puts the averages into the parameters and the parameters' values here; a second call undoes it. */
    public void exchange() {
        for (int i = 0; i < averaged.size(); i++) {
            float[] a = averaged.get(i), b = averages.get(i), kept = a.clone();
            System.arraycopy(b, 0, a, 0, a.length);
            System.arraycopy(kept, 0, b, 0, b.length);
        }
    }

    /** In a fixed order, written in place. */
    public List<float[]> averages() { return averages; }
}
