package dev.lacewing.kernel;

import dev.lacewing.program.ProgramBuilder;
import dev.lacewing.program.Vec;
import java.util.Arrays;

/**
 * tanh and sigmoid by multiply-add and one division. With tanh(u) = a / b, the seventh convergent of Lambert's continued fraction
 * u / (1 + u^2 / (3 + u^2 / (5 + ...))), tanh(2u) / 2 = ab / (a^2 + b^2) and sigmoid(4u) is that plus 1/2: the doubling shrinks the fraction's error
 * to 1e-8 over all of |u| <= 4.95, where both have reached their limits. With a = u p(u^2) and b = q(u^2) that is u r(u^2), where r = pq / (u^2 p^2 + q^2);
 * beyond, r stays as it is at the limit, so that u r goes on to rise, and the result is clamped.
 */
final class Rational {
    private static final float LIMIT = 4.95f;

    /** Coefficients of p and q, the highest power first. */
    private static final float[] NUMERATOR = {1f / 135135, 2f / 715, 5f / 39, 1}, DENOMINATOR = {4f / 19305, 10f / 429, 6f / 13, 1};

    private static final float SIGMOID = 0.25f, TANH = 0.5f;

    private final ProgramBuilder b;
    private final Constants constants;

    Rational(ProgramBuilder b, Constants constants) {
        this.b = b;
        this.constants = constants;
    }

    /** What {@link #sigmoid} needs. */
    static float[] sigmoidConstants() { return constants(SIGMOID, 0.5f, 0, 1); }

    /** What {@link #tanh} needs. */
    static float[] tanhConstants() { return constants(TANH, 0, 1, -1); }

    private static float[] constants(float factor, float... others) {
        float[] p = scaled(NUMERATOR, factor, factor), q = scaled(DENOMINATOR, factor, 1), all = Arrays.copyOf(p, p.length + q.length + 1 + others.length);
        System.arraycopy(q, 0, all, p.length, q.length);
        all[p.length + q.length] = limit(factor);
        System.arraycopy(others, 0, all, p.length + q.length + 1, others.length);
        return all;
    }

    private static float limit(float factor) { return LIMIT * LIMIT / (factor * factor); }

    /** sigmoid(x), in a new register; takes three more for a while. */
    Vec sigmoid(Vec x) {
        Vec y = b.vec();
        b.scope(() -> {
            Vec r = ratio(y, x, SIGMOID);
            constants.set(y, 0.5f);
            b.fma(y, x, r);
            b.clamp(y, constants.get(0), constants.get(1));
        });
        return y;
    }

    /** tanh(x), in a new register; takes three more for a while. */
    Vec tanh(Vec x) {
        Vec y = b.vec();
        b.scope(() -> {
            b.mul(y, x, ratio(y, x, TANH));
            b.add(y, y, y);
            b.scope(() -> b.min(y, y, constants.get(1)));
            b.scope(() -> b.max(y, y, constants.get(-1)));
        });
        return y;
    }

    /** factor * r((factor * x)^2), in a new register; square is changed. The factor is a power of two, so that scaled coefficients are exact. */
    private Vec ratio(Vec square, Vec x, float factor) {
        Vec r = b.vec();
        b.mul(square, x, x);
        b.scope(() -> b.clamp(square, constants.get(0), constants.get(limit(factor))));
        b.scope(() -> {
            Vec p = b.vec(), q = b.vec();
            polynomial(p, square, scaled(NUMERATOR, factor, factor), r);
            polynomial(q, square, scaled(DENOMINATOR, factor, 1), r);
            b.mul(r, p, q);
            b.mul(q, q, q);
            b.mul(p, p, p);
            b.fma(q, p, square);
            b.div(r, r, q);
        });
        return r;
    }

    /** Coefficients for x instead of factor * x, times {@code all}. */
    private static float[] scaled(float[] coefficients, float factor, float all) {
        float[] scaled = coefficients.clone();
        for (int i = scaled.length - 1; i >= 0; i--, all *= factor * factor) scaled[i] *= all;
        return scaled;
    }

    /** By Horner's rule, in turn in {@code to} and {@code other}: a multiply-add overwrites the coefficient that it adds. */
    private void polynomial(Vec to, Vec x, float[] coefficients, Vec other) {
        Vec[] turns = coefficients.length % 2 == 0 ? new Vec[] {other, to} : new Vec[] {to, other};
        constants.set(turns[0], coefficients[0]);
        for (int i = 1; i < coefficients.length; i++) {
            constants.set(turns[i % 2], coefficients[i]);
            b.fma(turns[i % 2], turns[(i - 1) % 2], x);
        }
    }
}
