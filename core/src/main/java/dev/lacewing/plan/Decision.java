package dev.lacewing.plan;

import dev.lacewing.error.LacewingException.Invalid;
import java.util.List;
import java.util.stream.Stream;

/**
 * How one layer with a weight matrix is run.
 *
 * @param rows output channels that a block of the kernel spans: 1, 2, 4, 8 or 16; 1 of a baked layer
 */
public record Decision(Format format, int rows) {
    private static final int MOST_ROWS = 16;

    /** All there are; which of them a machine has kernels for is another question. */
    public static final List<Decision> ALL = Stream.of(Format.values()).flatMap(f -> Stream.of(1, 2, 4, 8, 16).filter(rows -> isRows(f, rows)).map(rows -> new Decision(f, rows))).toList();

    public Decision {
        if (!isRows(format, rows)) throw new Invalid("a block spans 1, 2, 4, 8 or 16 rows, and 1 of a baked layer, not " + rows);
    }

    public Decision(boolean sparse, int rows) { this(sparse ? Format.SPARSE : Format.DENSE, rows); }

    /** Zeros are skipped. */
    public boolean sparse() { return format != Format.DENSE; }

    public static boolean isRows(Format format, int rows) {
        return rows >= 1 && rows <= (format == Format.BAKED ? 1 : MOST_ROWS) && Integer.bitCount(rows) == 1;
    }

    @Override
    public String toString() { return format == Format.BAKED ? "baked" : (sparse() ? "sparse" : "dense") + " in blocks of " + rows + "x1"; }
}
