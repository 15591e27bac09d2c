package dev.lacewing.plan;

import dev.lacewing.error.LacewingException.Invalid;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Grows an array of 32-bit words: packed weights (floats by their bits, offsets and counts as they are) and tables. */
public final class Words {
    /** What words are, for whoever stores them smaller. */
    public enum Kind {
        /** Unknown. */
        WORDS,
        /** Floats that may lose some bits: weights, with the biases between them. */
        WEIGHTS,
        /** Whole sparse block rows, as {@link dev.lacewing.kernel.Spmm} reads them. */
        STREAM
    }

    /**
     * Neighbours of one kind.
     *
     * @param from first word
     * @param to after the last
     * @param rows of a block in a stream, else 0
     */
    public record Region(Kind kind, int rows, int from, int to) {}

    private static final int LINE = 16;
    private int[] words = new int[1024];
    private int size, barrier;
    private final List<Region> regions = new ArrayList<>();

    /** Starts a cache line; returns its byte offset. */
    public long align() {
        while (size % LINE != 0) add(0);
        unknown(size);
        barrier = size;
        return bytes();
    }

    /** Words from {@code from} to the last one added are of this kind: one region with those before, unless they stand before the last alignment. */
    void mark(Kind kind, int rows, int from) {
        unknown(from);
        Region last = regions.isEmpty() ? new Region(Kind.WORDS, 0, 0, 0) : regions.getLast();
        if (from > barrier && !regions.isEmpty() && last.kind == kind && last.rows == rows && last.to == from) regions.set(regions.size() - 1, new Region(kind, rows, last.from, size));
        else if (from < size) regions.add(new Region(kind, rows, from, size));
    }

    private void unknown(int end) {
        int from = regions.isEmpty() ? 0 : regions.getLast().to;
        if (from < end) regions.add(new Region(Kind.WORDS, 0, from, end));
    }

    /** All words, in order. What was added between two alignments stands in regions of its own. */
    public List<Region> regions() {
        unknown(size);
        return List.copyOf(regions);
    }

    public void add(int word) {
        if (size == words.length) grow(1);
        words[size++] = word;
    }

    /** Adds {@code count} words, zero as yet: {@link #array} holds them from the returned index on, for the caller to set. */
    int reserve(long count) {
        if (count > words.length - size) grow(count);
        size += (int) count;
        return size - (int) count;
    }

    public void add(float value) { add(Float.floatToRawIntBits(value)); }

    /** Byte offset of the next word. */
    public long bytes() { return 4L * size; }

    public int size() { return size; }

    public int get(int index) { return words[index]; }

    /** The words up to {@link #size}; the array may be longer. */
    public int[] array() { return words; }

    private void grow(long count) {
        long needed = size + count, most = Integer.MAX_VALUE / 4 + LINE;
        if (needed > most) throw new Invalid("the packed weights are larger than 2 GB");
        words = Arrays.copyOf(words, (int) Math.min(Math.max(needed, 2L * words.length), most));
    }
}
