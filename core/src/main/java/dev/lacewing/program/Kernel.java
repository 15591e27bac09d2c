package dev.lacewing.program;

/** Executable code. */
@FunctionalInterface
public interface Kernel {
    /** @param arguments address of an argument block: 8-byte slots, of which {@link ArgumentBlock} tells */
    void run(long arguments);

    /** Where its machine code stands, to ask the processor for it ahead; 0 if it has none. */
    default long address() { return 0; }
}
