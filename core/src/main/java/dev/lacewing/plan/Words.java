package dev.lacewing.plan;

import dev.lacewing.error.LacewingException.Invalid;
import java.util.Arrays;

/** Grows an array of 32-bit words: packed weights (floats by their bits, offsets and counts as they are) and tables. */
public final class Words {
    private static final int LINE = 16;
    private int[] words = new int[1024];
    private int size;

    /** Starts a cache line; returns its byte offset. */
    public long align() {
        while (size % LINE != 0) add(0);
        return bytes();
    }

    public void add(int word) {
        if (size == words.length) grow(1);
        words[size++] = word;
    }

    /** Adds {@code count} words, zero as yet: {@link #array} holds them from the returned index on, for the caller to set. */
    int reserve(int count) {
        if (count > words.length - size) grow(count);
        size += count;
        return size - count;
    }

    public void add(float value) { add(Float.floatToRawIntBits(value)); }

    /** Byte offset of the next word. */
    public long bytes() { return 4L * size; }

    public int size() { return size; }

    public int get(int index) { return words[index]; }

    /** The words up to {@link #size}; the array may be longer. */
    public int[] array() { return words; }

    private void grow(int count) {
        long needed = (long) size + count, most = Integer.MAX_VALUE / 4 + LINE;
        if (needed > most) throw new Invalid("the packed weights are larger than 2 GB");
        words = Arrays.copyOf(words, (int) Math.min(Math.max(needed, 2L * words.length), most));
    }
}
