package dev.lacewing.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacewing.emit.jvm.JvmEmitter;
import dev.lacewing.program.Interpreter;
import dev.lacewing.program.Kernel;
import dev.lacewing.program.Program;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/** Runs a program by interpreter and as JVM code. */
final class Runs {
    private final Program program;
    private final Kernel jvm;

    Runs(Program program) {
        this.program = program;
        jvm = new JvmEmitter().emit(program);
    }

    /**
     * Both ways from the same state of {@code out}; fails unless they leave the same bits everywhere, and if the program reads anything but its argument
     * block and {@code in}, or writes anything but {@code out}.
     */
    void check(MemorySegment arguments, Floats out, Floats... in) {
        int[] before = out.bits();
        new Interpreter(program, (address, bytes, write) -> {
            boolean known = write ? out.holds(address, bytes)
                    : arguments.address() <= address && address + bytes <= arguments.address() + arguments.byteSize()
                            || Arrays.stream(in).anyMatch(f -> f.holds(address, bytes));
            if (!known) throw new AssertionError(program.name() + " on " + program.machine().name() + (write ? " writes " : " reads ") + bytes + " bytes out of bounds, "
                    + (address - out.address()) / 4 + " floats from its output's start of " + out.size);
        }).run(arguments.address());
        int[] expected = out.bits();
        out.restore(before);
        jvm.run(arguments.address());
        assertThat(out.bits()).as("%s on %s: bits of the interpreter", program.name(), program.machine().name()).isEqualTo(expected);
    }

    static MemorySegment block(Arena arena, long... values) {
        MemorySegment s = arena.allocate(8L * values.length, 8);
        MemorySegment.copy(values, 0, s, ValueLayout.JAVA_LONG, 0, values.length);
        return s;
    }
}
