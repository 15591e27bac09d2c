package dev.lacewing.kernel;

import dev.lacewing.program.Machine;
import dev.lacewing.program.Program;
import dev.lacewing.program.ProgramBuilder;
import dev.lacewing.program.Ptr;

/**
 * Copies vectors from X to Y as a table says. Each of GROUPS records has eight words, distances in bytes: {from, to, length, step, toStep, repeat,
 * fromJump, toJump}. It copies {@code length} vectors, the first from X + from to Y + to, each {@code step} and {@code toStep} after the one before; and that
 * {@code repeat} times, each {@code fromJump} and {@code toJump} after the one before. All that TIMES times, each X_JUMP and Y_JUMP after the one before.
 * Fixed value: ZERO is 0.
 */
public final class Move {
    public static final int X = 0, Y = 1, TABLE = 2, GROUPS = 3, ZERO = 4, TIMES = 5, X_JUMP = 6, Y_JUMP = 7;

    /** Words of a record. */
    public static final int RECORD = 8;

    private static final int FROM = 0, TO = 4, LENGTH = 8, STEP = 12, TO_STEP = 16, REPEAT = 20, FROM_JUMP = 24, TO_JUMP = 28;

    private Move() {}

    public static Program program(Machine machine) {
        ProgramBuilder b = new ProgramBuilder(machine);
        Ptr x = b.argument(X), y = b.argument(Y), zero = b.argument(ZERO);
        b.loop(b.count(TIMES), 1, () -> {
            Ptr table = b.argument(TABLE);
            b.loop(b.count(GROUPS), 1, () -> group(b, x, y, table, zero));
            b.advanceByArgument(x, X_JUMP);
            b.advanceByArgument(y, Y_JUMP);
        });
        return b.build("move");
    }

    private static void group(ProgramBuilder b, Ptr x, Ptr y, Ptr table, Ptr zero) {
        Ptr from = b.index(x, table, FROM), to = b.index(y, table, TO), step = b.index(zero, table, STEP), toStep = b.index(zero, table, TO_STEP);
        Ptr fromJump = b.index(zero, table, FROM_JUMP), toJump = b.index(zero, table, TO_JUMP);
        b.loop(b.count(table, REPEAT), 1, () -> {
            Ptr in = b.copy(from), out = b.copy(to);
            b.loop(b.count(table, LENGTH), 1, () -> {
                b.store(b.load(in, 0), out, 0);
                b.advance(in, step);
                b.advance(out, toStep);
            });
            b.advance(from, fromJump);
            b.advance(to, toJump);
        });
        b.advance(table, RECORD * Integer.BYTES);
    }
}
