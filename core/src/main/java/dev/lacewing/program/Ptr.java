package dev.lacewing.program;

/** A register that holds an address, in bytes. Register 0 holds the address of the argument block. */
public record Ptr(int reg) {}
