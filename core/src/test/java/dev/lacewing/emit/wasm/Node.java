package dev.lacewing.emit.wasm;

import dev.lacewing.emit.Missing;
import dev.lacewing.program.Interpreter;
import dev.lacewing.program.Kernel;
import dev.lacewing.program.Machine;
import dev.lacewing.program.Program;
import dev.lacewing.program.ProgramBuilder;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.opentest4j.TestAbortedException;

/** Runs kernels as WebAssembly in a process of Node, one for all tests. */
public final class Node {
    /** System property: without Node, tests fail that else are left out. */
    public static final String REQUIRED = "lacewing.test.node";

    private static final Optional<Node> INSTANCE = start();

    private final NodeProcess process;

    private Node(NodeProcess process) { this.process = process; }

    private static Optional<Node> start() {
        try {
            return Optional.of(new Node(NodeProcess.start("export const answer = (kernel, regions) => { kernel(); return regions; };")));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Without Node, leaves the test out that calls, and says so. */
    public static Node assumed() { return INSTANCE.orElseThrow(Node::missing); }

    static TestAbortedException missing() { return Missing.tool(REQUIRED, "this test needs Node: install the package nodejs"); }

    public static Optional<Node> ifPresent() { return INSTANCE; }

    /** Of the modules that take a program. */
    public static List<Features> featuresFor(Program program) {
        return switch (program.machine().lanes()) { case 4 -> List.of(Features.SIMD, Features.RELAXED); case 1 -> List.of(Features.SCALAR); default -> List.of(); };
    }

    /**
     * Runs a program on memory that stands in this process.
     *
     * @param arguments address of the argument block
     * @param regions all memory that the program reads or writes, the argument block included; holds afterwards what the program left
     */
    public void run(Program program, Features features, long arguments, MemorySegment... regions) {
        byte[] left = process.ask(program, features, arguments, List.of(regions), Math.toIntExact(Arrays.stream(regions).mapToLong(MemorySegment::byteSize).sum()));
        long at = 0;
        for (MemorySegment region : regions) {
            MemorySegment.copy(MemorySegment.ofArray(left), at, region, 0, region.byteSize());
            at += region.byteSize();
        }
    }

    /** What gives the same bits: the interpreter, by a multiply-add as this engine has it. */
    public Kernel expected(Program program, Features features) {
        return new Interpreter(features == Features.RELAXED && program.machine().lanes() > 1 && Fused.KNOWN ? program : Unfused.of(program));
    }

    /** Whether this engine's relaxed multiply-add is rounded once. */
    private static final class Fused {
        static final boolean KNOWN = probe();

        private static boolean probe() {
            ProgramBuilder b = new ProgramBuilder(Machine.WASM);
            var at = b.argument(0);
            var acc = b.load(at, 0);
            b.fma(acc, b.load(at, 16), b.load(at, 16));
            b.store(acc, at, 0);
            float x = 1 + 0x1p-12f;   // its square is one bit too long
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment block = arena.allocate(64, 16);
                block.set(ValueLayout.JAVA_LONG, 0, block.address() + 16);
                for (int i = 0; i < 8; i++) block.set(ValueLayout.JAVA_FLOAT, 16 + 4L * i, i < 4 ? -1 : x);
                Node.assumed().run(b.build("probe"), Features.RELAXED, block.address(), block);
                return block.get(ValueLayout.JAVA_FLOAT, 16) == Math.fma(x, x, -1);
            }
        }
    }
}
