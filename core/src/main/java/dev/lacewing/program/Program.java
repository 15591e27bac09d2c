package dev.lacewing.program;

import java.util.List;

/**
 * A kernel: code over an argument block whose address stands in pointer register 0.
 *
 * @param name tells this program from every other for the same machine
 * @param vectors vector registers used
 * @param pointers pointer registers used, the argument block's included
 * @param counters counters used
 * @param slots that an argument block has at least: one more than the highest that is read by its number
 */
public record Program(String name, Machine machine, int vectors, int pointers, int counters, int slots, List<Instruction> code) {
    public Program { code = List.copyOf(code); }

    /**
     * Kernels run unchecked: whoever lays out an argument block asks here.
     *
     * @throws IllegalStateException if a block of so many slots is too short
     */
    public void checkSlots(int given) {
        if (given < slots) throw new IllegalStateException("kernel " + name + " reads " + slots + " slots of its argument block, which has " + given);
    }

    /** Of the name and the machine: code may be long. */
    @Override
    public int hashCode() { return 31 * name.hashCode() + machine.hashCode(); }
}
