package dev.lacewing.sparse;

import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.tensor.Tensor;

/**
 * A sparse matrix in runs of {@code n} rows: for each run the columns in which at least one of its rows is non-zero, ascending, with the {@code n} values
 * of each. With {@code n} = 1 this is the usual compressed sparse row format. Where {@code n} does not divide {@code rows}, zero rows fill the last run.
 *
 * @param starts position in {@code columnIndices} of each run's first column, and the number of blocks at the end
 * @param values {@code n} for each block
 */
public record BlockRows(int rows, int columns, int n, int[] starts, int[] columnIndices, float[] values) {
    /** @throws Invalid if the arrays do not fit together */
    public BlockRows {
        if (rows < 1 || columns < 1 || n < 1) throw new Invalid("a sparse matrix needs rows, columns and a block height of at least 1, got " + rows + ", " + columns + ", " + n);
        if (starts.length != Math.ceilDiv(rows, n) + 1 || starts[0] != 0 || starts[starts.length - 1] != columnIndices.length || values.length != (long) columnIndices.length * n)
            throw new Invalid("the arrays of a sparse matrix do not fit its " + rows + " rows in runs of " + n);
        for (int run = 0; run + 1 < starts.length; run++) {
            if (starts[run] > starts[run + 1] || starts[run + 1] > columnIndices.length) throw new Invalid("the runs of a sparse matrix overlap");
            for (int i = starts[run], last = -1; i < starts[run + 1]; last = columnIndices[i++])
                if (columnIndices[i] <= last || columnIndices[i] >= columns) throw new Invalid("the columns of a sparse matrix must ascend below " + columns);
        }
    }

    /** The matrix whose rows are the tensor's first axis and whose columns are all others. */
    public static BlockRows of(Tensor weight, int n) {
        int rows = weight.shape().dim(0);
        return of(weight.values(), rows, weight.size() / rows, n);
    }

    /** @param weights row-major */
    public static BlockRows of(float[] weights, int rows, int columns, int n) {
        if (weights.length != (long) rows * columns || n < 1) throw new Invalid("expected " + rows + "x" + columns + " weights, got " + weights.length + ", in runs of " + n);
        int[] starts = new int[Math.ceilDiv(rows, n) + 1];
        for (int run = 0; run + 1 < starts.length; run++) {
            starts[run + 1] = starts[run];
            for (int column = 0; column < columns; column++) if (isStored(weights, rows, columns, n, run, column)) starts[run + 1]++;
        }
        int[] indices = new int[starts[starts.length - 1]];
        float[] values = new float[Math.multiplyExact(indices.length, n)];
        for (int run = 0, block = 0; run + 1 < starts.length; run++)
            for (int column = 0; column < columns; column++) {
                if (!isStored(weights, rows, columns, n, run, column)) continue;
                for (int i = 0; i < n && run * n + i < rows; i++) values[block * n + i] = weights[(run * n + i) * columns + column];
                indices[block++] = column;
            }
        return new BlockRows(rows, columns, n, starts, indices, values);
    }

    private static boolean isStored(float[] weights, int rows, int columns, int n, int run, int column) {
        for (int row = run * n; row < Math.min(rows, run * n + n); row++) if (weights[row * columns + column] != 0) return true;
        return false;
    }

    /** Number of runs of {@code n} rows. */
    public int blockRows() { return starts.length - 1; }

    /** Number of blocks in one run. */
    public int blocks(int run) { return starts[run + 1] - starts[run]; }

    public int blocks() { return columnIndices.length; }

    /** Weights that a kernel multiplies: {@code n} for each block, zeros among them included. */
    public int storedWeights() { return values.length; }

    public int nonzeros() {
        int count = 0;
        for (float v : values) if (v != 0) count++;
        return count;
    }

    /** Share of non-zeros among the stored weights; 1 for an empty matrix. */
    public double fill() { return values.length == 0 ? 1 : (double) nonzeros() / values.length; }

    /** Row-major, without the rows that fill the last run. */
    public float[] toDense() {
        float[] dense = new float[Math.multiplyExact(rows, columns)];
        for (int run = 0; run < blockRows(); run++)
            for (int block = starts[run]; block < starts[run + 1]; block++)
                for (int i = 0; i < n && run * n + i < rows; i++) dense[(run * n + i) * columns + columnIndices[block]] = values[block * n + i];
        return dense;
    }
}
