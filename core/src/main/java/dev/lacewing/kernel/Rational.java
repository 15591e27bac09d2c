package dev.lacewing.kernel;

import dev.lacewing.program.ProgramBuilder;
import dev.lacewing.program.Vec;
import java.util.Arrays;

/**
 * sigmoid and tanh with few multiplications and one division: sigmoid(x) = 1/2 + x r(x^2) and tanh(x) = 4x r(4x^2), where r is the quotient of a cubic and a quartic
 * polynomial that makes the largest error of sigmoid over |x| <= 15.4 smallest (5e-8; found by Lawson's iteration on a fit in double precision, with r(0) = 1/4 held).
 * With u = s^2 + 345 s + 3312, one of the quartic's two factors, the cubic is (46 s + 30736) (u - 58175) + 1.9e9: additions are nearly free beside multiplications.
 * Rounding makes the error of sigmoid 3e-7 and that of tanh 6e-7. Beyond 15.4, where sigmoid is within 2.1e-7 of its limits, r stays as it is there, so that the result
 * goes on to rise, and is clamped.
 */
final class Rational {
    private static final float LIMIT = 15.4f;

    /** The factors s^2 + A1 s + A0 and s^2 + B1 s + B0, and (C1 s + C0) (the first + D) + E. */
    private static final float A1 = 345.48135f, A0 = 3312.4197f, B1 = 3448.521f, B0 = 302188.3f, C1 = 45.86978f, C0 = 30736.28f, D = -58175.46f, E = 1.9365294e9f;

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
        Coefficients c = new Coefficients(factor);
        float[] all = Arrays.copyOf(new float[] {c.limit, c.a1, c.a0, c.b1, c.b0, c.c1, c.c0, c.d, c.e}, 9 + others.length);
        System.arraycopy(others, 0, all, 9, others.length);
        return all;
    }

    /** For x instead of factor * x, and factor^2 as large a quotient. */
    private record Coefficients(float limit, float a1, float a0, float b1, float b0, float c1, float c0, float d, float e) {
        Coefficients(float factor) { this(factor * factor, factor * factor * factor * factor); }

        private Coefficients(float s, float u) { this(LIMIT * LIMIT / s, A1 / s, A0 / u, B1 / s, B0 / u, C1 * s / u * s, C0 / u * s, D / u, E / (u * u) * s); }
    }

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

    /** factor^2 r((factor * x)^2), in a new register; square is changed. */
    private Vec ratio(Vec square, Vec x, float factor) {
        Coefficients c = new Coefficients(factor);
        Vec r = b.vec();
        b.mul(square, x, x);
        b.scope(() -> b.min(square, square, constants.get(c.limit)));
        b.scope(() -> {
            Vec p = b.vec(), q = b.vec();
            quadratic(p, square, c.a1, c.a0, r);
            quadratic(q, square, c.b1, c.b0, r);
            b.mul(q, q, p);
            constants.set(r, c.c0);
            b.scope(() -> b.fma(r, square, constants.get(c.c1)));
            b.scope(() -> b.add(p, p, constants.get(c.d)));
            constants.set(square, c.e);
            b.fma(square, r, p);
            b.div(r, square, q);
        });
        return r;
    }

    /** to = s (s + linear) + constant. */
    private void quadratic(Vec to, Vec s, float linear, float constant, Vec other) {
        b.scope(() -> b.add(other, s, constants.get(linear)));
        constants.set(to, constant);
        b.fma(to, s, other);
    }
}
