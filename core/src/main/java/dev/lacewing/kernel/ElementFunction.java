package dev.lacewing.kernel;

import dev.lacewing.program.Instruction.Arithmetic;

/** What {@link Elementwise} computes for each element. */
public sealed interface ElementFunction {
    /** y = epilogue(x); without one, moves planes from one layout to another. */
    record Apply(Epilogue epilogue) implements ElementFunction {}

    /** y = x for x >= 0, else slope * x. TABLE has {slope} for each channel. */
    record PRelu() implements ElementFunction {}

    /** y = x * s. TABLE has {s} for each channel. */
    record Scale() implements ElementFunction {}

    /** y = x * s + t. TABLE has {s, t} for each channel. */
    record Affine() implements ElementFunction {}

    /** y = epilogue(x what z), with a second operand plane at Z. */
    record Binary(Arithmetic what, Epilogue epilogue) implements ElementFunction {}
}
