package dev.lacewing.kernel;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Columns of a filter of {@link Depthwise} that fall beside planes without a halo, where other pixels stand.
 *
 * @param left how many of the leftmost do so for some pixel
 * @param right of the rightmost
 */
public record Edges(int left, int right) {
    public static final Edges NONE = new Edges(0, 0);

    /** Of rows of {@code in} pixels and {@code out} outputs. */
    public static Edges of(int kernel, int stride, int padLeft, int in, int out) {
        return new Edges(Math.min(padLeft, kernel), Math.max(0, kernel - Math.max(0, in + padLeft - stride * (out - 1))));
    }

    /** What stands at EDGES, for so many vectors of outputs. */
    public int[] masks(int kernel, int stride, int padLeft, int in, int vectors, int lanes) {
        return IntStream.range(0, vectors).flatMap(vector -> IntStream.range(0, kernel).filter(column -> has(column, kernel))
                .flatMap(column -> IntStream.range(vector * lanes, (vector + 1) * lanes).map(output -> stride * output + column - padLeft))).map(x -> x >= 0 && x < in ? -1 : 0).toArray();
    }

    /** What stands at PARTS, for equal strips with {@code masks} from the left edge of the last one on; {@code words} of them for each. */
    public static int[] parts(int[] masks, int words, int strips) {
        int right = 0, plain = 0;
        while (right < strips && !isPlain(masks, words, strips - 1 - right)) right++;
        while (right + plain < strips && isPlain(masks, words, strips - 1 - right - plain)) plain++;
        return new int[] {right, plain, strips - right - plain, 0};
    }

    private static boolean isPlain(int[] masks, int words, int strip) { return Arrays.stream(masks, words * strip, words * (strip + 1)).allMatch(word -> word != 0); }

    /** So many columns. */
    public int count(int kernel) { return before(kernel, kernel); }

    String name() { return equals(NONE) ? "" : "-edges" + left + right; }

    boolean has(int column, int kernel) { return column < left || column >= kernel - right; }

    /** Those before {@code column}. */
    int before(int column, int kernel) { return Math.min(column, left) + Math.max(0, column - Math.max(left, kernel - right)); }
}
