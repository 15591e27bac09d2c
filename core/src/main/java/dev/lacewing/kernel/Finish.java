package dev.lacewing.kernel;

import dev.lacewing.program.ProgramBuilder;
import dev.lacewing.program.Vec;
import org.jspecify.annotations.Nullable;

/** An epilogue inside a program: holds the limits of a clamp from where it is made on; other constants stand at their use. */
final class Finish {
    /** Registers that {@link #apply} takes at most. */
    static final int REGISTERS = 4;

    private final ProgramBuilder b;
    private final Epilogue epilogue;
    private final @Nullable Vec zero, hi;

    Finish(ProgramBuilder b, Epilogue epilogue) {
        this.b = b;
        this.epilogue = epilogue;
        boolean clamps = epilogue instanceof Epilogue.Clamp;
        zero = clamps ? b.constant(0f) : null;
        hi = epilogue instanceof Epilogue.Clamp(float limit) ? b.constant(limit) : null;
    }

    void apply(Vec v) {
        switch (epilogue) {
            case Epilogue.None() -> { }
            case Epilogue.Clamp c -> {
                if (zero != null && hi != null) b.clamp(v, zero, hi);
            }
            case Epilogue.Range(float lo, float limit) -> {
                b.scope(() -> b.max(v, v, b.constant(lo)));
                b.scope(() -> b.min(v, v, b.constant(limit)));
            }
            case Epilogue.LeakyRelu(float slope) -> leakyRelu(v, slope);
            case Epilogue.Sigmoid() -> b.scope(() -> b.copy(v, new Rational(b).sigmoid(v)));
            case Epilogue.HardSigmoid(float alpha, float beta) -> b.scope(() -> {
                Vec sum = b.constant(beta);
                b.scope(() -> b.fma(sum, v, b.constant(alpha)));
                b.clamp(sum, b.constant(0f), b.constant(1f));
                b.copy(v, sum);
            });
            case Epilogue.HardSwish() -> b.scope(() -> {
                Vec gate = b.constant(3f);
                b.add(gate, gate, v);
                b.scope(() -> b.clamp(gate, b.constant(0f), b.constant(6f)));
                b.scope(() -> b.mul(gate, gate, b.constant(1f / 6)));
                b.mul(v, v, gate);
            });
            case Epilogue.Swish() -> b.scope(() -> b.mul(v, v, new Rational(b).sigmoid(v)));
            case Epilogue.Tanh() -> b.scope(() -> b.copy(v, new Rational(b).tanh(v)));
        }
    }

    private void leakyRelu(Vec v, float slope) {
        b.scope(() -> {
            Vec scaled = b.constant(slope);
            if (slope > 0 && slope <= 1) {
                b.mul(scaled, scaled, v);
                b.max(v, v, scaled);
            } else {
                prelu(b, v, scaled);
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

    /** Takes so many instructions that the compilers of the JVM would give up a method with one for each vector of a tile. */
    static boolean isLong(Epilogue epilogue) {
        return switch (epilogue) {
            case Epilogue.None n -> false;
            case Epilogue.Clamp c -> false;
            case Epilogue.Range r -> true;
            case Epilogue.LeakyRelu l -> true;
            case Epilogue.Sigmoid s -> true;
            case Epilogue.HardSigmoid h -> true;
            case Epilogue.HardSwish h -> true;
            case Epilogue.Swish s -> true;
            case Epilogue.Tanh t -> true;
        };
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
