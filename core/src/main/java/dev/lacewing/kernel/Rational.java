package dev.lacewing.kernel;

import dev.lacewing.program.ProgramBuilder;
import dev.lacewing.program.Vec;

/**
 * tanh and sigmoid by multiply-add and one division. With tanh(u) = a / b, the seventh convergent of Lambert's continued fraction
 * u / (1 + u^2 / (3 + u^2 / (5 + ...))), tanh(2u) / 2 = ab / (a^2 + b^2) and sigmoid(4u) is that plus 1/2: the doubling shrinks the fraction's error
 * to 1e-8 over all of |u| <= 4.95, where both have reached their limits.
 */
final class Rational {
    private static final float LIMIT = 4.95f;

    /** Coefficients of powers of u squared, the highest first: a = u * (...), b = .... */
    private static final float[] NUMERATOR = {1f / 135135, 2f / 715, 5f / 39, 1}, DENOMINATOR = {4f / 19305, 10f / 429, 6f / 13, 1};

    private final ProgramBuilder b;

    Rational(ProgramBuilder b) { this.b = b; }

    void tanh(Vec x) {
        half(x, .5f);
        b.add(x, x, x);
    }

    void sigmoid(Vec x) {
        half(x, .25f);
        b.scope(() -> b.add(x, x, b.constant(.5f)));
    }

    /** x = tanh(2 * factor * x) / 2. */
    private void half(Vec x, float factor) {
        b.scope(() -> {
            Vec[] fraction = fraction(x, factor);
            Vec squares = b.vec();
            b.mul(squares, fraction[1], fraction[1]);
            b.fma(squares, fraction[0], fraction[0]);
            b.mul(x, fraction[0], fraction[1]);
            b.div(x, x, squares);
        });
    }

    /** a and b of tanh(factor * x) = a / b. */
    private Vec[] fraction(Vec x, float factor) {
        Vec u = b.vec(), square = b.vec(), numerator = b.vec(), denominator = b.vec();
        b.scope(() -> b.mul(u, x, b.constant(factor)));
        b.scope(() -> b.min(u, u, b.constant(LIMIT)));
        b.scope(() -> b.max(u, u, b.constant(-LIMIT)));
        b.mul(square, u, u);
        polynomial(numerator, square, NUMERATOR);
        b.mul(numerator, numerator, u);
        polynomial(denominator, square, DENOMINATOR);
        return new Vec[] {numerator, denominator};
    }

    /** By Horner's rule. */
    private void polynomial(Vec to, Vec x, float[] coefficients) {
        b.constant(to, coefficients[0]);
        for (int i = 1; i < coefficients.length; i++) {
            float coefficient = coefficients[i];
            b.scope(() -> {
                Vec next = b.constant(coefficient);
                b.fma(next, to, x);
                b.copy(to, next);
            });
        }
    }
}
