package dev.lacewing.plan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The weights of a convolution or a fully connected layer as a matrix: a row for each output channel, a column for each (input channel of the group, ky, kx).
 *
 * @param offsets of each column's input, in floats from where output pixel 0 reads
 */
record Matrix(float[] values, int rows, int columns, long[] offsets) {
    /**
     * The blocks of one size.
     *
     * @param size rows of a block
     * @param rows block rows of that size
     * @param blocks in them, zeros skipped or not
     */
    record Blocks(int size, int rows, long blocks) {}

    float at(int row, int column) { return values[row * columns + column]; }

    /** Some weight of rows {@code row} to {@code row + n} (exclusive) is not zero. */
    boolean isBlock(int row, int n, int column) {
        for (int i = row; i < row + n; i++) if (at(i, column) != 0) return true;
        return false;
    }

    long nonzeros() {
        long count = 0;
        for (float v : values) if (v != 0) count++;
        return count;
    }

    /** N x 1 blocks, largest first; rows that do not fill a block make smaller ones, as {@link PackedMatrix} packs them. */
    List<Blocks> blocksBySize(int n, boolean skipZeros) {
        int[] blockRows = new int[Integer.numberOfTrailingZeros(n) + 1];
        long[] blocks = new long[blockRows.length];
        for (int row = 0, m; row < rows; row += m) {
            m = Math.min(n, Integer.highestOneBit(rows - row));
            int size = Integer.numberOfTrailingZeros(m);
            blockRows[size]++;
            if (!skipZeros) blocks[size] += columns;
            else for (int column = 0; column < columns; column++) if (isBlock(row, m, column)) blocks[size]++;
        }
        List<Blocks> sizes = new ArrayList<>();
        for (int s = blocks.length - 1; s >= 0; s--) if (blockRows[s] > 0) sizes.add(new Blocks(1 << s, blockRows[s], blocks[s]));
        return sizes;
    }

    /** Weights in blocks that are not all zero. */
    long stored(int n) { return blocksBySize(n, true).stream().mapToLong(b -> b.blocks() * b.size()).sum(); }

    /** Different floats of the input that all columns together read for so many neighbouring pixels. */
    long reach(int pixels) {
        long[] sorted = offsets.clone();
        Arrays.sort(sorted);
        long total = 0;
        for (int i = 0; i < sorted.length; i++) total += i + 1 < sorted.length ? Math.min(pixels, sorted[i + 1] - sorted[i]) : pixels;
        return total;
    }
}
