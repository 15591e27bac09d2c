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
        if (size == words.length) grow();
        words[size++] = word;
    }

    public void add(float value) { add(Float.floatToRawIntBits(value)); }

    /** Byte offset of the next word. */
    public long bytes() { return 4L * size; }

    public int size() { return size; }

    public int get(int index) { return words[index]; }

    /** The words up to {@link #size}; the array may be longer. */
    public int[] array() { return words; }

    private void grow() {
        if (size > Integer.MAX_VALUE / 4) throw new Invalid("the packed weights are larger than 2 GB");
        words = Arrays.copyOf(words, Math.min(2 * size, Integer.MAX_VALUE / 4 + 16));
    }
}
