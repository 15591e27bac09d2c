package dev.lacewing.kernel;

import dev.lacewing.program.Instruction.Arithmetic;

/** What {@link Elementwise} computes for each element. */
public sealed interface ElementFunction {
    /** y = x: moves planes from one layout to another. */
    record Copy() implements ElementFunction {}

    /** y = min(max(x, lo), hi) for any limits, infinite ones included. */
    record Clamp(float lo, float hi) implements ElementFunction {}

    /** y = x for x >= 0, else slope * x. TABLE has {slope} for each channel. */
    record PRelu() implements ElementFunction {}

    /** y = 1 / (1 + exp(-x)), to an absolute error of 2e-7, the same bits on every machine. */
    record Sigmoid() implements ElementFunction {}

    /** y = min(max(alpha * x + beta, 0), 1). */
    record HardSigmoid(float alpha, float beta) implements ElementFunction {}

    /** y = x * min(max(x + 3, 0), 6) / 6. */
    record HardSwish() implements ElementFunction {}

    /** y = x * sigmoid(x). */
    record Swish() implements ElementFunction {}

    /** The hyperbolic tangent, as exact as {@link Sigmoid}. */
    record Tanh() implements ElementFunction {}

    /** y = x * s. TABLE has {s} for each channel. */
    record Scale() implements ElementFunction {}

    /** y = x * s + t. TABLE has {s, t} for each channel. */
    record Affine(Epilogue epilogue) implements ElementFunction {}

    /** y = x what z, with a second operand plane at Z. */
    record Binary(Arithmetic what, Epilogue epilogue) implements ElementFunction {}
}
