package dev.lacewing.kernel;

import dev.lacewing.program.Machine;

/**
 * The rows of a plane for {@link Depthwise}.
 *
 * @param in rows of the input, without halo
 * @param out rows of the output
 * @param padTop halo above
 */
public record Rows(int in, int out, int padTop) {
    private static final int MOST = 16;

    /** Whether a program for these rows alone is worth its length: it has few, and every output row meets an input row. */
    public boolean isWorthCode(int kernel, int stride, Machine machine) {
        return machine.bakes() && in <= 2 * MOST && out <= MOST && padTop < kernel && stride * (out - 1) - padTop < in;
    }

    int first(int row, int stride) { return Math.max(0, stride * row - padTop); }

    int last(int row, int stride, int kernel) { return Math.min(in - 1, stride * row - padTop + kernel - 1); }
}
