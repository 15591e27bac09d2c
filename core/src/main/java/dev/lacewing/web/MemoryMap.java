package dev.lacewing.web;

import dev.lacewing.emit.wasm.WasmModule;
import dev.lacewing.error.LacewingException.Unsupported;
import dev.lacewing.plan.Plan;
import dev.lacewing.plan.Plan.Argument;
import dev.lacewing.plan.Plan.Code;
import dev.lacewing.program.Program;
import java.util.ArrayList;
import java.util.List;

/**
 * Where everything in a plan stands in a module's memory: argument blocks, then constants, then the arena.
 *
 * @param constants byte address
 * @param arena byte address, a multiple of a page of 4 KB as in a session
 * @param bytes in all
 */
record MemoryMap(Plan plan, long constants, long arena, long bytes) {
    /** Nothing stands at address 0. */
    static final int FIRST = 64;

    private static final int LINE = 64, PAGE = 4096, WASM_PAGE = 1 << 16;
    private static final long MOST = (1L << 31) - WASM_PAGE;

    /** @throws Unsupported if the network needs 2 GB or more */
    static MemoryMap of(Plan plan) {
        int slots = calls(plan).stream().mapToInt(c -> c.arguments().size()).sum();
        long constants = roundUp(FIRST + (long) WasmModule.SLOT_BYTES * slots, LINE), arena = roundUp(constants + plan.constants().bytes(), PAGE);
        long bytes = arena + 4 * plan.arenaFloats();
        if (bytes > MOST)
            throw new Unsupported("the network needs " + (bytes >> 20) + " MB of memory, more than a page can have (2 GB): export it with a smaller input or batch");
        return new MemoryMap(plan, constants, arena, bytes);
    }

    private static List<Plan.Call> calls(Plan plan) { return plan.steps().stream().flatMap(s -> s.shares().stream()).flatMap(List::stream).toList(); }

    private static long roundUp(long n, int unit) { return Math.ceilDiv(n, (long) unit) * unit; }

    int pages() { return (int) Math.ceilDiv(bytes, (long) WASM_PAGE); }

    /** The argument in each slot, in order. */
    int[] blocks() { return calls(plan).stream().flatMap(c -> c.arguments().stream()).mapToInt(this::resolve).toArray(); }

    private int resolve(Argument argument) {
        return switch (argument) {
            case Argument.Memory(int buffer, long at) -> Math.toIntExact(arena + 4 * plan.buffers().get(buffer).offset() + at);
            case Argument.Constant(long at) -> Math.toIntExact(constants + at);
            case Argument.Scalar(long value) -> Math.toIntExact(value);
            case Argument.CodeOf ignored -> 0;
        };
    }

    /** A function of the module, and the index of the report on the layer that it belongs to. */
    record Function(int report, WasmModule.Layer calls) {}

    /** One function for each step, after which threads meet. */
    List<Function> steps() {
        List<Function> steps = new ArrayList<>();
        int at = FIRST;
        for (Plan.Step step : plan.steps()) {
            List<List<WasmModule.Call>> shares = new ArrayList<>();
            for (List<Plan.Call> share : step.shares()) {
                List<WasmModule.Call> calls = new ArrayList<>();
                for (Plan.Call call : share) {
                    calls.add(new WasmModule.Call(program(call, step), at));
                    at += WasmModule.SLOT_BYTES * call.arguments().size();
                }
                shares.add(calls);
            }
            steps.add(new Function(step.layer(), new WasmModule.Layer(step.what(), shares)));
        }
        return steps;
    }

    /** @throws IllegalStateException if there is none */
    private static Program program(Plan.Call call, Plan.Step step) {
        if (call.code() instanceof Code.Generated(Program program)) return program;
        throw new IllegalStateException("no program for " + step.what());
    }

    /** One function for each layer: the steps' calls, share by share. */
    List<Function> layers() {
        List<List<WasmModule.Call>> all = new ArrayList<>();
        for (int i = 0; i < plan.layers().size(); i++) all.add(new ArrayList<>());
        for (Function step : steps()) step.calls.shares().forEach(all.get(step.report)::addAll);
        List<Function> layers = new ArrayList<>();
        for (int i = 0; i < all.size(); i++)
            if (!all.get(i).isEmpty()) layers.add(new Function(i, new WasmModule.Layer(plan.layers().get(i).name(), List.of(all.get(i)))));
        return layers;
    }
}
