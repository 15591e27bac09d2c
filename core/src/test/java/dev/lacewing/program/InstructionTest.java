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
            List<Kernel> kernels = new ArrayList<>(List.of(new Interpreter(program), new JvmEmitter().emit(program)));
            if (Support.current().lanes() >= m.lanes()) kernels.add(new X64Emitter().emit(program));
            if (Support.current().lanes() > 0 && m.lanes() <= 8) kernels.add(new X64Emitter(false).emit(program));
            for (Kernel kernel : kernels) {
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
