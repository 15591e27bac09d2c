package dev.lacewing.plan;

import dev.lacewing.error.LacewingException.Invalid;
import java.util.List;
import java.util.stream.Stream;

/**
 * How one layer with a weight matrix is run.
 *
 * @param sparse skip zeros, or multiply all weights
 * @param rows output channels that a block of the kernel spans: 1, 2, 4, 8 or 16
 */
public record Decision(boolean sparse, int rows) {
    private static final int MOST_ROWS = 16;

    /** All there are; which of them a machine has kernels for is another question. */
    public static final List<Decision> ALL = Stream.of(true, false).flatMap(sparse -> Stream.of(1, 2, 4, 8, 16).map(rows -> new Decision(sparse, rows))).toList();

    public Decision {
        if (!isRows(rows)) throw new Invalid("a block spans 1, 2, 4, 8 or 16 rows, not " + rows);
    }

    public static boolean isRows(int rows) { return rows >= 1 && rows <= MOST_ROWS && Integer.bitCount(rows) == 1; }

    @Override
    public String toString() { return (sparse ? "sparse" : "dense") + " in blocks of " + rows + "x1"; }
}
