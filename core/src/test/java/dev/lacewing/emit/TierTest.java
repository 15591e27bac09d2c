package dev.lacewing.emit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lacewing.emit.jvm.JvmEmitter;
import dev.lacewing.emit.x64.Support;
import dev.lacewing.emit.x64.X64Emitter;
import dev.lacewing.error.LacewingException.Failed;
import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.graph.Graph;
import dev.lacewing.kernel.Clear;
import dev.lacewing.plan.Plan;
import dev.lacewing.plan.Planner;
import dev.lacewing.program.ArgumentBlock;
import dev.lacewing.program.Interpreter;
import dev.lacewing.program.Kernel;
import dev.lacewing.program.Machine;
import dev.lacewing.program.Program;
import dev.lacewing.program.ProgramBuilder;
import dev.lacewing.program.Ptr;
import dev.lacewing.prune.Pruner;
import dev.lacewing.prune.Pruning;
import dev.lacewing.prune.Scope;
import dev.lacewing.sparse.Pattern;
import dev.lacewing.zoo.Zoo;
import dev.lacewing.zoo.ZooOptions;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Test;

class TierTest {
    private static Tier tier(String name, String lanes, boolean vectorModule) {
        Properties p = new Properties();
        if (!name.isEmpty()) p.setProperty(Tier.TIER, name);
        if (!lanes.isEmpty()) p.setProperty(Tier.LANES, lanes);
        return Tier.of(p, vectorModule);
    }

    private static final Support NONE = new Support(0, List.of(), "Not here."), HERE = Support.current();

    @Test void machineCodeWhereItWorks() {
        assumeTrue(HERE.lanes() > 0, HERE.reason());
        for (boolean module : new boolean[] {true, false}) {
            Tier t = tier("", "", module);
            assertThat(t.name()).isEqualTo("x64");
            assertThat(t.machine().lanes()).isEqualTo(HERE.lanes());
            assertThat(t.reason()).contains("machine code");
            assertThat(tier("x64", "4", module).machine()).isEqualTo(Machine.SIMD128.baking());
        }
    }

    @Test void withoutMachineCode() {
        Tier t = Tier.of(null, null, true, NONE);
        assertThat(t.name()).isEqualTo("jvm");
        assertThat(t.reason()).startsWith("Not here. The Vector API");
        assertThatThrownBy(() -> Tier.of("x64", null, true, NONE)).isInstanceOf(Failed.class).hasMessageContaining("Not here.").hasMessageContaining("unset");
    }

    @Test void moreLanesThanMachineCodeHas() {
        Support eight = new Support(8, List.of(), "Only AVX2.");
        Tier t = Tier.of(null, "16", true, eight);
        assertThat(t.name()).isEqualTo("jvm");
        assertThat(t.machine()).isEqualTo(Machine.AVX512);
        assertThatThrownBy(() -> Tier.of("x64", "16", true, eight)).isInstanceOf(Failed.class).hasMessageContaining("Only AVX2.");
    }

    /** Machine code without AVX-512 has 16 vector registers at any width. */
    @Test void plansFitTheRegistersThatThereAre() {
        assumeTrue(HERE.lanes() > 0, HERE.reason());
        Support eight = new Support(8, List.of(), "Only AVX2.");
        for (int lanes : new int[] {8, 4, 1}) {
            Tier t = Tier.of("x64", "" + lanes, false, eight);
            assertThat(t.machine().vectors()).as("registers at %d lanes", lanes).isEqualTo(16);
            for (String network : List.of("mobilenet_v3_small", "efficientnet_b0", "resnet20"))
                for (String pattern : List.of("unstructured", "1x4")) {
                    Graph net = Pruner.prune(Zoo.build(network, new ZooOptions(0.25, 32, 10, 1)), new Pruning(Pattern.parse(pattern), 0.6, Scope.CONV)).graph();
                    for (Plan.Step step : Planner.plan(net, t.machine(), 1, false).steps())
                        for (Plan.Call call : step.shares().getFirst())
                            if (call.code() instanceof Plan.Code.Generated(Program program))
                                assertThatCode(() -> new X64Emitter(false).emit(program)).as("%s of %s at %d lanes", program.name(), network, lanes).doesNotThrowAnyException();
                }
        }
    }

    /** More pointers than x86-64 has registers. */
    @Test void aProgramThatDoesNotFitRunsAsJvmCode() {
        assumeTrue(HERE.lanes() > 0, HERE.reason());
        ProgramBuilder b = new ProgramBuilder(Machine.SCALAR);
        Ptr y = b.argument(0);
        for (int i = 0; i < 20; i++) b.argument(0);
        b.store(b.constant(7f), y, 0);
        Program program = b.build("many");
        assertThatThrownBy(() -> new X64Emitter().emit(program)).isInstanceOf(Invalid.class).hasMessageContaining("22 pointers");
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(16, 8);
            memory.set(ValueLayout.JAVA_LONG, 0, memory.address() + 8);
            tier("x64", "", false).kernel(program).run(memory.address());
            assertThat(memory.get(ValueLayout.JAVA_FLOAT, 8)).isEqualTo(7);
        }
        ProgramBuilder wide = new ProgramBuilder(Machine.AVX2);
        for (int i = 0; i < 20; i++) wide.argument(0);
        assertThatThrownBy(() -> tier("x64", "8", false).kernel(wide.build("many"))).isInstanceOf(Invalid.class);
        assertThat(tier("x64", "8", true).kernel(wide.build("many"))).isNotNull();
    }

    /** A JVM's methods have 64 KB at most. */
    @Test void aProgramTooLongForTheJvmIsRefused() {
        ProgramBuilder b = new ProgramBuilder(Machine.SCALAR);
        Ptr p = b.argument(0);
        for (int i = 0; i < 20_000; i++) b.advance(p, 4);
        Program program = b.build("long");
        assertThatThrownBy(() -> new JvmEmitter().emit(program)).isInstanceOf(Failed.class).hasMessageContaining("kernel long");
    }

    @Test void theWidestThatTheJvmHas() {
        Tier t = tier("jvm", "", true);
        assertThat(t.name()).isEqualTo("jvm");
        assertThat(t.machine().lanes()).isLessThanOrEqualTo(FloatVector.SPECIES_PREFERRED.length()).isGreaterThan(FloatVector.SPECIES_PREFERRED.length() / 2);
        assertThat(t.reason()).contains("Vector API");
    }

    /** It is the whole process's: whoever starts that decides. */
    @Test void boundsChecksAreLeftToTheUser() throws IOException, InterruptedException {
        assertThat(Tier.checks(null)).contains("-D" + JvmEmitter.BOUNDS_CHECK + "=0");
        assertThat(Tier.checks("2")).isEqualTo(Tier.checks(null));
        assertThat(Tier.checks("0")).isEmpty();
        run(Untouched.class, "--enable-native-access=ALL-UNNAMED", "--add-modules=jdk.incubator.vector");
    }

    static final class Untouched {
        public static void main(String[] args) {
            Tier t = tier("jvm", "", true);
            clear(t);
            if (System.getProperty(JvmEmitter.BOUNDS_CHECK) != null || !t.reason().endsWith(Tier.checks(null))) throw new AssertionError(t.reason());
        }
    }

    @Test void forcedLanes() {
        for (Machine m : Machine.ALL) {
            Tier t = tier("jvm", "" + m.lanes(), true);
            assertThat(t.machine()).isEqualTo(m);
            assertThat(t.reason()).contains("" + m.lanes()).contains(Tier.LANES);
        }
    }

    @Test void withoutTheModule() {
        Tier t = tier("jvm", "", false);
        assertThat(t.machine()).isEqualTo(Machine.SCALAR);
        assertThat(t.reason()).startsWith("Vector API module missing: add --add-modules jdk.incubator.vector");
        assertThat(tier("jvm", "1", false).machine()).isEqualTo(Machine.SCALAR);
        assertThatThrownBy(() -> tier("jvm", "8", false)).isInstanceOf(Failed.class).hasMessageContaining("--add-modules jdk.incubator.vector");
    }

    @Test void theInterpreterTakesAnyWidth() {
        for (boolean module : new boolean[] {true, false}) {
            Tier t = tier("interpreter", "4", module);
            assertThat(t.machine()).isEqualTo(Machine.SIMD128);
            assertThat(t.emitter().emit(Clear.program(t.machine()))).isInstanceOf(Interpreter.class);
        }
    }

    @Test void unknownValues() {
        assertThatThrownBy(() -> tier("gpu", "", true)).isInstanceOf(Invalid.class).hasMessageContaining("gpu").hasMessageContaining("interpreter");
        for (String lanes : new String[] {"2", "-1", "x", "", "016"})
            if (!lanes.isEmpty()) assertThatThrownBy(() -> tier("", lanes, true)).isInstanceOf(Invalid.class).hasMessageContaining("16, 8, 4 or 1");
    }

    /** In a process of its own, as this one has the module. */
    @Test void aJvmWithoutTheModuleRunsKernels() throws IOException, InterruptedException {
        for (String tier : HERE.lanes() > 0 ? new String[] {"x64", "jvm"} : new String[] {"jvm"})
            run(WithoutModule.class, "--enable-native-access=ALL-UNNAMED", "-D" + Tier.TIER + "=" + tier);
    }

    /** Every tier says so in one sentence, not by an error of some class's initializer. */
    @Test void aJvmThatDeniesNativeAccessSaysWhatToDo() throws IOException, InterruptedException {
        for (String tier : new String[] {"x64", "jvm", "interpreter", ""}) run(Denied.class, "--illegal-native-access=deny", tier.isEmpty() ? "-Da=b" : "-D" + Tier.TIER + "=" + tier);
    }

    private static void run(Class<?> main, String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(List.of(options));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        Process java = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(java.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(java.waitFor()).as("%s: %s", command, output).isZero();
    }

    static final class Denied {
        public static void main(String[] args) {
            for (Runnable ask : new Runnable[] {Tier::current, Tier::features}) {
                try {
                    ask.run();
                } catch (Failed e) {
                    if (e.getMessage().contains("--enable-native-access=ALL-UNNAMED")) continue;
                }
                throw new AssertionError("not refused as it should be");
            }
        }
    }

    static final class WithoutModule {
        public static void main(String[] args) {
            Tier t = Tier.current();
            if (ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent() || t.name().equals("jvm") && t.machine() != Machine.SCALAR) throw new AssertionError(t.reason());
            clear(t);
        }
    }

    private static void clear(Tier t) {
        try (Arena arena = Arena.ofConfined()) {
            int vector = t.machine().vectorBytes();
            MemorySegment y = arena.allocate(4L * vector, 8);
            y.fill((byte) 1);
            Program program = Clear.program(t.machine());
            List<Long> block = new ArgumentBlock<Long>(program).set(Clear.Y, y.address()).set(Clear.COUNT, 1L).set(Clear.VECTORS, 3L).set(Clear.PITCH, 0L).values(0L);
            t.emitter().emit(program).run(arena.allocateFrom(ValueLayout.JAVA_LONG, block.stream().mapToLong(Long::longValue).toArray()).address());
            if (y.get(ValueLayout.JAVA_INT, 3L * vector - 4) != 0 || y.get(ValueLayout.JAVA_INT, 3L * vector) != 0x01010101) throw new AssertionError("not cleared as asked");
        }
    }

    @Test void aKernelNoLongerReachableIsUnloaded() throws InterruptedException {
        Kernel kernel = new JvmEmitter().emit(Clear.program(Machine.SCALAR));
        WeakReference<Class<?>> type = new WeakReference<>(kernel.getClass());
        kernel = null;
        for (int i = 0; i < 100 && type.get() != null; i++) {
            System.gc();
            Thread.sleep(10);
        }
        assertThat(type.get()).isNull();
    }
}
