package dev.lacewing.program;

import java.util.List;

/**
 * A kernel: code over an argument block whose address stands in pointer register 0.
 *
 * @param name tells this program from every other for the same machine
 * @param vectors vector registers used
 * @param pointers pointer registers used, the argument block's included
 * @param counters counters used
 * @param slots of the argument block that are read, a bit for each
 */
public record Program(String name, Machine machine, int vectors, int pointers, int counters, long slots, List<Instruction> code) {
    public Program { code = List.copyOf(code); }

    /** Of the name and the machine: code may be long. */
    @Override
    public int hashCode() { return 31 * name.hashCode() + machine.hashCode(); }
}
