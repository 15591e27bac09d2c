package dev.lacewing.program;

/** A vector register of floats. {@code id} is unique in the program; {@code reg} is the register it occupies, reused once its scope has closed. */
public record Vec(int id, int reg) {}
