package dev.lacewing.plan;

/**
 * The weights of a convolution or a fully connected layer as a matrix: a row for each output channel, a column for each (input channel of the group, ky, kx).
 *
 * @param offsets of each column's input, in floats from where output pixel 0 reads
 */
record Matrix(float[] values, int rows, int columns, long[] offsets) {
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

    /** N x 1 blocks with a non-zero; rows that do not fill a block make smaller ones, as {@link PackedMatrix} packs them. */
    long blocks(int n) { return count(n, false); }

    /** Weights in those blocks. */
    long stored(int n) { return count(n, true); }

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

    private long count(int n, boolean weights) {
        long count = 0;
        for (int row = 0, m; row < rows; row += m) {
            m = Math.min(n, Integer.highestOneBit(rows - row));
            for (int column = 0; column < columns; column++) if (isBlock(row, m, column)) count += weights ? m : 1;
        }
        return count;
    }
}
