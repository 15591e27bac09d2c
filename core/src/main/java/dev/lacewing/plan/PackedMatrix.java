package dev.lacewing.plan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.LongSummaryStatistics;

/**
 * A matrix packed for the kernels: block rows one after another in the constants. A sparse block row is {count, bias[N]} and then {byte offset, weights[N]} for each
 * block; a dense one is {bias[N]} and then {weights[N]} for each column. The last rows of a group that do not fill a block go into smaller sparse blocks.
 *
 * @param least of the columns' offsets, in floats
 * @param greatest of the columns' offsets, in floats
 */
record PackedMatrix(List<BlockRow> blockRows, long least, long greatest) {
    /**
     * @param rows N
     * @param row first output channel
     * @param bytes where its record starts among the constants
     * @param blocks number of blocks
     */
    record BlockRow(boolean sparse, int rows, int row, long bytes, int blocks) {
        boolean continues(BlockRow previous) { return sparse == previous.sparse && rows == previous.rows; }
    }

    /**
     * @param groups the rows of group g follow those of group g-1 in {@code bias} and in the output
     * @param strided all columns are equally far apart, so that a dense block row needs no offsets
     */
    static PackedMatrix pack(Words out, List<Matrix> groups, float[] bias, MatrixChoice choice, boolean strided) {
        List<BlockRow> packed = new ArrayList<>();
        out.align();
        int first = 0;
        for (Matrix m : groups) {
            for (int row = 0; row < m.rows(); ) {
                int n = Math.min(choice.rows(), Integer.highestOneBit(m.rows() - row));
                boolean gemm = !choice.sparse() && strided && n == choice.rows();
                packed.add(gemm ? dense(out, m, row, n, bias, first) : sparse(out, m, row, n, bias, first, choice.sparse()));
                row += n;
            }
            first += m.rows();
        }
        LongSummaryStatistics offsets = groups.stream().flatMapToLong(m -> Arrays.stream(m.offsets())).summaryStatistics();
        return new PackedMatrix(List.copyOf(packed), offsets.getMin(), offsets.getMax());
    }

    private static BlockRow sparse(Words out, Matrix m, int row, int n, float[] bias, int first, boolean skipZeros) {
        long at = out.bytes();
        List<Integer> columns = new ArrayList<>();
        for (int c = 0; c < m.columns(); c++) if (!skipZeros || m.isBlock(row, n, c)) columns.add(c);
        out.add(columns.size());
        for (int i = 0; i < n; i++) out.add(bias[first + row + i]);
        for (int c : columns) {
            out.add(Math.toIntExact(4 * m.offsets()[c]));
            for (int i = 0; i < n; i++) out.add(m.at(row + i, c));
        }
        return new BlockRow(true, n, first + row, at, columns.size());
    }

    private static BlockRow dense(Words out, Matrix m, int row, int n, float[] bias, int first) {
        long at = out.bytes();
        for (int i = 0; i < n; i++) out.add(bias[first + row + i]);
        for (int c = 0; c < m.columns(); c++) for (int i = 0; i < n; i++) out.add(m.at(row + i, c));
        return new BlockRow(false, n, first + row, at, m.columns());
    }
}
