package dev.lacewing.plan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The weights of a convolution or a fully connected layer as a matrix: a row for each output channel, a column for each (input channel of the group, ky, kx). */
final class Matrix {
    private static final int STRIP = 16;

    private final float[] values;
    private final int rows, columns;
    private final long[] offsets;
    private final long[] whole = new long[5], last = new long[5];
    private boolean counted;

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

    /** Some weight of rows {@code row} to {@code row + n} (exclusive) is not zero. */
    boolean isBlock(int row, int n, int column) {
        for (int i = row; i < row + n; i++) if (at(i, column) != 0) return true;
        return false;
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
    long stored(int n) { return blocksBySize(n, true).stream().mapToLong(b -> b.blocks() * b.size()).sum(); }

    /** Tiles of channels as equal as possible, of at most {@code most} rows. */
    int tiles(int most) { return Math.ceilDiv(rows, most); }

    /** First row of a tile. */
    int tileRow(int tile, int most) { return (int) ((long) rows * tile / tiles(most)); }

    /** Columns with a non-zero, counted for each tile. */
    long usedColumns(int most) {
        long count = 0;
        for (int tile = 0; tile < tiles(most); tile++) {
            boolean[] used = new boolean[columns];
            for (int i = tileRow(tile, most) * columns, end = tileRow(tile + 1, most) * columns, c = 0; i < end; i++, c = c + 1 == columns ? 0 : c + 1)
                if (values[i] != 0 && !used[c]) {
                    used[c] = true;
                    count++;
                }
        }
        return count;
    }

    /** Blocks that are not all zero of each size, in one pass: all that the rows fill, and those of the last rows, which do not fill a block of twice the size. */
    private void count() {
        if (counted) return;
        int[] masks = new int[columns];
        for (int base = 0; base < rows; base += STRIP) {
            int inside = Math.min(STRIP, rows - base);
            Arrays.fill(masks, 0);
            for (int i = 0; i < inside; i++) for (int c = 0, at = (base + i) * columns; c < columns; c++) if (values[at + c] != 0) masks[c] |= 1 << i;
            for (int s = 0, size = 1; s < whole.length; s++, size *= 2) {
                int starts = 0, ending = (rows & -2 * size) - base;
                for (int i = 0; i + size <= inside; i += size) starts |= 1 << i;
                boolean isLast = (rows & size) != 0 && ending >= 0 && ending < STRIP;
                for (int c = 0; c < columns; c++) {
                    if (s > 0) masks[c] |= masks[c] >> size / 2;
                    whole[s] += Integer.bitCount(masks[c] & starts);
                    if (isLast) last[s] += masks[c] >> ending & 1;
                }
            }
        }
        counted = true;
    }

    /** Different floats of the input that all columns together read for so many neighbouring pixels. */
    long reach(int pixels) {
        long[] sorted = offsets.clone();
        Arrays.sort(sorted);
        long total = 0;
        for (int i = 0; i < sorted.length; i++) total += i + 1 < sorted.length ? Math.min(pixels, sorted[i + 1] - sorted[i]) : pixels;
        return total;
    }
}
