package dev.lacewing.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacewing.emit.jvm.JvmEmitter;
import dev.lacewing.program.Interpreter;
import dev.lacewing.program.Kernel;
import dev.lacewing.program.Program;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Runs a program by interpreter and as JVM code. */
final class Runs {
    private final Program program;
    private final Kernel interpreter, jvm;

    Runs(Program program) {
        this.program = program;
        interpreter = new Interpreter(program);
        jvm = new JvmEmitter().emit(program);
    }

    /** Both ways from the same state of {@code out}; fails unless they leave the same bits everywhere. */
    void check(long arguments, Floats out) {
        int[] before = out.bits();
        interpreter.run(arguments);
        int[] expected = out.bits();
        for (int i = 0; i < out.size; i++) out.setInt(i, before[i + (before.length - out.size) / 2]);
        jvm.run(arguments);
        assertThat(out.bits()).as("%s on %s: bits of the interpreter", program.name(), program.machine().name()).isEqualTo(expected);
    }

    static long block(Arena arena, long... values) {
        MemorySegment s = arena.allocate(8L * values.length, 8);
        MemorySegment.copy(values, 0, s, ValueLayout.JAVA_LONG, 0, values.length);
        return s.address();
    }
}
