package dev.lacewing.bench;

import dev.lacewing.emit.wasm.Features;
import dev.lacewing.emit.wasm.WasmModule;
import dev.lacewing.emit.wasm.WasmModule.Call;
import dev.lacewing.emit.wasm.WasmModule.Layer;
import dev.lacewing.error.LacewingException.Failed;
import dev.lacewing.program.Program;
import dev.lacewing.tune.Calibration;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Times programs as WebAssembly with relaxed SIMD in a process of Node. Data stand there where they stand here, modulo 4 GB, as do a program's addresses. */
public final class NodeClock implements Calibration.Clock, AutoCloseable {
    private final Process process;
    private final OutputStream to;
    private final DataInputStream from;
    private final String version;

    private NodeClock(Process process) throws IOException {
        this.process = process;
        to = process.getOutputStream();
        from = new DataInputStream(process.getInputStream());
        version = new String(from.readNBytes(Integer.reverseBytes(from.readInt())), StandardCharsets.US_ASCII);
    }

    /** @throws Failed if there is no Node */
    public static NodeClock start() {
        try (InputStream script = NodeClock.class.getResourceAsStream("clock.mjs")) {
            if (script == null) throw new Failed("clock.mjs is missing from this build of Lacewing");
            String text = new String(script.readAllBytes(), StandardCharsets.UTF_8);
            return new NodeClock(new ProcessBuilder("node", "--input-type=module", "--eval", text).redirectError(ProcessBuilder.Redirect.INHERIT).start());
        } catch (IOException e) {
            throw new Failed("Node cannot be started: install the package nodejs, 20 or newer", e);
        }
    }

    /** Of Node. */
    public String version() { return version; }

    @Override
    public double nanos(Program program, MemorySegment arguments, List<MemorySegment> data) {
        byte[] module = WasmModule.of(List.of(new Layer(program.name(), List.of(List.of(new Call(program, (int) arguments.address()))))), Features.RELAXED, false, false);
        List<MemorySegment> regions = new ArrayList<>(data);
        regions.add(arguments);
        try {
            send(module.length, regions.size());
            to.write(module);
            for (MemorySegment region : regions) {
                send((int) region.address(), Math.toIntExact(region.byteSize()));
                to.write(region.toArray(ValueLayout.JAVA_BYTE));
            }
            to.flush();
            return Double.longBitsToDouble(Long.reverseBytes(from.readLong()));
        } catch (IOException e) {
            throw new Failed("Node gave up on kernel " + program.name() + ": what it wrote stands above", e);
        }
    }

    private void send(int... numbers) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(4 * numbers.length).order(ByteOrder.LITTLE_ENDIAN);
        for (int n : numbers) bytes.putInt(n);
        to.write(bytes.array());
    }

    @Override
    public void close() { process.destroy(); }
}
