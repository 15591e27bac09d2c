package dev.lacewing.web;

import dev.lacewing.plan.Words.Region;
import dev.lacewing.web.WeightsFile.Little;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Sparse block rows on the wire: offsets become indexes into the columns that occur, and these the distance from the index before, in 8 or 16 bits;
 * counts, biases, weights and distances stand each together.
 */
final class Stream {
    static final int KIND = 4;

    private static final int MOST = 0xffff, HALF = 1, WIDE = 2;

    private final int[] words;
    private final int rows;
    /** Where block rows start, and blocks: a block row's count is before its biases, a block's offset before its weights. */
    private final int[] starts, blocks;
    private final int[] columns;
    private final int unit;

    Stream(int[] words, Region region) {
        this.words = words;
        rows = region.rows();
        int record = 1 + rows;
        starts = IntStream.iterate(region.from(), at -> at < region.to(), at -> at + record * (1 + words[at])).toArray();
        blocks = Arrays.stream(starts).flatMap(at -> IntStream.rangeClosed(1, words[at]).map(b -> at + b * record)).toArray();
        columns = Arrays.stream(blocks).map(at -> words[at]).sorted().distinct().toArray();
        unit = unit(columns);
    }

    /** There are not too many blocks in a row for their count, nor columns for their indexes. */
    boolean fits() { return columns.length <= MOST && Arrays.stream(starts).allMatch(at -> words[at] <= MOST); }

    /** Bits of the blocks' floats, in order. */
    IntStream weights() { return floats(blocks); }

    private IntStream floats(int[] records) { return Arrays.stream(records).flatMap(at -> Arrays.stream(words, at + 1, at + 1 + rows)); }

    /** Of columns that are equally far apart; 0 of others. */
    private static int unit(int[] columns) {
        if (columns.length < 2) return columns.length;
        int unit = columns[1] - columns[0];
        for (int i = 2; i < columns.length; i++) if (columns[i] - columns[i - 1] != unit) return 0;
        return unit;
    }

    void write(Little out, boolean half) {
        int[] distances = distances();
        boolean wide = Arrays.stream(distances).anyMatch(d -> d > 0xff);
        out.i32(rows).i32(starts.length).i32(blocks.length).i32((half ? HALF : 0) + (wide ? WIDE : 0));
        out.i32(columns.length == 0 ? 0 : columns[0]).i32(unit).i32(columns.length);
        if (unit == 0) for (int column : columns) out.i32(column);
        floats(starts).forEach(out::i32);
        weights().forEach(half ? out::half : out::i32);
        for (int at : starts) out.i16(words[at]);
        for (int d : distances) if (wide) out.i16(d); else out.i8(d);
    }

    /** Of each block's column from the one before in its block row, of the first from -1: 1 or more, going on at the first column after the last. */
    private int[] distances() {
        int[] distances = new int[blocks.length];
        int n = 0;
        for (int at : starts)
            for (int end = n + words[at], before = -1; n < end; n++) {
                int column = Arrays.binarySearch(columns, words[blocks[n]]);
                distances[n] = column > before ? column - before : column - before + columns.length;
                before = column;
            }
        return distances;
    }
}
