package dev.lacewing.plan;

/** How the weights of a layer are kept. */
public enum Format {
    /** All of them, zeros included. */
    DENSE,
    /** Blocks with a non-zero, each with the offset of its input. */
    SPARSE,
    /** Non-zeros, their pattern unrolled into the code. */
    BAKED
}
