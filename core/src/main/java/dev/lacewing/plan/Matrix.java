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

    private long count(int n, boolean weights) {
        long count = 0;
        for (int row = 0, m; row < rows; row += m) {
            m = Math.min(n, Integer.highestOneBit(rows - row));
            for (int column = 0; column < columns; column++) if (isBlock(row, m, column)) count += weights ? m : 1;
        }
        return count;
    }
}
