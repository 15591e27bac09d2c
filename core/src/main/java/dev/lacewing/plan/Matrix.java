package dev.lacewing.plan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The weights of a convolution or a fully connected layer as a matrix: a row for each output channel, a column for each (input channel of the group, ky, kx). */
final class Matrix {
    private static final int STRIP = Long.SIZE;

    private final float[] values;
    private final int rows, columns;
    private final long[] offsets;
    private final long[] whole = new long[5], last = new long[5];
    /** For each strip of 64 rows and each column, a bit for each weight that is not zero; none before they are asked for. */
    private long[] nonzero = {};
    /** The offsets in order; none before they are asked for. */
    private long[] sorted = {};

    /** @param offsets of each column's input, in floats from where output pixel 0 reads */
    Matrix(float[] values, int rows, int columns, long[] offsets) {
        this.values = values;
        this.rows = rows;
        this.columns = columns;
        this.offsets = offsets;
    }

    /**
     * The blocks of one size.
     *
     * @param size rows of a block
     * @param rows block rows of that size
     * @param blocks in them, zeros skipped or not
     */
    record Blocks(int size, int rows, long blocks) {}

    int rows() { return rows; }

    int columns() { return columns; }

    long[] offsets() { return offsets; }

    float at(int row, int column) { return values[row * columns + column]; }

    /** Row by row. */
    float[] values() { return values; }

    /** Of the weights in rows {@code row} to {@code row + n} (exclusive, n at most 64) of a column: bit i is set if that of row {@code row + i} is not zero. */
    long nonzero(int row, int n, int column) {
        count();
        int strip = row / STRIP, shift = row % STRIP, at = strip * columns + column;
        long bits = nonzero[at] >>> shift;
        if (shift + n > STRIP) bits |= nonzero[at + columns] << STRIP - shift;
        return n == STRIP ? bits : bits & (1L << n) - 1;
    }

    long nonzeros() {
        count();
        return whole[0];
    }

    /** N x 1 blocks, N a power of two up to 16, largest first; rows that do not fill a block make smaller ones, as {@link PackedMatrix} packs them. */
    List<Blocks> blocksBySize(int n, boolean skipZeros) {
        if (skipZeros) count();
        List<Blocks> sizes = new ArrayList<>();
        for (int s = Integer.numberOfTrailingZeros(n), size = n; s >= 0; s--, size >>= 1) {
            int blockRows = size == n ? rows / n : rows >> s & 1;
            if (blockRows > 0) sizes.add(new Blocks(size, blockRows, skipZeros ? (size == n ? whole : last)[s] : (long) blockRows * columns));
        }
        return sizes;
    }

    /** Weights in blocks that are not all zero. */
    long stored(int n) {
        long stored = 0;
        for (Blocks b : blocksBySize(n, true)) stored += b.blocks() * b.size();
        return stored;
    }

    /** Tiles of channels as equal as possible, of at most {@code most} rows. */
    int tiles(int most) { return Math.ceilDiv(rows, most); }

    /** First row of a tile. */
    int tileRow(int tile, int most) { return (int) ((long) rows * tile / tiles(most)); }

    /** Columns with a non-zero, counted for each tile of at most {@code most} rows, which are at most 64. */
    long usedColumns(int most) {
        long count = 0;
        for (int tile = 0; tile < tiles(most); tile++) {
            int row = tileRow(tile, most), n = tileRow(tile + 1, most) - row;
            for (int c = 0; c < columns; c++) if (nonzero(row, n, c) != 0) count++;
        }
        return count;
    }

    /** Blocks that are not all zero of each size, in one pass: all that the rows fill, and those of the last rows, which do not fill a block of twice the size. */
    private void count() {
        if (nonzero.length > 0) return;
        long[] bits = new long[Math.ceilDiv(rows, STRIP) * columns];
        for (int row = 0; row < rows; row++) mark(bits, row);
        for (int strip = 0; strip * STRIP < rows; strip++) count(bits, strip);
        nonzero = bits;
    }

    private void mark(long[] bits, int row) {
        long bit = 1L << row;
        int at = row * columns, to = row / STRIP * columns;
        for (int c = 0; c < columns; c++) if (values[at + c] != 0) bits[to + c] |= bit;
    }

    private void count(long[] bits, int strip) {
        int inside = Math.min(STRIP, rows - strip * STRIP);
        for (int s = 0, size = 1; s < whole.length; s++, size *= 2) {
            long starts = Long.divideUnsigned(-1, (1L << size) - 1);   // a bit for each block that begins there
            int fill = inside & -size, ending = (rows & -2 * size) - strip * STRIP;
            long filled = fill == STRIP ? starts : starts & (1L << fill) - 1;
            long rest = (rows & size) != 0 && ending >= 0 && ending < STRIP ? 1L << ending : 0, all = 0, some = 0;
            for (int i = strip * columns, end = i + columns; i < end; i++) {
                long blocks = folded(bits[i], s);
                all += Long.bitCount(blocks & filled);
                if ((blocks & rest) != 0) some++;
            }
            whole[s] += all;
            last[s] += some;
        }
    }

    /** Bit i is set if one of bits i to i + 2^s (exclusive) is. */
    private static long folded(long bits, int s) {
        long any = bits;
        for (int i = 1; i < 1 << s; i *= 2) any |= any >>> i;
        return any;
    }

    /** Different floats of the input that all columns together read for so many neighbouring pixels. */
    long reach(int pixels) {
        if (sorted.length == 0) {
            sorted = offsets.clone();
            Arrays.sort(sorted);
        }
        long total = 0;
        for (int i = 0; i < sorted.length; i++) total += i + 1 < sorted.length ? Math.min(pixels, sorted[i + 1] - sorted[i]) : pixels;
        return total;
    }
}
