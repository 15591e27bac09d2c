package dev.lacewing.emit.wasm;

import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.program.Instruction.*;
import dev.lacewing.program.Instruction;
import dev.lacewing.program.Program;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The binary of a WebAssembly module. It imports its memory as {@code env.memory} and exports {@code layer0}, {@code layer1} and so on, which call kernels with
 * addresses of argument blocks that stand in the code. Kernels themselves are not exported. The same arguments give the same bytes.
 *
 * <p>{@code rehearse} takes an i32 above zero, and so many times calls each kernel that does nothing where all memory is zero, with the argument block at address 0. To be called
 * while it is: engines that optimise what is called often do so before the first run then.
 *
 * <p>An argument block is as on every other target: slots of {@link #SLOT_BYTES} bytes, since programs also walk over slots that form tables. Addresses, counts
 * and distances have 32 bits, little-endian, in the low half of a slot; the high half is never read.
 */
public final class WasmModule {
    /** From one argument to the next. */
    public static final int SLOT_BYTES = Long.BYTES;

    private static final int TYPES = 1, IMPORTS = 2, FUNCTIONS = 3, GLOBALS = 6, EXPORTS = 7, CODE = 10, CUSTOM = 0;
    private static final int FUNCTION_TYPE = 0x60, MEMORY = 2, SHARED = 3, MAX_PAGES = 1 << 16, FUNCTION_NAMES = 1;
    private static final int KERNEL_TYPE = 0, NO_PARAMETERS = 1;
    /** Kernels that a constant must be in to be a global: then this is shorter. */
    private static final int SHARED_BY = 5;

    /** @param arguments address of the argument block */
    public record Call(Program program, int arguments) {}

    /**
     * One exported function.
     *
     * @param name for debugging only
     * @param shares the calls of each thread, in order
     */
    public record Layer(String name, List<List<Call>> shares) {
        public Layer { shares = shares.stream().map(List::copyOf).toList(); }
    }

    private final Map<Program, Integer> kernels = new LinkedHashMap<>();
    private final List<Layer> layers;
    private final Features features;
    private final boolean shared;

    private WasmModule(List<Layer> layers, Features features, boolean shared) {
        this.layers = layers;
        this.features = features;
        this.shared = shared;
        long numbers = layers.stream().map(l -> l.shares.size()).filter(n -> n > 1).distinct().count();
        if (shared && numbers > 1) throw new Invalid("layers are shared among different numbers of threads: give each layer one share, or as many as the others");
        for (Layer layer : layers) for (List<Call> share : layer.shares) for (Call call : share) kernels.putIfAbsent(call.program, kernels.size());
    }

    /**
     * @param shared whether the memory is shared: then a layer's function takes the number of a thread, an i32, and makes that thread's calls; a thread without
     *     a share makes none. Otherwise it takes nothing and makes all calls, share by share.
     * @param names whether functions are named, for debuggers and profilers
     * @throws Invalid if a program has neither as many lanes as the features' machine nor one, or layers are shared among different numbers of threads
     */
    public static byte[] of(List<Layer> layers, Features features, boolean shared, boolean names) { return new WasmModule(layers, features, shared).bytes(names); }

    private byte[] bytes(boolean names) {
        Bytes module = new Bytes().put(0, 'a', 's', 'm', 1, 0, 0, 0);
        section(module, TYPES, types());
        section(module, IMPORTS, imports());
        int count = kernels.size() + layers.size() + 1;
        Bytes functions = new Bytes().unsigned(count), exports = new Bytes().unsigned(layers.size() + 1), code = new Bytes().unsigned(count);
        Map<Integer, Integer> globals = globals();
        for (Program program : kernels.keySet()) {
            functions.unsigned(KERNEL_TYPE);
            code.sized(Encoder.encode(program, features, globals));
        }
        for (int i = 0; i < layers.size(); i++) {
            functions.unsigned(shared ? KERNEL_TYPE : NO_PARAMETERS);
            exports.name("layer" + i).put(0).unsigned(kernels.size() + i);
            code.sized(body(layers.get(i)));
        }
        functions.unsigned(KERNEL_TYPE);
        exports.name("rehearse").put(0).unsigned(kernels.size() + layers.size());
        code.sized(rehearsal());
        section(module, FUNCTIONS, functions);
        if (!globals.isEmpty()) section(module, GLOBALS, vectors(globals.keySet()));
        section(module, EXPORTS, exports);
        section(module, CODE, code);
        if (names) section(module, CUSTOM, new Bytes().name("name").put(FUNCTION_NAMES).sized(names()));
        return module.toArray();
    }

    private static void section(Bytes module, int id, Bytes content) { module.put(id).sized(content); }

    private Bytes types() {
        Bytes types = new Bytes().unsigned(shared ? 1 : 2).put(FUNCTION_TYPE, 1, Opcode.I32, 0);
        return shared ? types : types.put(FUNCTION_TYPE, 0, 0);
    }

    /** Any memory will do: it is checked by those who make it, and a plan's reach was when it was built. */
    private Bytes imports() {
        Bytes imports = new Bytes().unsigned(1).name("env").name("memory").put(MEMORY);
        return shared ? imports.put(SHARED).unsigned(1).unsigned(MAX_PAGES) : imports.put(0).unsigned(1);
    }

    /** Constants that many kernels need, by the bits, with their indices. */
    private Map<Integer, Integer> globals() {
        Map<Integer, Integer> users = new LinkedHashMap<>(), globals = new LinkedHashMap<>();
        for (Program program : kernels.keySet()) for (int bits : Encoder.constants(program)) users.merge(bits, 1, Integer::sum);
        users.forEach((bits, count) -> { if (bits != 0 && count >= SHARED_BY) globals.put(bits, globals.size()); });
        return globals;
    }

    private static Bytes vectors(Set<Integer> constants) {
        Bytes globals = new Bytes().unsigned(constants.size());
        for (int bits : constants) globals.put(Opcode.V128, 0, Opcode.SIMD, Opcode.V128_CONST).put32(bits).put32(bits).put32(bits).put32(bits).put(Opcode.END);
        return globals;
    }

    private Bytes body(Layer layer) {
        Bytes body = new Bytes().put(0);
        OptionalInt distance = shared ? distance(layer.shares) : OptionalInt.empty();
        if (distance.isPresent()) {
            for (Call call : layer.shares.getFirst()) {
                body.put(Opcode.LOCAL_GET, 0, Opcode.I32_CONST).signed(distance.getAsInt()).put(Opcode.I32_MUL);
                call(body.put(Opcode.I32_CONST).signed(call.arguments).put(Opcode.I32_ADD), call);
            }
            return body.put(Opcode.END);
        }
        for (int t = 0; t < layer.shares.size(); t++) {
            List<Call> share = layer.shares.get(t);
            if (share.isEmpty()) continue;
            if (shared) body.put(Opcode.LOCAL_GET, 0, Opcode.I32_CONST).signed(t).put(Opcode.I32_EQ, Opcode.IF, Opcode.VOID);
            for (Call call : share) call(body.put(Opcode.I32_CONST).signed(call.arguments), call);
            if (shared) body.put(Opcode.END);
        }
        return body.put(Opcode.END);
    }

    private Bytes rehearsal() {
        Bytes body = new Bytes().put(0, Opcode.LOOP, Opcode.VOID);
        kernels.forEach((program, kernel) -> { if (program.code().stream().allMatch(WasmModule::isIdle)) body.put(Opcode.I32_CONST, 0, Opcode.CALL).unsigned(kernel); });
        return body.put(Opcode.LOCAL_GET, 0, Opcode.I32_CONST).signed(-1).put(Opcode.I32_ADD, Opcode.LOCAL_TEE, 0, Opcode.BR_IF, 0, Opcode.END, Opcode.END);
    }

    /** Where memory is zero, a loop has no rounds; outside of loops neither vectors are read or written nor anything far from address 0. */
    private static boolean isIdle(Instruction instruction) {
        return switch (instruction) {
            case Load _, Splat _, FmaSplats _, Store _, StoreFirst _ -> false;
            case Advance i -> i.bytes() >= 0;
            case Count i -> i.disp() >= 0;
            case Index i -> i.disp() >= 0;
            default -> true;
        };
    }

    private void call(Bytes body, Call call) { body.put(Opcode.CALL).unsigned(Objects.requireNonNull(kernels.get(call.program))); }

    /** From the arguments of each share to those of the next, where several shares call the same programs with arguments in the same order. */
    private static OptionalInt distance(List<List<Call>> shares) {
        if (shares.size() < 2 || shares.getFirst().isEmpty() || shares.get(1).isEmpty()) return OptionalInt.empty();
        int distance = shares.get(1).getFirst().arguments - shares.getFirst().getFirst().arguments;
        for (int t = 1; t < shares.size(); t++) {
            int ahead = t * distance;
            if (!shares.get(t).equals(shares.getFirst().stream().map(c -> new Call(c.program, c.arguments + ahead)).toList())) return OptionalInt.empty();
        }
        return OptionalInt.of(distance);
    }

    private Bytes names() {
        Bytes names = new Bytes().unsigned(kernels.size() + layers.size());
        kernels.forEach((program, index) -> names.unsigned(index).name(program.name()));
        for (int i = 0; i < layers.size(); i++) names.unsigned(kernels.size() + i).name(layers.get(i).name);
        return names;
    }
}
