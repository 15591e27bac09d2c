package dev.lacewing.emit.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacewing.program.Instruction.Loop;
import dev.lacewing.program.Instruction;
import dev.lacewing.program.Machine;
import dev.lacewing.program.Program;
import dev.lacewing.program.ProgramBuilder;
import dev.lacewing.program.ProgramPrinter;
import dev.lacewing.program.Ptr;
import dev.lacewing.program.Vec;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

/** Which instructions are folded; and that what is folded, or dropped with what is, leaves what the interpreter leaves. */
class FoldsTest {
    private static final int FLOATS = 64;

    @Test void whatALoopWritesIsReadAfterIt() {
        Program program = program(Machine.WASM, (b, x) -> {
            Vec v = b.load(x, 0), sum = b.load(x, 64);
            b.loop(b.count(1), 1, () -> {
                b.splat(v, x, 4);
                b.add(sum, sum, v);
            });
            b.store(v, x, 128);
            b.store(sum, x, 192);
        });
        assertThat(folded(program)).isEmpty();
        runs(program);
    }

    @Test void whatAnInnerLoopWritesIsReadAfterTheOuterOne() {
        Program program = program(Machine.WASM, (b, x) -> {
            Vec v = b.load(x, 0), sum = b.load(x, 64);
            b.loop(b.count(1), 1, () -> {
                b.loop(b.count(1), 1, () -> {
                    b.splat(v, x, 4);
                    b.add(sum, sum, v);
                });
                b.advance(x, 4);
            });
            b.store(v, x, 128);
            b.store(sum, x, 192);
        });
        assertThat(folded(program)).isEmpty();
        runs(program);
    }

    @Test void whatIsReadOnlyWhereItIsWrittenIsFolded() {
        Program program = program(Machine.WASM, (b, x) -> {
            Vec sum = b.load(x, 64);
            b.loop(b.count(1), 1, () -> b.scope(() -> b.add(sum, sum, b.splat(x, 4))));
            b.store(sum, x, 192);
        });
        assertThat(folded(program)).singleElement().isInstanceOf(Instruction.Splat.class);
        runs(program);
    }

    /** Of one lane, the half of a pair that is not taken goes with all that was computed for it alone. */
    @Test void oneLaneDropsTheHalfOfAPairWithAllItsParts() {
        for (boolean even : new boolean[] {true, false})
            runs(program(Machine.SCALAR, (b, x) -> {
                Vec part = b.load(x, 0), other = b.load(x, 4), half = b.vec(), pair = b.vec();
                b.add(half, part, other);
                b.deinterleave(even ? Instruction.Parity.EVEN : Instruction.Parity.ODD, pair, even ? b.load(x, 8) : half, even ? half : b.load(x, 8));
                b.store(pair, x, 128);
                b.load(part, x, 12);
                b.store(part, x, 132);
                b.store(part, x, 136);
            }));
    }

    private static Program program(Machine machine, BiConsumer<ProgramBuilder, Ptr> code) {
        ProgramBuilder b = new ProgramBuilder(machine);
        code.accept(b, b.argument(0));
        return b.build("folds");
    }

    private static List<Instruction> folded(Program program) { return folded(new Folds(program), program.code()); }

    private static List<Instruction> folded(Folds folds, List<Instruction> code) {
        List<Instruction> all = new ArrayList<>(folds.in(code).stream().mapToObj(code::get).toList());
        for (Instruction i : code) if (i instanceof Loop loop) all.addAll(folded(folds, loop.body()));
        return all;
    }

    private static void runs(Program program) {
        Node node = Node.assumed();
        for (Features features : Node.featuresFor(program))
            for (int turns = 0; turns < 3; turns++)
                try (Arena arena = Arena.ofConfined()) {
                    MemorySegment all = arena.allocate(4L * FLOATS + 16, 64);
                    reset(all, turns);
                    node.expected(program, features).run(all.address() + 4L * FLOATS);
                    float[] expected = all.asSlice(0, 4L * FLOATS).toArray(ValueLayout.JAVA_FLOAT);
                    reset(all, turns);
                    node.run(program, features, all.address() + 4L * FLOATS, all);
                    assertThat(all.asSlice(0, 4L * FLOATS).toArray(ValueLayout.JAVA_FLOAT)).as("%s, %d turns of%n%s", features, turns, ProgramPrinter.print(program)).isEqualTo(expected);
                }
    }

    private static void reset(MemorySegment all, int turns) {
        for (int i = 0; i < FLOATS; i++) all.setAtIndex(ValueLayout.JAVA_FLOAT, i, i + 1);
        all.set(ValueLayout.JAVA_LONG, 4L * FLOATS, all.address());
        all.set(ValueLayout.JAVA_LONG, 4L * FLOATS + 8, turns);
    }
}
