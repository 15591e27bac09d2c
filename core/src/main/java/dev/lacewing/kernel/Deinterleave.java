package dev.lacewing.kernel;

import dev.lacewing.program.Machine;
import dev.lacewing.program.Program;
import dev.lacewing.program.ProgramBuilder;
import dev.lacewing.program.Ptr;
import dev.lacewing.program.Vec;

/**
 * Splits PLANES planes of ROWS rows into their even and odd columns: row r, columns 0, 2, 4 ... go to EVEN + r * Y_ROW, columns 1, 3, 5 ... to ODD + r *
 * Y_ROW, VECTORS vectors of each. Reads 2 * VECTORS vectors of every row, X_ROW apart. Rows go downwards, so what a row writes beyond its pitch is
 * overwritten by the next. For strided windows, which become windows of stride 1 over the parts; start at X + X_ROW with a doubled X_ROW for odd rows.
 */
public final class Deinterleave {
    public static final int X = 0, EVEN = 1, ODD = 2, PLANES = 3, ROWS = 4, VECTORS = 5, X_ROW = 6, Y_ROW = 7, X_PLANE = 8, Y_PLANE = 9, SLOTS = 10;

    private Deinterleave() {}

    public static Program program(Machine machine) {
        ProgramBuilder b = new ProgramBuilder(machine);
        Ptr x = b.argument(X), even = b.argument(EVEN), odd = b.argument(ODD);
        b.loop(b.count(PLANES), 1, () -> {
            Ptr row = b.copy(x), evenRow = b.copy(even), oddRow = b.copy(odd);
            b.loop(b.count(ROWS), 1, () -> {
                Ptr in = b.copy(row), toEven = b.copy(evenRow), toOdd = b.copy(oddRow);
                b.loop(b.count(VECTORS), 1, () -> {
                    Vec low = b.load(in, 0), high = b.load(in, b.vectorBytes());
                    b.store(b.even(low, high), toEven, 0);
                    b.store(b.odd(low, high), toOdd, 0);
                    b.advance(in, 2 * b.vectorBytes());
                    b.advance(toEven, b.vectorBytes());
                    b.advance(toOdd, b.vectorBytes());
                });
                b.advanceByArgument(row, X_ROW);
                b.advanceByArgument(evenRow, Y_ROW);
                b.advanceByArgument(oddRow, Y_ROW);
            });
            b.advanceByArgument(x, X_PLANE);
            b.advanceByArgument(even, Y_PLANE);
            b.advanceByArgument(odd, Y_PLANE);
        });
        return b.build("deinterleave");
    }
}
