package dev.lacewing.kernel;

import dev.lacewing.program.ProgramBuilder;
import dev.lacewing.program.Vec;

/** An epilogue inside a program. Limits of a clamp are in registers from where it is made on, other constants as far as asked for. */
final class Finish {
    private final ProgramBuilder b;
    private final Epilogue epilogue;
    private final Constants constants;

    /** Keeps no registers but for the limits of a clamp. */
    Finish(ProgramBuilder b, Epilogue epilogue) { this(b, epilogue, Integer.MAX_VALUE); }

    /** @param spare registers that must stay free, beside those that {@link #apply} takes: others may be kept for constants */
    Finish(ProgramBuilder b, Epilogue epilogue, int spare) {
        this.b = b;
        this.epilogue = epilogue;
        constants = new Constants(b, epilogue instanceof Epilogue.Clamp ? 0 : spare == Integer.MAX_VALUE ? spare : spare + registers(), values(epilogue));
    }

    private static float[] values(Epilogue epilogue) {
        return switch (epilogue) {
            case Epilogue.None() -> new float[0];
            case Epilogue.Clamp(float hi) -> new float[] {0, hi};
            case Epilogue.Range(float lo, float hi) -> new float[] {lo, hi};
            case Epilogue.LeakyRelu(float slope) -> new float[] {slope};
            case Epilogue.HardSigmoid(float alpha, float beta) -> new float[] {alpha, beta, 0, 1};
            case Epilogue.HardSwish() -> new float[] {3, 0, 6, 1f / 6};
            case Epilogue.Sigmoid(), Epilogue.Swish() -> Rational.sigmoidConstants();
            case Epilogue.Tanh() -> Rational.tanhConstants();
        };
    }

    /** That {@link #apply} takes at most. */
    int registers() { return Epilogue.isLong(epilogue) ? 5 : 0; }

    void apply(Vec v) {
        switch (epilogue) {
            case Epilogue.None() -> { }
            case Epilogue.Clamp(float hi) -> b.clamp(v, constants.get(0), constants.get(hi));
            case Epilogue.Range(float lo, float hi) -> {
                b.scope(() -> b.max(v, v, constants.get(lo)));
                b.scope(() -> b.min(v, v, constants.get(hi)));
            }
            case Epilogue.LeakyRelu(float slope) -> leakyRelu(v, slope);
            case Epilogue.Sigmoid() -> b.scope(() -> b.copy(v, new Rational(b, constants).sigmoid(v)));
            case Epilogue.HardSigmoid(float alpha, float beta) -> b.scope(() -> {
                Vec sum = constants.fresh(beta);
                b.scope(() -> b.fma(sum, v, constants.get(alpha)));
                b.clamp(sum, constants.get(0), constants.get(1));
                b.copy(v, sum);
            });
            case Epilogue.HardSwish() -> b.scope(() -> {
                Vec gate = b.vec();
                b.scope(() -> b.add(gate, v, constants.get(3)));
                b.scope(() -> b.clamp(gate, constants.get(0), constants.get(6)));
                b.scope(() -> b.mul(gate, gate, constants.get(1f / 6)));
                b.mul(v, v, gate);
            });
            case Epilogue.Swish() -> b.scope(() -> b.mul(v, v, new Rational(b, constants).sigmoid(v)));
            case Epilogue.Tanh() -> b.scope(() -> b.copy(v, new Rational(b, constants).tanh(v)));
        }
    }

    private void leakyRelu(Vec v, float slope) {
        b.scope(() -> {
            if (slope > 0 && slope <= 1) {
                Vec scaled = b.vec();
                b.scope(() -> b.mul(scaled, v, constants.get(slope)));
                b.max(v, v, scaled);
            } else {
                prelu(b, v, constants.get(slope));
            }
        });
    }

    /** v = max(v, 0) + slope * min(v, 0). */
    static void prelu(ProgramBuilder b, Vec v, Vec slope) {
        b.scope(() -> {
            Vec zero = b.constant(0f), negative = b.vec();
            b.min(negative, v, zero);
            b.max(v, v, zero);
            b.fma(v, negative, slope);
        });
    }

    /** The part of a program's name that tells the variant. */
    static String name(Epilogue epilogue, boolean masked) {
        String name = switch (epilogue) {
            case Epilogue.None() -> "";
            case Epilogue.Clamp(float hi) -> hi == Float.POSITIVE_INFINITY ? "-relu" : hi == 6 ? "-relu6" : "-clamp" + hi;
            case Epilogue.Range(float lo, float hi) -> "-range" + lo + ".." + hi;
            case Epilogue.LeakyRelu(float slope) -> "-leaky" + slope;
            case Epilogue.Sigmoid() -> "-sigmoid";
            case Epilogue.HardSigmoid(float alpha, float beta) -> "-hardsigmoid" + alpha + "x+" + beta;
            case Epilogue.HardSwish() -> "-hardswish";
            case Epilogue.Swish() -> "-swish";
            case Epilogue.Tanh() -> "-tanh";
        };
        return name + (masked ? "-masked" : "");
    }
}
