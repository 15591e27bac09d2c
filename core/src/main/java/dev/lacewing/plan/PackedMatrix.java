package dev.lacewing.plan;

import dev.lacewing.kernel.Baked;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.LongSummaryStatistics;
import org.jspecify.annotations.Nullable;

/**
 * A matrix packed for the kernels: block rows one after another in the constants. A sparse block row is {count, bias[N]} and then {byte offset, weights[N]} for each
 * block; a dense one is {bias[N]} and then {weights[N]} for each column. The last rows of a group that do not fill a block go into smaller sparse blocks. A baked one
 * is {bias[N]} and then the non-zeros, column by column.
 *
 * @param least of the columns' offsets, in floats
 * @param greatest of the columns' offsets, in floats
 */
record PackedMatrix(List<BlockRow> blockRows, long least, long greatest) {
    /**
     * @param rows N
     * @param row first output channel
     * @param bytes where its record starts among the constants
     * @param blocks number of blocks; of non-zeros, if baked
     * @param pattern of a baked block row only
     */
    record BlockRow(Format format, int rows, int row, long bytes, int blocks, Baked.@Nullable Pattern pattern) {
        /** Reads its columns at their own offsets. */
        boolean sparse() { return format != Format.DENSE; }

        /** One call can do both. */
        boolean continues(BlockRow previous) { return format == previous.format && format != Format.BAKED && rows == previous.rows; }
    }

    /** Of machine code, about. */
    long codeBytes() { return blockRows.stream().mapToLong(r -> r.pattern == null ? 0 : r.pattern.codeBytes()).sum(); }

    /**
     * @param groups the rows of group g follow those of group g-1 in {@code bias} and in the output
     * @param strided all columns are equally far apart, so that a dense block row needs no offsets
     */
    static PackedMatrix pack(Words out, List<Matrix> groups, float[] bias, MatrixChoice choice, boolean strided) {
        List<BlockRow> packed = new ArrayList<>();
        out.align();
        int first = 0;
        for (Matrix m : groups) {
            if (choice.format() == Format.BAKED)
                for (int tile = 0; tile < m.tiles(choice.rows()); tile++)
                    packed.add(baked(out, m, m.tileRow(tile, choice.rows()), m.tileRow(tile + 1, choice.rows()), bias, first));
            else for (int row = 0; row < m.rows(); ) {
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
        return new BlockRow(Format.SPARSE, n, first + row, at, columns.size(), null);
    }

    private static BlockRow baked(Words out, Matrix m, int row, int end, float[] bias, int first) {
        long at = out.bytes();
        int[] next = new int[m.columns() + 1];   // of column c's entries: first their number in c + 1, then the place of the next
        for (int r = row; r < end; r++) for (int c = 0; c < m.columns(); c++) if (m.at(r, c) != 0) next[c + 1]++;
        int used = 0, n = 0;
        for (int c = 0; c < m.columns(); c++) if (next[c + 1] != 0) used++;
        int[] offsets = new int[used], ends = new int[used];
        used = 0;
        for (int c = 0; c < m.columns(); c++) {
            if (next[c + 1] != 0) {
                offsets[used] = Math.toIntExact(4 * m.offsets()[c]);
                ends[used++] = n + next[c + 1];
            }
            n += next[c + 1];
            next[c + 1] = n;
        }
        byte[] entries = new byte[n];
        float[] weights = new float[n];
        for (int r = row; r < end; r++)
            for (int c = 0; c < m.columns(); c++)
                if (m.at(r, c) != 0) {
                    weights[next[c]] = m.at(r, c);
                    entries[next[c]++] = (byte) (r - row);
                }
        for (int r = row; r < end; r++) out.add(bias[first + r]);
        for (float w : weights) out.add(w);
        return new BlockRow(Format.BAKED, end - row, first + row, at, n, new Baked.Pattern(end - row, offsets, ends, entries));
    }

    private static BlockRow dense(Words out, Matrix m, int row, int n, float[] bias, int first) {
        long at = out.bytes();
        for (int i = 0; i < n; i++) out.add(bias[first + row + i]);
        for (int c = 0; c < m.columns(); c++) for (int i = 0; i < n; i++) out.add(m.at(row + i, c));
        return new BlockRow(Format.DENSE, n, first + row, at, m.columns(), null);
    }
}
