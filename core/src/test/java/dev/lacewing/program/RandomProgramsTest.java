package dev.lacewing.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lacewing.emit.jvm.JvmEmitter;
import dev.lacewing.emit.wasm.Features;
import dev.lacewing.emit.wasm.Node;
import dev.lacewing.emit.x64.Support;
import dev.lacewing.emit.x64.X64Emitter;
import dev.lacewing.program.Instruction.Arithmetic;
import dev.lacewing.web.OneLane;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Programs that nobody would write: all instructions on random registers, loads and stores of one buffer, nested loops, all vectors in use. Machine code leaves what the
 * interpreter leaves, and so do the JVM's and WebAssembly.
 */
class RandomProgramsTest {
    /** Of the argument block: the buffer, an address in it, a table of byte offsets, two counts, a distance. */
    private static final int DATA = 0, INNER = 1, TABLE = 2, COUNT = 3, COUNT2 = 4, DISTANCE = 5, SLOTS = 6;
    private static final int FLOATS = 4096, PROGRAMS = 400, JVM_PROGRAMS = 50, WASM_PROGRAMS = 200;

    static final List<Machine> MACHINES = Machine.ALL;

    record Case(Machine machine, boolean avx512) {}

    static Stream<Case> cases() {
        return Machine.ALL.stream().flatMap(m -> Stream.of(true, false).map(avx512 -> new Case(m, avx512))).filter(c -> c.avx512 || c.machine.lanes() <= 8);
    }

    @ParameterizedTest @MethodSource("cases")
    void leaveWhatTheInterpreterLeaves(Case c) {
        assumeTrue(Support.current().lanes() >= (c.avx512 ? 16 : 8), Support.current().reason());
        compare(c.avx512 ? c.machine : c.machine.atMost(16), Interpreter::new, new X64Emitter(c.avx512), PROGRAMS);
    }

    @ParameterizedTest @FieldSource("MACHINES")
    void leaveTheSameOnTheJvm(Machine machine) { compare(machine, Interpreter::new, new JvmEmitter(), JVM_PROGRAMS); }

    @ParameterizedTest @EnumSource
    void leaveTheSameAsWebAssembly(Features features) {
        Node node = Node.assumed();
        for (Machine machine : features == Features.SCALAR ? List.of(Machine.SCALAR) : List.of(Machine.WASM, Machine.SCALAR))
            compareRuns(machine, program -> node.expected(program, features), program -> (arguments, all) -> node.run(program, features, arguments, all), WASM_PROGRAMS);
    }

    @Test void leaveTheSameOnOneLane() { compare(Machine.WASM, Interpreter::new, program -> new Interpreter(OneLane.of(program)), WASM_PROGRAMS); }

    private static void compare(Machine machine, Emitter oracle, Emitter emitter, int programs) { compareRuns(machine, oracle, program -> plain(emitter.emit(program)), programs); }

    private static Run plain(Kernel kernel) { return (arguments, _) -> kernel.run(arguments); }

    private static void compareRuns(Machine machine, Emitter oracle, Function<Program, Run> runs, int programs) {
        int compared = 0;
        for (int seed = 0; seed < programs; seed++) {
            Program program = new Writer(machine, new Random(seed)).write("random" + seed);
            int[] expected = run(program, plain(oracle.emit(program)), seed);
            boolean numbers = true;
            for (int bits : expected) numbers &= !Float.isNaN(Float.intBitsToFloat(bits));
            if (!numbers) continue;
            compared++;
            assertThat(run(program, runs.apply(program), seed)).as(() -> ProgramPrinter.print(program)).isEqualTo(expected);
        }
        assertThat(compared).as("programs without NaN").isGreaterThan(programs * 3 / 4);
    }

    /** Given all memory that there is for it, too. */
    private interface Run { void run(long arguments, MemorySegment all); }

    private static int[] run(Program program, Run kernel, int seed) {
        try (Arena arena = Arena.ofConfined()) {
            Random random = new Random(~seed);
            MemorySegment all = arena.allocate(4 * FLOATS + 256 + 8 * SLOTS, 64), data = all.asSlice(0, 4 * FLOATS), table = all.asSlice(4 * FLOATS, 256), arguments = all.asSlice(4 * FLOATS + 256);
            for (int i = 0; i < FLOATS; i++) data.setAtIndex(ValueLayout.JAVA_FLOAT, i, random.nextInt(8) == 0 ? random.nextBoolean() ? 0f : -0f : random.nextFloat() - .5f);
            for (int i = 0; i < 64; i++) table.setAtIndex(ValueLayout.JAVA_INT, i, 4 * (random.nextInt(200) - 100));
            long[] block = {data.address(), data.address() + 4000, table.address(), random.nextInt(6), random.nextInt(4), 4L * random.nextInt(20)};
            MemorySegment.copy(block, 0, arguments, ValueLayout.JAVA_LONG, 0, SLOTS);
            kernel.run(arguments.address(), all);
            return data.toArray(ValueLayout.JAVA_INT);
        }
    }

    private static final class Writer {
        private final ProgramBuilder b;
        private final Random random;
        private final List<Vec> vectors = new ArrayList<>();
        private final List<Ptr> pointers = new ArrayList<>();
        private final Ptr table;

        Writer(Machine machine, Random random) {
            b = new ProgramBuilder(machine);
            this.random = random;
            table = b.argument(TABLE);
            pointers.add(b.argument(INNER));
            pointers.add(b.index(pointers.get(0), table, 4 * random.nextInt(64)));
        }

        Program write(String name) {
            int many = random.nextBoolean() ? 3 : b.free() - 2;
            for (int i = 0; i < many; i++) vectors.add(random.nextBoolean() ? b.load(pointer(), disp()) : b.splat(pointer(), disp()));
            body(20, 0);
            for (Vec v : vectors) b.store(v, pointers.get(0), disp());
            return b.build(name);
        }

        private void body(int length, int depth) {
            int v = vectors.size(), p = pointers.size();
            for (int i = 0; i < length; i++) step(depth);
            while (vectors.size() > v) vectors.removeLast();
            while (pointers.size() > p) pointers.removeLast();
        }

        private void step(int depth) {
            switch (random.nextInt(21)) {
                case 0 -> { if (b.free() > 1) vectors.add(b.load(pointer(), disp())); }
                case 1 -> { if (b.free() > 1) vectors.add(b.splat(pointer(), disp())); }
                case 2 -> { if (b.free() > 1) vectors.add(b.constant(number())); }
                case 3 -> b.splat(vector(), pointer(), disp());
                case 4 -> b.store(vector(), pointer(), disp());
                case 5 -> b.copy(vector(), vector());
                case 6 -> b.fma(vector(), vector(), vector());
                case 7 -> { if (b.free() > 0) b.scope(() -> b.fma(vector(), operand(), vector())); }
                case 8 -> { if (b.free() > 0) b.scope(() -> b.fma(vector(), vector(), operand())); }
                case 9 -> b.binary(arithmetic(), vector(), vector(), vector());
                case 10 -> { if (b.free() > 0) b.scope(() -> b.binary(arithmetic(), vector(), operand(), vector())); }
                case 11 -> { if (b.free() > 0) b.scope(() -> b.binary(arithmetic(), vector(), vector(), operand())); }
                case 12 -> { if (b.free() > 1) b.scope(() -> b.div(vector(), vector(), b.constant(1.5f))); }
                case 13 -> { if (b.free() > 1) b.scope(() -> b.clamp(vector(), b.constant(0f), b.constant(.25f))); }
                case 20 -> clampAndMask();
                case 14 -> { if (b.free() > 0) b.scope(() -> b.copy(vector(), random.nextBoolean() ? b.even(vector(), vector()) : b.odd(vector(), vector()))); }
                case 15 -> address();
                case 16 -> { if (b.free() > 1) b.scope(() -> b.fmaSplats(List.of(vector(), vector(), vector()), random.nextBoolean() ? operand() : vector(), b.vec(), pointer(), disp())); }
                case 17 -> b.prefetch(pointer(), random.nextInt(600) - 300, random.nextInt(300));
                case 18 -> b.storeFirst(vector(), pointer(), disp(), 1 + random.nextInt(b.machine().lanes()));
                default -> { if (depth < 2) loop(depth); }
            }
        }

        /** A vector to be read once, and perhaps what forbids to read it there from memory. */
        private Vec operand() {
            Vec v = switch (random.nextInt(3)) { case 0 -> b.load(pointer(), disp()); case 1 -> b.splat(pointer(), disp()); default -> b.constant(number()); };
            switch (random.nextInt(4)) {
                case 0 -> b.store(vector(), pointer(), disp());
                case 1 -> b.advance(pointer(), 4 * (random.nextInt(5) - 2));
                default -> { }
            }
            return v;
        }

        private void clampAndMask() {
            if (b.free() < 2) return;
            b.scope(() -> {
                Vec v = vector();
                b.clamp(v, b.constant(0f), b.constant(.25f));
                b.and(random.nextBoolean() ? v : vector(), v, vector());
            });
        }

        private void address() {
            Ptr p = pointers.get(random.nextInt(pointers.size()));
            switch (random.nextInt(4)) {
                case 0 -> b.advance(p, 4 * (random.nextInt(5) - 2));
                case 1 -> b.advanceByArgument(p, DISTANCE);
                case 2 -> b.move(p, pointer());
                default -> { if (pointers.size() < 6) pointers.add(b.copy(p)); }
            }
        }

        private void loop(int depth) {
            b.scope(() -> {
                Int n = random.nextBoolean() ? b.count(COUNT) : b.count(b.arguments(COUNT2, 1), 8 * COUNT2);
                b.loop(n, random.nextBoolean() ? 1 : 2, () -> body(6, depth + 1));
                if (random.nextBoolean()) b.loop(n, 1, () -> body(3, depth + 1));
            });
        }

        private Arithmetic arithmetic() {
            Arithmetic what = Arithmetic.values()[random.nextInt(Arithmetic.values().length)];
            return what == Arithmetic.DIV ? Arithmetic.MAX : what;
        }

        private float number() { return new float[] {0f, -0f, .5f, -.25f}[random.nextInt(4)]; }

        private Vec vector() { return vectors.get(random.nextInt(vectors.size())); }

        private Ptr pointer() { return pointers.get(random.nextInt(pointers.size())); }

        private int disp() { return 4 * (random.nextInt(4) == 0 ? random.nextInt(400) - 200 : random.nextInt(12)); }
    }

    /** Eleven pointers and more counters than there are registers; the last of them stand in memory. */
    @Test void manyPointersAndNestedLoops() {
        assumeTrue(Support.current().lanes() > 0, Support.current().reason());
        ProgramBuilder b = new ProgramBuilder(Machine.SCALAR);
        List<Ptr> pointers = new ArrayList<>();
        for (int i = 0; i < 11; i++) pointers.add(b.argument(INNER));
        nest(b, pointers, 9);
        Program program = b.build("nest");
        int[] expected = run(program, plain(new Interpreter(program)), 5);
        assertThat(run(program, plain(new X64Emitter().emit(program)), 5)).isEqualTo(expected);
    }

    private static void nest(ProgramBuilder b, List<Ptr> pointers, int depth) {
        b.loop(b.count(COUNT2), depth % 2 + 1, () -> {
            if (depth > 0) nest(b, pointers, depth - 1);
            Ptr p = pointers.get(depth);
            Vec v = b.load(p, 0);
            b.add(v, v, b.constant(1));
            b.store(v, p, 0);
            b.advance(p, 4);
        });
    }
}
