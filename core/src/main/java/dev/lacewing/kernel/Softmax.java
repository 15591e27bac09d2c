package dev.lacewing.kernel;

import dev.lacewing.program.Instruction.Arithmetic;
import dev.lacewing.program.Machine;
import dev.lacewing.program.Program;
import dev.lacewing.program.ProgramBuilder;
import dev.lacewing.program.Ptr;
import dev.lacewing.program.Vec;

/**
 * exp(x - max) / sum along lines of N floats, which stand X_STEP and Y_STEP bytes apart. Lines are nested three deep: from {@link #LEVELS} on there are, for
 * each level and outermost first, three slots: how many there are, and how far one is from the next in X and in Y.
 *
 * <p>exp(v) = 2^n 2^r with n the whole number nearest to k = v / ln 2, v at least -87, and 2^r by a polynomial. There is no instruction from floats to integers, so
 * 2^n, n from -127 to 0, is a product of powers of two, one for each binary digit of -n.
 */
public final class Softmax {
    public static final int X = 0, Y = 1, N = 2, X_STEP = 3, Y_STEP = 4, LEVELS = 5;

    private static final int SLOTS = LEVELS + 3 * 3;

    private static final int HIGHEST_DIGIT = 64;

    /** Added and taken away, this rounds to a whole number. */
    private static final float ROUND = 3 << 22;

    /** Of 2^r = exp(r ln 2), highest first: Taylor's, whose rest is below 1.2e-7 for r in [-1/2, 1/2]. */
    private static final float[] POLYNOMIAL = taylor(7);

    private final ProgramBuilder b = new ProgramBuilder(Machine.SCALAR);

    private Softmax() {}

    /** For a machine of one lane. */
    public static Program program() { return new Softmax().lines(); }

    private Program lines() {
        level(LEVELS, b.argument(X), b.argument(Y), b.argument(X_STEP), b.argument(Y_STEP));
        return b.build("softmax");
    }

    private void level(int slot, Ptr x, Ptr y, Ptr xStep, Ptr yStep) {
        if (slot == SLOTS) {
            line(x, y, xStep, yStep);
            return;
        }
        b.loop(b.count(slot), 1, () -> {
            b.scope(() -> level(slot + 3, b.copy(x), b.copy(y), xStep, yStep));
            b.advanceByArgument(x, slot + 1);
            b.advanceByArgument(y, slot + 2);
        });
    }

    private void line(Ptr from, Ptr to, Ptr xStep, Ptr yStep) {
        Vec most = b.constant(Float.NEGATIVE_INFINITY), sum = b.constant(0);
        b.scope(() -> {
            Ptr p = b.copy(from);
            b.loop(b.count(N), 1, () -> {
                b.max(most, most, b.load(p, 0));
                b.advance(p, xStep);
            });
        });
        b.scope(() -> {
            Ptr p = b.copy(from), q = b.copy(to);
            b.loop(b.count(N), 1, () -> {
                Vec e = exp(b.load(p, 0), most);
                b.add(sum, sum, e);
                b.store(e, q, 0);
                b.advance(p, xStep);
                b.advance(q, yStep);
            });
        });
        b.scope(() -> {
            Ptr q = b.copy(to);
            Vec one = b.constant(1);
            b.div(one, one, sum);
            b.loop(b.count(N), 1, () -> {
                Vec e = b.load(q, 0);
                b.mul(e, e, one);
                b.store(e, q, 0);
                b.advance(q, yStep);
            });
        });
    }

    private Vec exp(Vec v, Vec most) {
        Vec k = b.vec(), n = b.vec(), power = b.constant(POLYNOMIAL[0]);
        b.binary(Arithmetic.SUB, k, v, most);
        b.max(k, k, b.constant(-87));
        b.mul(k, k, b.constant((float) (1 / Math.log(2))));
        Vec round = b.constant(ROUND);
        b.add(n, k, round);
        b.binary(Arithmetic.SUB, n, n, round);
        b.binary(Arithmetic.SUB, k, k, n);
        for (int i = 1; i < POLYNOMIAL.length; i++) {
            Vec sum = b.constant(POLYNOMIAL[i]);
            b.fma(sum, power, k);
            b.copy(power, sum);
        }
        for (int digit = HIGHEST_DIGIT; digit > 0; digit /= 2) {
            int d = digit;
            b.scope(() -> digit(n, power, d));
        }
        return power;
    }

    /** If n is -digit or less: adds digit to n, and power times 2^-digit. */
    private void digit(Vec n, Vec power, int digit) {
        Vec has = b.constant(1 - digit), factor = b.constant(1);
        b.binary(Arithmetic.SUB, has, has, n);
        b.clamp(has, b.constant(0), b.constant(1));
        b.fma(n, has, b.constant(digit));
        b.binary(Arithmetic.SUB, factor, factor, has);
        b.fma(factor, has, b.constant((float) Math.scalb(1.0, -digit)));
        b.mul(power, power, factor);
    }

    private static float[] taylor(int degree) {
        float[] c = new float[degree + 1];
        double term = 1;
        for (int i = 0; i <= degree; i++) {
            c[degree - i] = (float) term;
            term *= Math.log(2) / (i + 1);
        }
        return c;
    }
}
