package dev.lacewing.zoo;

import dev.lacewing.graph.Activation;

/** Expected mean and mean square of an activation, over channels and over networks with random weights. */
record Moments(double mean, double power) {
    static final Moments STANDARD = new Moments(0, 1);

    double variance() { return Math.max(power - mean * mean, 1e-6); }

    Moments plus(Moments o) { return new Moments(mean + o.mean, variance() + o.variance() + (mean + o.mean) * (mean + o.mean)); }

    /** Of the product of two independent values. */
    Moments times(Moments o) { return new Moments(mean * o.mean, power * o.power); }

    /** After an activation, taking the values as normally distributed: quadrature over eight standard deviations. */
    Moments through(Activation activation) {
        double deviation = Math.sqrt(variance()), sum = 0, first = 0, second = 0;
        for (int i = -200; i <= 200; i++) {
            double z = i / 50.0, density = Math.exp(-z * z / 2), y = value(activation, mean + deviation * z);
            sum += density;
            first += density * y;
            second += density * y * y;
        }
        return new Moments(first / sum, second / sum);
    }

    private static double value(Activation activation, double x) {
        return switch (activation) {
            case Activation.None n -> x;
            case Activation.Clamp(float lo, float hi) -> Math.clamp(x, (double) lo, (double) hi);
            case Activation.LeakyRelu(float slope) -> x >= 0 ? x : slope * x;
            case Activation.PRelu(var slopes) -> x >= 0 ? x : slopes.values()[0] * x;
            case Activation.Sigmoid s -> 1 / (1 + Math.exp(-x));
            case Activation.HardSigmoid(float alpha, float beta) -> Math.clamp(alpha * x + beta, 0.0, 1.0);
            case Activation.HardSwish h -> x * Math.clamp(x + 3, 0.0, 6.0) / 6;
            case Activation.Swish s -> x / (1 + Math.exp(-x));
            case Activation.Tanh t -> Math.tanh(x);
        };
    }
}
