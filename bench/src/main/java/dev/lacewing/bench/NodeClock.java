package dev.lacewing.bench;

import dev.lacewing.emit.wasm.Features;
import dev.lacewing.emit.wasm.NodeProcess;
import dev.lacewing.error.LacewingException.Failed;
import dev.lacewing.program.Program;
import dev.lacewing.tune.Calibration;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Times programs as WebAssembly with relaxed SIMD in a process of Node. */
public final class NodeClock implements Calibration.Clock, AutoCloseable {
    private final NodeProcess process;

    private NodeClock(NodeProcess process) { this.process = process; }

    /** @throws Failed if there is no Node */
    public static NodeClock start() {
        try (InputStream script = NodeClock.class.getResourceAsStream("clock.mjs")) {
            if (script == null) throw new Failed("clock.mjs is missing from this build of Lacewing");
            return new NodeClock(NodeProcess.start(new String(script.readAllBytes(), StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new Failed("Node cannot be started: install the package nodejs, 20 or newer", e);
        }
    }

    /** Of Node. */
    public String version() { return process.version(); }

    @Override
    public double nanos(Program program, MemorySegment arguments, List<MemorySegment> data) {
        List<MemorySegment> regions = new ArrayList<>(data);
        regions.add(arguments);
        return ByteBuffer.wrap(process.ask(program, Features.RELAXED, arguments.address(), regions, Double.BYTES)).order(ByteOrder.LITTLE_ENDIAN).getDouble();
    }

    @Override
    public void close() { process.close(); }
}
