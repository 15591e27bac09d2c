package dev.lacewing.emit.wasm;

import dev.lacewing.emit.wasm.WasmModule.Call;
import dev.lacewing.emit.wasm.WasmModule.Layer;
import dev.lacewing.error.LacewingException.Failed;
import dev.lacewing.program.Program;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Kernels as WebAssembly in a process of Node. Memory stands there where it stands in this process, modulo 4 GB, as do the addresses of a program: all its arithmetic on
 * them is modulo 4 GB, too. What Node writes to its standard error goes where ours goes; it ends when this process ends.
 */
public final class NodeProcess implements AutoCloseable {
    private static final long MEMORY = 1L << 32;

    private final Process process;
    private final OutputStream to;
    private final DataInputStream from;
    private final String version;

    private NodeProcess(Process process) {
        this.process = process;
        to = process.getOutputStream();
        from = new DataInputStream(process.getInputStream());
        try {
            version = text(number());
        } catch (IOException e) {
            throw new Failed("Node gave up before its first kernel: what it wrote stands above", e);
        }
    }

    /**
     * @param script text of a module of JavaScript; it exports {@code answer}, a function from a kernel, which takes nothing, and its regions of memory, arrays of bytes, to a
     *         list of arrays of bytes
     * @throws IOException if there is no Node
     * @throws Failed if it does not run the script
     */
    public static NodeProcess start(String script) throws IOException {
        List<String> command = List.of("node", "--input-type=module", "--eval", resource("node.mjs"), "--", relaxedSimd(), script);
        return new NodeProcess(new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
    }

    /** Text of a module of JavaScript that switches relaxed SIMD on where Node has it behind a flag: to be imported before anything asks for what this engine can do. */
    public static String relaxedSimd() { return resource("relaxed-simd.mjs"); }

    private static String resource(String name) {
        try (InputStream in = NodeProcess.class.getResourceAsStream(name)) {
            if (in == null) throw new Failed(name + " is missing from this build of Lacewing");
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new Failed("cannot read " + name + ": " + e.getMessage(), e);
        }
    }

    /** Of Node. */
    public String version() { return version; }

    /**
     * What the script answers to a program.
     *
     * @param arguments address of the argument block
     * @param regions all memory that the program reads or writes, the argument block included
     * @param length of the answer, in bytes
     * @throws Failed if the module or the script fails, with Node's words; or if Node has ended
     */
    public synchronized byte[] ask(Program program, Features features, long arguments, List<MemorySegment> regions, int length) {
        byte[] module = WasmModule.of(List.of(new Layer(program.name(), List.of(List.of(new Call(program, (int) arguments))))), features, false, false);
        String what = "kernel " + program.name() + " as " + features;
        for (MemorySegment region : regions)
            if (region.byteSize() > Integer.MAX_VALUE) throw new Failed(what + ": a region of its memory has " + region.byteSize() + " bytes, and at most 2 GB are supported");
            else if ((region.address() & (MEMORY - 1)) + region.byteSize() > MEMORY)
                throw new Failed(what + ": its memory at " + Long.toHexString(region.address()) + " goes past a multiple of 4 GB; try again");
        try {
            send(module.length, regions.size());
            to.write(module);
            for (MemorySegment region : regions) {
                send((int) region.address(), (int) region.byteSize());
                to.write(region.toArray(ValueLayout.JAVA_BYTE));
            }
            to.flush();
            int error = number();
            if (error != 0) throw new Failed(what + ": " + text(error));
            int answered = number();
            if (answered != length) {
                from.skipNBytes(Integer.toUnsignedLong(answered));
                throw new Failed(what + ": expected an answer of " + length + " bytes, got " + answered);
            }
            return bytes(length);
        } catch (IOException e) {
            throw new Failed("Node gave up on " + what + ": what it wrote stands above", e);
        }
    }

    private void send(int... numbers) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES * numbers.length).order(ByteOrder.LITTLE_ENDIAN);
        for (int n : numbers) bytes.putInt(n);
        to.write(bytes.array());
    }

    private int number() throws IOException { return Integer.reverseBytes(from.readInt()); }

    private String text(int length) throws IOException { return new String(bytes(length), StandardCharsets.UTF_8); }

    private byte[] bytes(int length) throws IOException {
        byte[] bytes = new byte[length];
        from.readFully(bytes);
        return bytes;
    }

    @Override
    public void close() { process.destroy(); }
}
