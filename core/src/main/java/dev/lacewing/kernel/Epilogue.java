package dev.lacewing.kernel;

import dev.lacewing.error.LacewingException.Invalid;

/** A function of each element by itself: what a kernel does to each result before it stores it, or all that {@link Elementwise} does. */
public sealed interface Epilogue {
    Epilogue NONE = new None(), RELU = new Clamp(Float.POSITIVE_INFINITY), RELU6 = new Clamp(6);

    record None() implements Epilogue {}

    /** min(max(y, 0), hi); hi is positive, infinity for ReLU. */
    record Clamp(float hi) implements Epilogue {
        public Clamp {
            if (!(hi > 0)) throw new Invalid("a clamp from 0 needs a positive upper limit, got " + hi + ": use Range");
        }
    }

    /** min(max(y, lo), hi) for any limits, infinite ones included. */
    record Range(float lo, float hi) implements Epilogue {}

    /** y for y >= 0, else slope * y. */
    record LeakyRelu(float slope) implements Epilogue {}

    /** 1 / (1 + exp(-y)), to an absolute error of 3e-7, the same bits on every machine. */
    record Sigmoid() implements Epilogue {}

    /** min(max(alpha * y + beta, 0), 1). */
    record HardSigmoid(float alpha, float beta) implements Epilogue {}

    /** y * min(max(y + 3, 0), 6) / 6. */
    record HardSwish() implements Epilogue {}

    /** y * sigmoid(y). */
    record Swish() implements Epilogue {}

    /** The hyperbolic tangent, to an absolute error of 6e-7, the same bits on every machine. */
    record Tanh() implements Epilogue {}

    /**
     * Takes so many instructions that the JVM's compilers would give up a method with one for each vector of a tile, and so many constants that engines of WebAssembly keep the
     * sums in memory. {@link Spmm}, {@link Gemm} and {@link Baked} store their sums first, and then read them again, so that rows of results must not overlap;
     * {@link FullyConnected} does so where code is short, and {@link Depthwise} with totals of planes.
     */
    static boolean isLong(Epilogue epilogue) { return !(epilogue instanceof None || epilogue instanceof Clamp); }
}
