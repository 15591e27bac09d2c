package dev.lacewing.kernel;

import dev.lacewing.program.ProgramBuilder;
import dev.lacewing.program.Vec;
import java.util.Arrays;

/**
 * sigmoid and tanh by multiply-add and one division: sigmoid(x) = 1/2 + x P(x^2) / Q(x^2) and tanh(x) = 4x P(4x^2) / Q(4x^2), with P of degree 3 and Q of degree 4 that
 * make the largest error of sigmoid over |x| <= 15.5 smallest (5.5e-8; found by Lawson's iteration on a fit in double precision, with P(0) / Q(0) = 1/4 held). Beyond,
 * where sigmoid is within 2e-7 of its limits, the quotient stays as it is at 15.5, so that the result goes on to rise, and is clamped.
 */
final class Rational {
    private static final float LIMIT = 15.5f;

    /** Coefficients of P and Q, the highest power first. */
    private static final float[] NUMERATOR = {4.5621778e-8f, 4.6465058e-5f, 8.0916788e-3f, 0.25f},
            DENOMINATOR = {9.923845e-10f, 3.7798552e-6f, 1.4942574e-3f, 0.11569984f, 1};

    /** What x is multiplied by; a power of two, so that scaled coefficients are exact. */
    private static final float SIGMOID = 1, TANH = 2;

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
        float[] p = scaled(NUMERATOR, factor, factor * factor), q = scaled(DENOMINATOR, factor, 1), all = Arrays.copyOf(p, p.length + q.length + 1 + others.length);
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
            b.scope(() -> b.min(y, y, constants.get(1)));
            b.scope(() -> b.max(y, y, constants.get(-1)));
        });
        return y;
    }

    /** factor^2 P / Q of (factor * x)^2, in a new register; square is changed. */
    private Vec ratio(Vec square, Vec x, float factor) {
        Vec r = b.vec();
        b.mul(square, x, x);
        b.scope(() -> b.clamp(square, constants.get(0), constants.get(limit(factor))));
        b.scope(() -> {
            Vec p = b.vec(), q = b.vec();
            polynomial(p, square, scaled(NUMERATOR, factor, factor * factor), r);
            polynomial(q, square, scaled(DENOMINATOR, factor, 1), r);
            b.div(r, p, q);
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
