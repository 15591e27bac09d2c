package dev.lacewing.suite;

import dev.lacewing.emit.wasm.Features;
import dev.lacewing.emit.wasm.WasmModule;
import dev.lacewing.plan.Plan;
import dev.lacewing.plan.Plan.Argument;
import dev.lacewing.tensor.Layout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A plan as files for plans.mjs: a module, and an image of its memory with constants, argument blocks and arena one after another. */
final class WasmPlan {
    private static final int LINE = 64;

    private final Plan plan;
    private final int blocks, arena;
    private final ByteBuffer image;

    WasmPlan(Plan plan) {
        this.plan = plan;
        int slots = plan.steps().stream().flatMap(s -> s.shares().stream()).flatMap(List::stream).mapToInt(c -> c.arguments().size()).sum();
        blocks = aligned(LINE + plan.constants().bytes());
        arena = aligned(blocks + (long) WasmModule.SLOT_BYTES * slots);
        image = ByteBuffer.allocate(Math.toIntExact(arena + 4 * plan.arenaFloats())).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static int aligned(long bytes) { return Math.toIntExact((bytes + LINE - 1) / LINE * LINE); }

    /** Nodes whose plan holds code that is Java and nothing else. */
    static List<String> plain(Plan plan) {
        return plan.steps().stream().filter(s -> s.shares().stream().flatMap(List::stream).anyMatch(c -> c.code() instanceof Plan.Code.Plain))
                .map(s -> plan.graph().nodes().get(s.layer()).op().getClass().getSimpleName()).distinct().toList();
    }

    /** The first run is on inputs of NaN. */
    void write(Path folder, Features features, float[][] inputs) throws IOException {
        Files.createDirectories(folder);
        for (int i = 0; i < plan.constants().size(); i++) image.putInt(LINE + 4 * i, plan.constants().get(i));
        List<WasmModule.Layer> layers = layers();
        List<Integer> patches = new ArrayList<>(), outputs = new ArrayList<>();
        for (int i = 0; i < inputs.length; i++) {
            List<Integer> addresses = addresses(plan.graph().inputs().get(i).name());
            for (int k = 0; k < addresses.size(); k++) {
                image.putFloat(addresses.get(k), Float.NaN);
                patches.add(addresses.get(k));
                patches.add(Float.floatToRawIntBits(inputs[i][k]));
            }
        }
        for (String output : plan.graph().outputs()) outputs.addAll(addresses(output));
        Files.write(folder.resolve("memory.bin"), image.array());
        Files.write(folder.resolve("inputs.bin"), words(patches));
        Files.write(folder.resolve("outputs.bin"), words(outputs));
        Files.write(folder.resolve("module.wasm"), WasmModule.of(layers, features, plan.threads() > 1, false));
    }

    /** One for each step: threads meet after each. */
    private List<WasmModule.Layer> layers() {
        List<WasmModule.Layer> layers = new ArrayList<>();
        int at = blocks;
        for (Plan.Step step : plan.steps()) {
            List<List<WasmModule.Call>> shares = new ArrayList<>();
            for (List<Plan.Call> share : step.shares()) {
                List<WasmModule.Call> calls = new ArrayList<>();
                for (Plan.Call call : share) {
                    if (!(call.code() instanceof Plan.Code.Generated(var program))) throw new IllegalArgumentException("plain Java in " + step.what());
                    calls.add(new WasmModule.Call(program, at));
                    for (Argument argument : call.arguments()) {
                        image.putInt(at, Math.toIntExact(resolve(argument)));
                        image.putInt(at + 4, 0x7FFFFFFF);   // the high half, which must not be read
                        at += WasmModule.SLOT_BYTES;
                    }
                }
                shares.add(calls);
            }
            layers.add(new WasmModule.Layer(step.what(), shares));
        }
        return layers;
    }

    private long resolve(Argument argument) {
        return switch (argument) {
            case Argument.Memory(int buffer, long bytes) -> arena + 4 * plan.buffers().get(buffer).offset() + bytes;
            case Argument.Constant(long bytes) -> LINE + bytes;
            case Argument.Scalar(long value) -> value;
            case Argument.CodeOf _ -> 0;
        };
    }

    private List<Integer> addresses(String value) {
        Layout layout = plan.layouts().get(value);
        long start = arena + 4 * plan.buffers().get(plan.values().get(value)).offset();
        List<Integer> addresses = new ArrayList<>();
        for (int i = 0; i < layout.shape().size(); i++) addresses.add(Math.toIntExact(start + 4L * layout.at(i)));
        return addresses;
    }

    private static byte[] words(List<Integer> words) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * words.size()).order(ByteOrder.LITTLE_ENDIAN);
        words.forEach(bytes::putInt);
        return bytes.array();
    }
}
