package dev.lacewing.program;

/** A register that holds a loop counter: 32 bits, never negative. */
public record Int(int reg) {}
