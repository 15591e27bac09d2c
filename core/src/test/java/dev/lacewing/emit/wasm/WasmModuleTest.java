package dev.lacewing.emit.wasm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lacewing.emit.Missing;
import dev.lacewing.emit.wasm.WasmModule.Call;
import dev.lacewing.emit.wasm.WasmModule.Layer;
import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.kernel.ElementFunction;
import dev.lacewing.kernel.Elementwise;
import dev.lacewing.kernel.Epilogue;
import dev.lacewing.kernel.FullyConnected;
import dev.lacewing.kernel.KernelCatalogue.Variant;
import dev.lacewing.kernel.KernelCatalogue;
import dev.lacewing.program.Machine;
import dev.lacewing.program.Program;
import dev.lacewing.program.ProgramBuilder;
import dev.lacewing.program.Ptr;
import dev.lacewing.program.Vec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Modules as text, by the WebAssembly Binary Toolkit, which also checks that they are valid. {@code -Dlacewing.approve=true} approves the text as it is now. */
class WasmModuleTest {
    private static final String REQUIRED = "lacewing.test.wabt";
    private static final Path GOLDEN = Path.of("src/test/resources/golden");

    /** One of every instruction that is not a hint. */
    private static Program sampler(Machine machine) {
        ProgramBuilder b = new ProgramBuilder(machine);
        Ptr x = b.argument(0), y = b.index(x, b.argument(1), -8);
        b.loop(b.count(2), 2, () -> {
            Vec v = b.load(x, 0), w = b.splat(y, 300), lo = b.constant(0f), hi = b.constant(6f);
            b.fma(v, w, w);
            b.fmaSplats(List.of(v, w), hi, b.vec(), x, -4);
            b.div(w, v, hi);
            b.max(w, w, lo);
            b.min(w, w, v);
            b.and(w, w, v);
            b.clamp(v, lo, hi);
            b.deinterleave(dev.lacewing.program.Instruction.Parity.ODD, w, v, w);
            b.copy(v, w);
            b.storeFirst(v, y, -16, Math.min(3, machine.lanes()));
            b.store(w, y, 0);
            b.advance(x, 2 * b.vectorBytes());
            b.advanceByArgument(y, 3);
            b.scope(() -> b.move(y, b.copy(x)));
        });
        b.loop(b.count(y, 12), 1, () -> b.advance(y, -4));
        return b.build("sampler");
    }

    /** Two layers, the first of two threads' shares, the second with a share for the first thread only. */
    private static List<Layer> layers(Features features) {
        Program sampler = sampler(features.machine()), clear = clear(features.machine());
        return List.of(new Layer("conv", List.of(List.of(new Call(sampler, 1024), new Call(clear, 1088)), List.of(new Call(sampler, 1152)))),
                new Layer("pool", List.of(List.of(new Call(clear, 70000)), List.of())));
    }

    private static Program clear(Machine machine) { return dev.lacewing.kernel.Clear.program(machine); }

    @ParameterizedTest @CsvSource({"RELAXED, true", "SIMD, false", "SCALAR, false"})
    void isAsApproved(Features features, boolean shared, @TempDir Path folder) throws IOException, InterruptedException {
        String text = text(WasmModule.of(layers(features), features, shared, true), folder);
        Path golden = GOLDEN.resolve("wasm-" + features.name().toLowerCase(Locale.ROOT) + ".wat");
        if (Boolean.getBoolean("lacewing.approve")) Files.writeString(golden, text);
        assertThat(text).isEqualTo(Files.readString(golden).replace("\r\n", "\n"));
    }

    @ParameterizedTest @EnumSource
    void everyKindOfKernelIsValid(Features features, @TempDir Path folder) throws IOException, InterruptedException {
        Machine machine = features.machine();
        List<Program> programs = new ArrayList<>();
        List<Variant> variants = new ArrayList<>(KernelCatalogue.spmm(machine));
        variants.addAll(KernelCatalogue.gemm(machine));
        for (Variant v : variants) for (Epilogue e : List.of(Epilogue.NONE, Epilogue.RELU6, new Epilogue.Swish())) programs.add(v.program(e, true, true, machine));
        programs.add(FullyConnected.program(4, Epilogue.NONE, machine));
        programs.add(Elementwise.program(new ElementFunction.PRelu(), true, machine));
        List<Call> calls = programs.stream().map(p -> new Call(p, 1 << 20)).toList();
        for (boolean shared : new boolean[] {false, true})
            assertThat(text(WasmModule.of(List.of(new Layer("all", List.of(calls))), features, shared, false), folder)).contains("(export \"layer0\"", "call " + (programs.size() - 1));
    }

    @Test void isTheSameEveryTimeAndHoldsAProgramOnce() {
        for (Features features : Features.values()) {
            byte[] module = WasmModule.of(layers(features), features, false, true);
            assertThat(WasmModule.of(layers(features), features, false, true)).isEqualTo(module);
            assertThat(WasmModule.of(layers(features), features, false, false).length).isLessThan(module.length);
        }
        Program program = clear(Machine.SCALAR);
        int once = WasmModule.of(List.of(new Layer("", List.of(List.of(new Call(program, 8))))), Features.SCALAR, false, false).length;
        int twice = WasmModule.of(List.of(new Layer("", List.of(List.of(new Call(program, 8), new Call(clear(Machine.SCALAR), 16))))), Features.SCALAR, false, false).length;
        assertThat(twice - once).isEqualTo(4);
    }

    @Test void refusesOtherNumbersOfLanes() {
        for (Features features : Features.values())
            for (Machine machine : Machine.ALL) {
                List<Layer> layers = List.of(new Layer("", List.of(List.of(new Call(clear(machine), 0)))));
                if (machine.lanes() == 1 || machine.lanes() == features.machine().lanes()) assertThat(WasmModule.of(layers, features, false, false)).startsWith(0, 'a', 's', 'm', 1, 0, 0, 0);
                else assertThatThrownBy(() -> WasmModule.of(layers, features, false, false)).isInstanceOf(Invalid.class).hasMessageContaining(machine.lanes() + " lanes");
            }
    }

    @Test void refusesDifferentNumbersOfThreads() {
        List<Call> call = List.of(new Call(clear(Machine.WASM), 8)), other = List.of(new Call(clear(Machine.WASM), 16));
        List<Layer> layers = List.of(new Layer("two", List.of(call, other)), new Layer("one", List.of(call)), new Layer("three", List.of(call, other, List.of())));
        assertThat(WasmModule.of(layers.subList(0, 2), Features.SIMD, true, false)).isNotEmpty();
        assertThat(WasmModule.of(layers, Features.SIMD, false, false)).isNotEmpty();
        assertThatThrownBy(() -> WasmModule.of(layers, Features.SIMD, true, false)).isInstanceOf(Invalid.class).hasMessageContaining("different numbers of threads");
    }

    private static String text(byte[] module, Path folder) throws IOException, InterruptedException {
        assumeToolkit();
        Path file = Files.write(folder.resolve("module.wasm"), module);
        String checked = run("wasm-validate", "--enable-relaxed-simd", "--enable-threads", file.toString());
        assertThat(checked).isEmpty();
        return run("wasm2wat", "--enable-relaxed-simd", "--enable-threads", file.toString());
    }

    private static void assumeToolkit() throws InterruptedException {
        try {
            run("wasm2wat", "--version");
        } catch (IOException e) {
            throw Missing.tool(REQUIRED, "this test needs wasm2wat and wasm-validate: install the package wabt");
        }
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
