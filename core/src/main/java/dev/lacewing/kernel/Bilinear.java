package dev.lacewing.kernel;

import dev.lacewing.program.Machine;
import dev.lacewing.program.Program;
import dev.lacewing.program.ProgramBuilder;
import dev.lacewing.program.Ptr;
import dev.lacewing.program.Vec;

/**
 * Resizes PLANES planes: each output pixel is a weighted mean of two rows' weighted means of two pixels. ROW_TABLE has {int upper, int lower, float keep, float share} for
 * each of ROWS rows, COLUMN_TABLE {int left, int right, float keep, float share} for each of COLUMNS columns: byte distances from the plane's first pixel or the row's,
 * and the factors of the first and the second.
 */
public final class Bilinear {
    public static final int X = 0, Y = 1, PLANES = 2, X_PLANE = 3, Y_PLANE = 4, ROWS = 5, ROW_TABLE = 6, COLUMNS = 7, COLUMN_TABLE = 8, Y_ROW = 9;

    private static final int FIRST = 0, SECOND = 4, KEEP = 8, SHARE = 12, RECORD = 16;

    private Bilinear() {}

    /** For a machine of one lane. */
    public static Program program() {
        ProgramBuilder b = new ProgramBuilder(Machine.SCALAR);
        Ptr x = b.argument(X), y = b.argument(Y);
        b.loop(b.count(PLANES), 1, () -> {
            Ptr row = b.argument(ROW_TABLE), out = b.copy(y);
            b.loop(b.count(ROWS), 1, () -> {
                Ptr upper = b.index(x, row, FIRST), lower = b.index(x, row, SECOND), column = b.argument(COLUMN_TABLE), to = b.copy(out);
                Vec keep = b.splat(row, KEEP), share = b.splat(row, SHARE);
                b.loop(b.count(COLUMNS), 1, () -> {
                    Vec sum = mean(b, upper, column), below = mean(b, lower, column);
                    b.mul(sum, sum, keep);
                    b.fma(sum, below, share);
                    b.store(sum, to, 0);
                    b.advance(to, Float.BYTES);
                    b.advance(column, RECORD);
                });
                b.advance(row, RECORD);
                b.advanceByArgument(out, Y_ROW);
            });
            b.advanceByArgument(x, X_PLANE);
            b.advanceByArgument(y, Y_PLANE);
        });
        return b.build("bilinear");
    }

    private static Vec mean(ProgramBuilder b, Ptr row, Ptr column) {
        Vec sum = b.load(b.index(row, column, FIRST), 0);
        b.mul(sum, sum, b.load(column, KEEP));
        b.fma(sum, b.load(b.index(row, column, SECOND), 0), b.load(column, SHARE));
        return sum;
    }
}
