package dev.lacewing.program;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacewing.emit.jvm.JvmEmitter;
import dev.lacewing.emit.x64.Support;
import dev.lacewing.emit.x64.X64Emitter;
import dev.lacewing.program.Instruction.Arithmetic;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Each vector instruction on signed zeros, infinities, subnormals and ordinary numbers: what it should give, and compiled code bit for bit the same. */
class InstructionTest {
    static final List<Machine> MACHINES = Machine.ALL;
    private static final float[] VALUES = {0f, -0f, 1f, -1f, 1.5f, -3.25f, 7f, 1e-40f, -1e-40f, Float.MIN_VALUE, Float.MAX_VALUE, -Float.MAX_VALUE,
            Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 1 / 3f, -123456.7f};

    private interface Operation { float apply(float a, float b); }

    private interface Body { Vec write(ProgramBuilder b, Vec x, Vec z); }

    @ParameterizedTest @FieldSource("MACHINES")
    void arithmetic(Machine m) {
        for (Arithmetic what : Arithmetic.values())
            check(m, (b, x, z) -> {
                b.binary(what, x, x, z);
                return x;
            }, (x, z) -> switch (what) {
                case ADD -> x + z;
                case SUB -> x - z;
                case MUL -> x * z;
                case DIV -> x / z;
                case MIN -> Math.min(x, z);
                case MAX -> Math.max(x, z);
                case AND -> Float.intBitsToFloat(Float.floatToRawIntBits(x) & Float.floatToRawIntBits(z));
            });
    }

    @ParameterizedTest @FieldSource("MACHINES")
    void multiplyAddIsRoundedOnce(Machine m) {
        check(m, (b, x, z) -> {
            Vec acc = b.constant(1.1f);
            b.fma(acc, x, z);
            return acc;
        }, (x, z) -> Math.fma(x, z, 1.1f));
    }

    @ParameterizedTest @FieldSource("MACHINES")
    void clamp(Machine m) {
        for (float hi : new float[] {6, Float.MIN_VALUE, Float.POSITIVE_INFINITY})
            check(m, (b, x, _) -> {
                b.clamp(x, b.constant(0f), b.constant(hi));
                return x;
            }, (x, _) -> Math.min(Math.max(x, 0f), hi));
    }

    /** What goes to another vector leaves the clamped one as it is, and a vector is its own mask after the clamp. */
    @ParameterizedTest @FieldSource("MACHINES")
    void clampBeforeAMask(Machine m) {
        check(m, (b, x, z) -> {
            b.clamp(x, b.constant(0f), b.constant(6f));
            b.and(z, x, b.constant(Float.intBitsToFloat(0xFF)));
            return x;
        }, (x, _) -> Math.min(Math.max(x, 0f), 6f));
        check(m, (b, x, z) -> {
            b.clamp(x, b.constant(0f), b.constant(6f));
            b.and(x, x, x);
            return x;
        }, (x, _) -> Math.min(Math.max(x, 0f), 6f));
        check(m, (b, x, z) -> {
            b.clamp(x, b.constant(0f), b.constant(6f));
            b.and(x, x, z);
            return x;
        }, (x, z) -> Float.intBitsToFloat(Float.floatToRawIntBits(Math.min(Math.max(x, 0f), 6f)) & Float.floatToRawIntBits(z)));
    }

    /** What moves data: a copy, both halves of two vectors taken apart, a splat, and of stores each number of lanes. */
    @ParameterizedTest @FieldSource("MACHINES")
    void moves(Machine m) {
        int lanes = m.lanes(), outputs = 4 + lanes;
        ProgramBuilder b = new ProgramBuilder(m);
        Ptr x = b.argument(0), y = b.argument(1);
        Vec low = b.load(x, 4), high = b.load(x, 4 + b.vectorBytes()), copy = b.copy(low), splat = b.splat(x, 12), even = b.even(low, high), odd = b.odd(low, high);
        b.add(low, low, low);   // the copy stays
        List<Vec> stored = List.of(copy, splat, even, odd);
        for (int i = 0; i < stored.size(); i++) b.store(stored.get(i), y, i * b.vectorBytes());
        for (int count = 1; count <= lanes; count++) b.storeFirst(high, y, (3 + count) * b.vectorBytes(), count);
        Program program = b.build("moves");
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment in = arena.allocate(4L * (2 * lanes + 4)), out = arena.allocate(4L * lanes * outputs), arguments = arena.allocate(16, 8);
            for (int i = 0; i < 2 * lanes + 4; i++) in.setAtIndex(ValueLayout.JAVA_FLOAT, i, VALUES[i % VALUES.length]);
            MemorySegment.copy(new long[] {in.address(), out.address()}, 0, arguments, ValueLayout.JAVA_LONG, 0, 2);
            for (Kernel kernel : kernels(program)) {
                out.fill((byte) 0x55);
                kernel.run(arguments.address());
                for (int i = 0; i < lanes; i++) {
                    int[] from = {1 + i, 3, 1 + 2 * i, 1 + 2 * i + 1};
                    for (int j = 0; j < from.length; j++) assertThat(bits(out, j * lanes + i)).as("vector %d, lane %d of %s", j, i, ProgramPrinter.print(program)).isEqualTo(bits(in, from[j]));
                    for (int count = 1; count <= lanes; count++)
                        assertThat(bits(out, (3 + count) * lanes + i)).as("first %d, lane %d", count, i).isEqualTo(i < count ? bits(in, 1 + lanes + i) : 0x55555555);
                }
            }
        }
    }

    private static int bits(MemorySegment floats, int index) { return floats.getAtIndex(ValueLayout.JAVA_INT, index); }

    /** Four weights, of either sign of displacement, for sums some of which meet two of them. */
    @ParameterizedTest @FieldSource("MACHINES")
    void multiplyAddsOfSplatsAreThoseOneByOne(Machine m) {
        int at = -12;
        checkBothWays(m, (b, weights, x, sums) -> b.fmaSplats(List.of(sums[1], sums[0], sums[1], sums[2]), x, b.vec(), weights, at), (b, weights, x, sums) -> {
            int[] order = {1, 0, 1, 2};
            for (int i = 0; i < order.length; i++) b.fma(sums[order[i]], x, b.splat(weights, at + 4 * i));
        });
    }

    private interface Sums { void write(ProgramBuilder b, Ptr weights, Vec x, Vec[] sums); }

    private static void checkBothWays(Machine m, Sums one, Sums other) {
        int n = 3 * m.lanes();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment in = arena.allocate(4L * VALUES.length), weights = arena.allocate(4 * 8), out = arena.allocate(4L * n), arguments = arena.allocate(24, 8);
            for (int i = 0; i < VALUES.length; i++) in.setAtIndex(ValueLayout.JAVA_FLOAT, i, VALUES[i]);
            for (int i = 0; i < 8; i++) weights.setAtIndex(ValueLayout.JAVA_FLOAT, i, 1.1f * i - 2);
            MemorySegment.copy(new long[] {in.address(), weights.address() + 16, out.address()}, 0, arguments, ValueLayout.JAVA_LONG, 0, 3);
            float[] expected = new float[0];
            for (Sums way : List.of(other, one))
                for (Kernel kernel : kernels(sums(m, way))) {
                    out.fill((byte) 0x55);
                    kernel.run(arguments.address());
                    if (expected.length == 0) expected = out.toArray(ValueLayout.JAVA_FLOAT);
                    assertThat(out.toArray(ValueLayout.JAVA_FLOAT)).isEqualTo(expected);
                }
            assertThat(expected[0]).isEqualTo(Math.fma(VALUES[0], weights.getAtIndex(ValueLayout.JAVA_FLOAT, 2), 0.25f));
        }
    }

    private static Program sums(Machine m, Sums way) {
        ProgramBuilder b = new ProgramBuilder(m);
        Ptr x = b.argument(0), w = b.argument(1), y = b.argument(2);
        Vec[] sums = b.vecs(3);
        for (Vec sum : sums) b.constant(sum, 0.25f);
        b.scope(() -> way.write(b, w, b.load(x, 0), sums));
        for (int i = 0; i < 3; i++) b.store(sums[i], y, i * b.vectorBytes());
        return b.build("sums");
    }

    private static List<Kernel> kernels(Program program) {
        int lanes = program.machine().lanes();
        List<Kernel> kernels = new ArrayList<>(List.of(new Interpreter(program), new JvmEmitter().emit(program)));
        if (Support.current().lanes() >= lanes) kernels.add(new X64Emitter().emit(program));
        if (Support.current().lanes() > 0 && lanes <= 8) kernels.add(new X64Emitter(false).emit(program));
        return kernels;
    }

    private static void check(Machine m, Body body, Operation expected) {
        ProgramBuilder b = new ProgramBuilder(m);
        Ptr x = b.argument(0), z = b.argument(1), y = b.argument(2);
        b.loop(b.count(3), 1, () -> {
            b.store(body.write(b, b.load(x, 0), b.load(z, 0)), y, 0);
            for (Ptr p : List.of(x, z, y)) b.advance(p, b.vectorBytes());
        });
        Program program = b.build("instruction");
        int n = VALUES.length * VALUES.length;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment left = arena.allocate(4L * n), right = arena.allocate(4L * n), out = arena.allocate(4L * n), arguments = arena.allocate(32, 8);
            for (int i = 0; i < n; i++) {
                left.setAtIndex(ValueLayout.JAVA_FLOAT, i, VALUES[i / VALUES.length]);
                right.setAtIndex(ValueLayout.JAVA_FLOAT, i, VALUES[i % VALUES.length]);
            }
            long[] block = {left.address(), right.address(), out.address(), n / m.lanes()};
            MemorySegment.copy(block, 0, arguments, ValueLayout.JAVA_LONG, 0, block.length);
            for (Kernel kernel : kernels(program)) {
                out.fill((byte) 0x55);
                kernel.run(arguments.address());
                for (int i = 0; i < n; i++) {
                    float a = VALUES[i / VALUES.length], c = VALUES[i % VALUES.length];
                    assertThat(Float.floatToIntBits(out.getAtIndex(ValueLayout.JAVA_FLOAT, i))).as("%s: %s and %s", ProgramPrinter.print(program), a, c)
                            .isEqualTo(Float.floatToIntBits(expected.apply(a, c)));
                }
            }
        }
    }
}
