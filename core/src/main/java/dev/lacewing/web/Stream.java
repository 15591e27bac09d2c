package dev.lacewing.web;

import dev.lacewing.plan.Words.Region;
import dev.lacewing.web.WeightsFile.Little;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Sparse block rows on the wire: offsets become indexes into the columns that occur, and these the distance from the index before, in 8 or 16 bits; counts, biases,
 * weights and distances stand each together.
 */
final class Stream {
    static final int KIND = 4;

    private static final int MOST = 0xffff, HALF = 1, WIDE = 2;

    private final int[] words;
    private final Region region;
    private final boolean half;
    private final int rows, record;
    private final int[] columns;
    private final int unit;
    private int blockRows, blocks;

    Stream(int[] words, Region region, boolean half) {
        this.words = words;
        this.region = region;
        this.half = half;
        rows = region.rows();
        record = 1 + rows;
        columns = columns(words, region);
        unit = unit(columns);
        for (int at = region.from(); at < region.to(); at += record * (1 + words[at])) {
            blockRows++;
            blocks += words[at];
        }
    }

    /** There are not too many blocks in a row for their count, nor columns for their indexes. */
    static boolean fits(int[] words, Region r) {
        int record = 1 + r.rows();
        for (int at = r.from(); at < r.to(); at += record * (1 + words[at])) if (words[at] > MOST) return false;
        return columns(words, r).length <= MOST;
    }

    static boolean fitsHalves(int[] words, Region r, float most) {
        int record = 1 + r.rows();
        for (int at = r.from(); at < r.to(); at += record * (1 + words[at]))
            for (int b = 1; b <= words[at]; b++) for (int i = 1; i < record; i++) if (!(Math.abs(Float.intBitsToFloat(words[at + b * record + i])) <= most)) return false;
        return true;
    }

    private static int[] columns(int[] words, Region r) {
        IntStream.Builder all = IntStream.builder();
        int record = 1 + r.rows();
        for (int at = r.from(); at < r.to(); at += record * (1 + words[at])) for (int b = 1; b <= words[at]; b++) all.add(words[at + b * record]);
        return all.build().sorted().distinct().toArray();
    }

    /** Of columns that are equally far apart; 0 of others. */
    private static int unit(int[] columns) {
        if (columns.length < 2) return columns.length;
        int unit = columns[1] - columns[0];
        for (int i = 2; i < columns.length; i++) if (columns[i] - columns[i - 1] != unit) return 0;
        return unit;
    }

    void write(Little out) {
        int[] distances = distances();
        boolean wide = Arrays.stream(distances).anyMatch(d -> d > 0xff);
        int[] table = unit == 0 ? columns : new int[0];
        out.i32(rows).i32(blockRows).i32(blocks).i32((half ? HALF : 0) + (wide ? WIDE : 0)).i32(columns.length == 0 ? 0 : columns[0]).i32(unit).i32(columns.length);
        for (int column : table) out.i32(column);
        for (int at = region.from(); at < region.to(); at += record * (1 + words[at])) for (int i = 1; i < record; i++) out.i32(words[at + i]);
        for (int at = region.from(); at < region.to(); at += record * (1 + words[at]))
            for (int b = 1; b <= words[at]; b++) for (int i = 1; i < record; i++) weight(out, words[at + b * record + i]);
        for (int at = region.from(); at < region.to(); at += record * (1 + words[at])) out.i16(words[at]);
        for (int d : distances) if (wide) out.i16(d); else out.i8(d);
    }

    private void weight(Little out, int bits) { if (half) out.i16(Float.floatToFloat16(Float.intBitsToFloat(bits))); else out.i32(bits); }

    /** Of each block's column from the one before in its block row, of the first from -1: 1 or more, going on at the first column after the last. */
    private int[] distances() {
        Map<Integer, Integer> index = new HashMap<>();
        for (int i = 0; i < columns.length; i++) index.put(columns[i], i);
        int[] distances = new int[blocks];
        int n = 0;
        for (int at = region.from(); at < region.to(); at += record * (1 + words[at]))
            for (int b = 1, before = -1; b <= words[at]; b++) {
                int column = index.getOrDefault(words[at + b * record], -1);
                distances[n++] = column > before ? column - before : column - before + columns.length;
                before = column;
            }
        return distances;
    }
}
