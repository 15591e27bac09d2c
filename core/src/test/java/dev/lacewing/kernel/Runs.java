package dev.lacewing.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacewing.emit.jvm.JvmEmitter;
import dev.lacewing.emit.wasm.Node;
import dev.lacewing.emit.x64.Support;
import dev.lacewing.emit.x64.X64Emitter;
import dev.lacewing.program.ArgumentBlock;
import dev.lacewing.program.Interpreter;
import dev.lacewing.program.Kernel;
import dev.lacewing.program.Program;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/** Runs a program by interpreter and in all other ways that this machine has. */
final class Runs {
    private final Program program;
    private final Map<String, Kernel> kernels = new LinkedHashMap<>();

    Runs(Program program) {
        this.program = program;
        kernels.put("jvm", new JvmEmitter().emit(program));
        kernels.putAll(x64(program));
    }

    /** As machine code with AVX-512 and with AVX2, as far as this processor has them and the program fits. */
    static Map<String, Kernel> x64(Program program) {
        Map<String, Kernel> kernels = new LinkedHashMap<>();
        if (Support.current().lanes() == 16 && program.vectors() <= 32) kernels.put("x64 with AVX-512", new X64Emitter(true).emit(program));
        if (Support.current().lanes() >= 8 && program.machine().lanes() <= 8 && program.vectors() <= 16) kernels.put("x64 with AVX2", new X64Emitter(false).emit(program));
        return kernels;
    }

    /**
     * All ways from the same state of {@code out}; fails unless they leave the same bits everywhere, and if the program reads anything but its argument
     * block and {@code in}, or writes anything but {@code out}.
     */
    void check(ArgumentBlock<Number> block, Floats out, Floats... in) {
        try (Arena arena = Arena.ofConfined()) {
            check(arguments(arena, block), out, in);
        }
    }

    private void check(MemorySegment arguments, Floats out, Floats... in) {
        int[] before = out.bits();
        new Interpreter(program, (address, bytes, write) -> {
            boolean known = write ? out.holds(address, bytes)
                    : arguments.address() <= address && address + bytes <= arguments.address() + arguments.byteSize()
                            || Arrays.stream(in).anyMatch(f -> f.holds(address, bytes));
            if (!known) throw new AssertionError(program.name() + " on " + program.machine().name() + (write ? " writes " : " reads ") + bytes + " bytes out of bounds, "
                    + (address - out.address()) / 4 + " floats from its output's start of " + out.size);
        }).run(arguments.address());
        int[] expected = out.bits();
        kernels.forEach((name, kernel) -> {
            out.restore(before);
            kernel.run(arguments.address());
            assertThat(out.bits()).as("%s on %s by %s: bits of the interpreter", program.name(), program.machine().name(), name).isEqualTo(expected);
        });
        Node.ifPresent().ifPresent(node -> Node.featuresFor(program).forEach(features -> {
            out.restore(before);
            node.expected(program, features).run(arguments.address());
            int[] bits = out.bits();
            out.restore(before);
            node.run(program, features, arguments.address(), Stream.concat(Stream.of(arguments, out.all()), Arrays.stream(in).map(Floats::all)).toArray(MemorySegment[]::new));
            assertThat(out.bits()).as("%s on %s as WebAssembly %s", program.name(), program.machine().name(), features).isEqualTo(bits);
        }));
        out.restore(expected);
    }

    /** To be filled for {@link #check}. */
    ArgumentBlock<Number> block() { return new ArgumentBlock<>(program); }

    static MemorySegment arguments(Arena arena, ArgumentBlock<Number> block) {
        long[] slots = block.values(0).stream().mapToLong(Number::longValue).toArray();
        return arena.allocateFrom(ValueLayout.JAVA_LONG, slots);
    }
}
