package dev.lacewing.emit.wasm;

import dev.lacewing.program.Instruction;
import dev.lacewing.program.Instruction.*;
import dev.lacewing.program.Program;
import dev.lacewing.program.Vec;
import java.util.ArrayList;
import java.util.List;

/** A program whose multiply-adds are a multiplication and an addition. */
final class Unfused {
    private Unfused() {}

    static Program of(Program program) {
        Vec product = new Vec(Integer.MAX_VALUE, program.vectors());
        return new Program(program.name(), program.machine(), program.vectors() + 1, program.pointers(), program.counters(), program.slots(), of(program.code(), product));
    }

    private static List<Instruction> of(List<Instruction> code, Vec product) {
        List<Instruction> unfused = new ArrayList<>();
        for (Instruction instruction : code)
            switch (instruction) {
                case Fma(Vec acc, Vec x, Vec w) -> multiplyAdd(unfused, acc, x, w, product);
                case FmaSplats f -> {
                    for (int i = 0; i < f.accs().size(); i++) {
                        unfused.add(new Splat(f.scratch(), f.at(), f.disp() + Float.BYTES * i));
                        multiplyAdd(unfused, f.accs().get(i), f.x(), f.scratch(), product);
                    }
                }
                case Loop loop -> unfused.add(new Loop(loop.n(), loop.step(), of(loop.body(), product)));
                default -> unfused.add(instruction);
            }
        return unfused;
    }

    private static void multiplyAdd(List<Instruction> to, Vec acc, Vec x, Vec w, Vec product) {
        to.add(new Binary(Arithmetic.MUL, product, x, w));
        to.add(new Binary(Arithmetic.ADD, acc, acc, product));
    }
}
