package dev.lacewing.emit.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacewing.emit.Missing;
import dev.lacewing.emit.wasm.WasmModule.Call;
import dev.lacewing.emit.wasm.WasmModule.Layer;
import dev.lacewing.program.Interpreter;
import dev.lacewing.program.Kernel;
import dev.lacewing.program.Machine;
import dev.lacewing.program.Program;
import dev.lacewing.program.ProgramBuilder;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Runs kernels as WebAssembly in a process of Node. A kernel finds the memory of a test where it stands in this process, modulo 4 GB: all its arithmetic on addresses is
 * modulo 4 GB, too.
 */
public final class Node {
    /** System property: without Node, tests fail that else are left out. */
    public static final String REQUIRED = "lacewing.test.node";

    private static final Optional<Node> INSTANCE = start();

    private final OutputStream to;
    private final DataInputStream from;

    private Node(Process process) {
        to = process.getOutputStream();
        from = new DataInputStream(process.getInputStream());
    }

    /** Ends when this process ends: then nothing more is to be read. */
    private static Optional<Node> start() {
        try {
            Path script = Path.of(Node.class.getResource("/wasm/kernel.mjs").toURI());
            Process process = new ProcessBuilder("node", script.toString()).redirectError(ProcessBuilder.Redirect.INHERIT).start();
            return Optional.of(new Node(process));
        } catch (IOException | URISyntaxException e) {
            return Optional.empty();
        }
    }

    /** Without Node, leaves the test out that calls, and says so. */
    public static Node assumed() { return INSTANCE.orElseThrow(() -> Missing.tool(REQUIRED, "this test needs Node: install the package nodejs")); }

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
    public synchronized void run(Program program, Features features, long arguments, MemorySegment... regions) {
        byte[] module = WasmModule.of(List.of(new Layer("test", List.of(List.of(new Call(program, (int) arguments))))), features, false, false);
        try {
            send(module.length, regions.length);
            to.write(module);
            for (MemorySegment region : regions) {
                assertThat((region.address() & 0xFFFFFFFFL) + region.byteSize()).as("end of a region, modulo 4 GB").isLessThanOrEqualTo(1L << 32);
                send((int) region.address(), Math.toIntExact(region.byteSize()));
                to.write(region.toArray(ValueLayout.JAVA_BYTE));
            }
            to.flush();
            int error = Integer.reverseBytes(from.readInt());
            if (error != 0) throw new AssertionError(program.name() + " as " + features + ": " + new String(from.readNBytes(error), StandardCharsets.UTF_8));
            for (MemorySegment region : regions) region.copyFrom(MemorySegment.ofArray(from.readNBytes((int) region.byteSize())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void send(int... numbers) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(4 * numbers.length).order(ByteOrder.LITTLE_ENDIAN);
        for (int n : numbers) bytes.putInt(n);
        to.write(bytes.array());
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
