package dev.lacewing.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lacewing.emit.jvm.JvmEmitter;
import dev.lacewing.kernel.ElementFunction.*;
import dev.lacewing.program.ArgumentBlock;
import dev.lacewing.program.Instruction.Arithmetic;
import dev.lacewing.program.Machine;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ElementwiseTest {
    static final List<Epilogue> EPILOGUES = List.of(Epilogue.NONE, Epilogue.RELU, new Epilogue.Range(-.3f, .2f), new Epilogue.Range(Float.NEGATIVE_INFINITY, .1f),
            new Epilogue.LeakyRelu(.1f), new Epilogue.LeakyRelu(-2), new Epilogue.Sigmoid(), new Epilogue.Tanh(), new Epilogue.Swish(), new Epilogue.HardSigmoid(.2f, .5f),
            new Epilogue.HardSwish());

    record Case(ElementFunction function, Machine machine) {}

    static Stream<Case> cases() {
        Stream<ElementFunction> binaries = Arrays.stream(Arithmetic.values()).filter(a -> a != Arithmetic.AND).flatMap(a -> Stream.of(new Binary(a, Epilogue.NONE), new Binary(a, Epilogue.RELU6)));
        Stream<ElementFunction> applied = EPILOGUES.stream().map(Apply::new);
        Stream<ElementFunction> others = Stream.of(new PRelu(), new Scale(), new Affine(), new Binary(Arithmetic.ADD, new Epilogue.Swish()));
        List<ElementFunction> all = Stream.of(applied, binaries, others).flatMap(f -> f).toList();
        return Machine.ALL.stream().flatMap(m -> all.stream().map(f -> new Case(f, m)));
    }

    private static double expected(ElementFunction f, double x, double z, double s, double t) {
        return switch (f) {
            case Apply(Epilogue e) -> MatrixKernelsTest.finish(x, e);
            case PRelu() -> x >= 0 ? x : s * x;
            case Scale() -> x * s;
            case Affine() -> x * s + t;
            case Binary(Arithmetic what, Epilogue e) -> MatrixKernelsTest.finish(switch (what) {
                case ADD -> x + z;
                case SUB -> x - z;
                case MUL -> x * z;
                case DIV -> x / z;
                case MIN -> Math.min(x, z);
                case MAX -> Math.max(x, z);
                case AND -> throw new IllegalArgumentException("works on bits");
            }, e);
        };
    }

    @ParameterizedTest @MethodSource("cases")
    void agreesWithPlainLoops(Case c) {
        for (boolean masked : new boolean[] {false, true}) {
            Runs runs = new Runs(Elementwise.program(c.function, masked, c.machine));
            for (int vectors : new int[] {0, 1, 3, 4, 9}) {
                try (Arena arena = Arena.ofConfined()) {
                    check(c, masked, runs, arena, vectors);
                }
            }
        }
    }

    private static void check(Case c, boolean masked, Runs runs, Arena arena, int vectors) {
        Random random = new Random(vectors);
        int channels = 3, pixels = vectors * c.machine.lanes(), xPlane = pixels + 1, yPlane = pixels + 2, zPlane = pixels + 3;
        int perChannel = c.function instanceof Affine ? 2 : 1;
        Floats x = Floats.random(arena, channels * xPlane, random, 12), z = Floats.random(arena, channels * zPlane, random, 1), y = new Floats(arena, channels * yPlane);
        for (int i = 0; i < z.size; i++) if (Math.abs(z.get(i)) < .1f) z.set(i, .5f);
        Floats table = Floats.random(arena, channels * perChannel, random, 1), mask = new Floats(arena, pixels);
        for (int p = 0; p < pixels; p++) mask.mask(p, !(p % 3 == 2));
        runs.check(runs.block().set(Elementwise.CHANNELS, channels).set(Elementwise.VECTORS, vectors).set(Elementwise.X, x.address())
                .set(Elementwise.X_PLANE, 4L * xPlane).set(Elementwise.Y, y.address()).set(Elementwise.Y_PLANE, 4L * yPlane)
                .set(Elementwise.Z, z.address()).set(Elementwise.Z_PLANE, 4L * zPlane).set(Elementwise.TABLE, table.address())
                .set(Elementwise.MASK, mask.address()), y, x, z, table, mask);
        y.guardsUntouched();
        for (int ch = 0; ch < channels; ch++) {
            double s = table.get(ch * perChannel), t = table.get(ch * perChannel + perChannel - 1);
            for (int p = 0; p < pixels; p++)
                assertThat((double) y.get(ch * yPlane + p)).as("channel %d pixel %d of %d", ch, p, pixels)
                        .isEqualTo(expected(c.function, x.get(ch * xPlane + p), z.get(ch * zPlane + p), s, t) * (masked ? mask.kept(p) : 1), within(1e-5));
            assertThat(y.untouched(ch * yPlane + pixels)).isTrue();
        }
    }

    /** All magnitudes and both saturated ends; and every width gives the same bits. */
    @Test void sigmoidAndTanhAreAsNearAsTheySay() {
        int n = 1 << 16;
        try (Arena arena = Arena.ofConfined()) {
            Floats x = new Floats(arena, n), y = new Floats(arena, n);
            for (int i = 0; i < n; i++) x.set(i, i < 9 * n / 10 ? (i - 9 * n / 20) * (44f / n) : (float) Math.scalb(i % 2 == 0 ? 1.3 : -1.7, i % 160 - 80));
            for (ElementFunction f : List.of(new Apply(new Epilogue.Sigmoid()), new Apply(new Epilogue.Tanh()))) {
                int[] bits = null;
                for (Machine m : Machine.ALL) {
                    ArgumentBlock<Number> block = new ArgumentBlock<Number>(Elementwise.program(f, false, m)).set(Elementwise.CHANNELS, 1)
                            .set(Elementwise.VECTORS, n / m.lanes())
                            .set(Elementwise.X, x.address()).set(Elementwise.X_PLANE, 0).set(Elementwise.Y, y.address()).set(Elementwise.Y_PLANE, 0);
                    new JvmEmitter().emit(block.program()).run(Runs.arguments(arena, block).address());
                    for (int i = 0; i < n; i++) assertThat((double) y.get(i)).as("of %s", x.get(i)).isEqualTo(expected(f, x.get(i), 0, 0, 0), within(f.equals(new Apply(new Epilogue.Tanh())) ? 6e-7 : 3e-7));
                    if (bits == null) bits = y.bits();
                    assertThat(y.bits()).isEqualTo(bits);
                }
            }
        }
    }
}
