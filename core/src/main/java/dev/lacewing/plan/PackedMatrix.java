package dev.lacewing.plan;

import dev.lacewing.kernel.Baked;
import java.util.ArrayList;
import java.util.List;
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
    /** Floats of a cache line. */
    private static final int LINE = 16;

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
        long least = Long.MAX_VALUE, greatest = Long.MIN_VALUE;
        for (Matrix m : groups)
            for (long offset : m.offsets()) {
                least = Math.min(least, offset);
                greatest = Math.max(greatest, offset);
            }
        return new PackedMatrix(List.copyOf(packed), least, greatest);
    }

    private static BlockRow sparse(Words out, Matrix m, int row, int n, float[] bias, int first, boolean skipZeros) {
        long at = out.bytes();
        int columns = m.columns(), blocks = skipZeros ? 0 : columns;
        if (skipZeros) for (int c = 0; c < columns; c++) if (m.nonzero(row, n, c) != 0) blocks++;
        int next = out.reserve(1 + n + blocks * (1L + n));
        int[] words = out.array();
        words[next++] = blocks;
        next = bias(words, next, bias, first + row, n);
        for (int c = 0; c < columns; c++) {
            if (skipZeros && m.nonzero(row, n, c) == 0) continue;
            words[next++] = Math.toIntExact(4 * m.offsets()[c]);
            column(words, next, m, row, n, c);
            next += n;
        }
        out.mark(Words.Kind.STREAM, n, (int) (at / 4));
        return new BlockRow(Format.SPARSE, n, first + row, at, blocks, null);
    }

    private static BlockRow baked(Words out, Matrix m, int row, int end, float[] bias, int first) {
        long at = out.bytes();
        int rows = end - row, used = 0, n = 0;
        for (int c = 0; c < m.columns(); c++) {
            long nonzero = m.nonzero(row, rows, c);
            if (nonzero != 0) used++;
            n += Long.bitCount(nonzero);
        }
        int[] offsets = new int[used], ends = new int[used];
        byte[] entries = new byte[n];
        int next = out.reserve(rows + n);
        int[] words = out.array();
        next = bias(words, next, bias, first + row, rows);
        used = n = 0;
        for (int c = 0; c < m.columns(); c++) {
            long nonzero = m.nonzero(row, rows, c);
            if (nonzero == 0) continue;
            for (long bits = nonzero; bits != 0; bits &= bits - 1) {
                int r = Long.numberOfTrailingZeros(bits);
                words[next++] = Float.floatToRawIntBits(m.at(row + r, c));
                entries[n++] = (byte) r;
            }
            offsets[used] = Math.toIntExact(4 * m.offsets()[c]);
            ends[used++] = n;
        }
        return new BlockRow(Format.BAKED, rows, first + row, at, n, new Baked.Pattern(rows, offsets, ends, entries));
    }

    private static BlockRow dense(Words out, Matrix m, int row, int n, float[] bias, int first) {
        long at = out.bytes();
        int next = out.reserve(n * (1L + m.columns()));
        transposed(out.array(), bias(out.array(), next, bias, first + row, n), m, row, n, n);
        out.mark(Words.Kind.WEIGHTS, 0, (int) (at / 4));
        return new BlockRow(Format.DENSE, n, first + row, at, m.columns(), null);
    }

    private static int bias(int[] words, int at, float[] bias, int row, int n) {
        for (int i = 0; i < n; i++) words[at + i] = Float.floatToRawIntBits(bias[row + i]);
        return at + n;
    }

    private static void column(int[] words, int at, Matrix m, int row, int n, int column) {
        float[] values = m.values();
        for (int i = 0, from = row * m.columns() + column; i < n; i++, from += m.columns()) words[at + i] = Float.floatToRawIntBits(values[from]);
    }

    /** Rows {@code row} to {@code row + n} (exclusive), column by column, a column every {@code pitch} words; a few columns at a time, which stay in the cache. */
    static void transposed(int[] words, int at, Matrix m, int row, int n, int pitch) {
        float[] values = m.values();
        int columns = m.columns();
        for (int c = 0; c < columns; c += LINE)
            for (int i = 0, end = Math.min(c + LINE, columns); i < n; i++)
                for (int k = c, from = (row + i) * columns + c, to = at + i + c * pitch; k < end; k++, to += pitch) words[to] = Float.floatToRawIntBits(values[from++]);
    }
}
