package dev.lacewing.kernel;

import dev.lacewing.program.Machine;
import dev.lacewing.program.Program;
import dev.lacewing.program.ProgramBuilder;
import dev.lacewing.program.Ptr;
import dev.lacewing.program.Vec;

/**
 * Second half of a global average: adds up the lanes of vectors, as many vectors at a time as each has lanes. y[c] = scale * (sum of the lanes floats
 * x[c * lanes] ...) for BLOCKS times as many channels c as there are lanes. SCALE is the address of the one float scale.
 */
public final class LaneSum {
    public static final int X = 0, Y = 1, SCALE = 2, BLOCKS = 3;

    private LaneSum() {}

    public static Program program(Machine machine) {
        ProgramBuilder b = new ProgramBuilder(machine);
        Ptr x = b.argument(X), y = b.argument(Y);
        Vec scale = b.splat(b.argument(SCALE), 0);
        b.loop(b.count(BLOCKS), 1, () -> {
            Vec sums = reduce(b, x, 0, machine.lanes());
            b.mul(sums, sums, scale);
            b.store(sums, y, 0);
            b.advance(x, machine.lanes() * b.vectorBytes());
            b.advance(y, b.vectorBytes());
        });
        return b.build("lane-sum");
    }

    /** The sums over each {@code vectors} neighbouring lanes of so many vectors, vector by vector. */
    private static Vec reduce(ProgramBuilder b, Ptr x, int from, int vectors) {
        if (vectors == 1) return b.load(x, from * b.vectorBytes());
        Vec sum = b.vec();
        b.scope(() -> {
            Vec low = reduce(b, x, from, vectors / 2), high = reduce(b, x, from + vectors / 2, vectors / 2);
            b.add(sum, b.even(low, high), b.odd(low, high));
        });
        return sum;
    }
}
