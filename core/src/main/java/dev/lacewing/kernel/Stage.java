package dev.lacewing.kernel;

import dev.lacewing.program.Instruction.Parity;
import dev.lacewing.program.Machine;
import dev.lacewing.program.Program;
import dev.lacewing.program.ProgramBuilder;
import dev.lacewing.program.Ptr;
import dev.lacewing.program.Vec;
import java.util.Locale;

/**
 * Copies PLANES planes row by row into planes with padding, for windows that then become sums of shifted planes: all columns, or those of one or both
 * parities. First the top of a plane, HEAD vectors from its start, and its bottom, TAIL_VECTORS from byte TAIL on, are filled with the padding's value.
 * Then come ROWS rows: VECTORS vectors of pixels, the first row's from byte FIRST on, and FILLS vectors of padding that start END bytes after the row's
 * first pixel. Rows go downwards, X_ROW apart in the input and Y_ROW in the output, so what one writes beyond its end is overwritten by the next; the
 * last row's padding must reach TAIL.
 *
 * <p>Each row reads VECTORS vectors from X on, or twice as many where columns are split. The odd columns (if both are kept) go to planes of their own,
 * which start ODD_PLANE bytes after those of the even ones, their pixels ODD bytes after the even ones', their padding ODD_END after those.
 */
public final class Stage {
    public static final int X = 0, Y = 1, PLANES = 2, X_PLANE = 3, Y_PLANE = 4, HEAD = 5, TAIL = 6, TAIL_VECTORS = 7, FIRST = 8, ROWS = 9, X_ROW = 10,
            Y_ROW = 11, VECTORS = 12, END = 13, FILLS = 14, ODD_PLANE = 15, ODD = 16, ODD_END = 17;

    /** Which columns are kept, counted from the first one read. */
    public enum Columns { ALL, EVEN, BOTH }

    private final ProgramBuilder b;
    private final Columns columns;
    private final Vec padding;

    private Stage(ProgramBuilder b, Columns columns, float fill) {
        this.b = b;
        this.columns = columns;
        padding = b.constant(fill);
    }

    /** @param fill value of the padding: 0 for a convolution, negative infinity for a maximum */
    public static Program program(Columns columns, float fill, Machine machine) {
        ProgramBuilder b = new ProgramBuilder(machine);
        new Stage(b, columns, fill).planes();
        return b.build("stage-" + columns.name().toLowerCase(Locale.ROOT) + (fill == 0 ? "" : fill));
    }

    private void planes() {
        Ptr x = b.argument(X), y = b.argument(Y);
        b.loop(b.count(PLANES), 1, () -> {
            b.scope(() -> margins(b.copy(y)));
            if (columns == Columns.BOTH) b.scope(() -> margins(moved(y, ODD_PLANE)));
            Ptr in = b.copy(x), out = moved(y, FIRST);
            b.loop(b.count(ROWS), 1, () -> {
                row(in, out);
                b.advanceByArgument(in, X_ROW);
                b.advanceByArgument(out, Y_ROW);
            });
            b.advanceByArgument(x, X_PLANE);
            b.advanceByArgument(y, Y_PLANE);
        });
    }

    private void margins(Ptr plane) {
        b.scope(() -> fill(b.copy(plane), HEAD));
        b.advanceByArgument(plane, TAIL);
        fill(plane, TAIL_VECTORS);
    }

    private void fill(Ptr at, int vectors) {
        b.loop(b.count(vectors), 1, () -> {
            b.store(padding, at, 0);
            b.advance(at, b.vectorBytes());
        });
    }

    private void row(Ptr row, Ptr out) {
        b.scope(() -> {
            Ptr in = b.copy(row), to = b.copy(out);
            if (columns == Columns.BOTH) pixels(in, to, moved(out, ODD));
            else pixels(in, to);
        });
        b.scope(() -> fill(moved(out, END), FILLS));
        if (columns == Columns.BOTH)
            b.scope(() -> {
                Ptr odd = moved(out, ODD);
                b.advanceByArgument(odd, ODD_END);
                fill(odd, FILLS);
            });
    }

    /** A copy, the argument's distance away. */
    private Ptr moved(Ptr p, int slot) {
        Ptr to = b.copy(p);
        b.advanceByArgument(to, slot);
        return to;
    }

    /** To the even columns' row, then the odd ones'; or all of them to the one row. */
    private void pixels(Ptr in, Ptr... to) {
        b.loop(b.count(VECTORS), 1, () -> {
            Vec low = b.load(in, 0);
            if (columns == Columns.ALL) b.store(low, to[0], 0);
            else {
                Vec high = b.load(in, b.vectorBytes());
                for (Parity parity : Parity.values())
                    if (parity.ordinal() < to.length) b.scope(() -> b.store(parity == Parity.EVEN ? b.even(low, high) : b.odd(low, high), to[parity.ordinal()], 0));
            }
            b.advance(in, (columns == Columns.ALL ? 1 : 2) * b.vectorBytes());
            for (Ptr p : to) b.advance(p, b.vectorBytes());
        });
    }
}
