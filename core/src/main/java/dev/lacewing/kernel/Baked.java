package dev.lacewing.kernel;

import dev.lacewing.program.Machine;
import dev.lacewing.program.Program;
import dev.lacewing.program.ProgramBuilder;
import dev.lacewing.program.Ptr;
import dev.lacewing.program.Vec;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Y = W X + bias for a few rows of unstructured sparse W whose pattern is the code itself: no index is read. For each vector of pixels, each column with a non-zero is
 * loaded once and met by its weights, which stand in the order of use.
 *
 * <p>The stream: bias[rows], then the weights of each column. Writes {@code rows} rows of TILES vectors; row r's first pixel at Y + r * Y_STRIDE. BLOCKS must be 1,
 * and ROWS is {@code rows}.
 * NEXT is the address of the code of the tile that comes next, whose weights follow on these: both are asked for while this one runs, as far as {@link Ahead} says.
 * The code is about 8 bytes for each weight, and stays in the instruction cache while the pixels pass.
 */
public final class Baked {
    /** Beside those of {@link Tiles}. */
    public static final int NEXT = 7;

    /** Registers of a column's input and of a weight. */
    private static final int OPERANDS = 2;
    /** One byte of displacement reaches this far in floats, either way. */
    private static final int REACH = Float.BYTES * 128;

    private Baked() {}

    /**
     * Where W is not zero.
     *
     * @param rows of W
     * @param offsets of each column's input after X, in bytes, possibly negative; columns without a non-zero are left out
     * @param ends of each column's entries
     * @param entries the rows of the non-zeros, column by column
     */
    public record Pattern(int rows, int[] offsets, int[] ends, byte[] entries) {
        /** Of the content, so that a program's name can tell the pattern. */
        private long fingerprint(long seed) {
            long hash = mix(seed, rows);
            for (int v : offsets) hash = mix(hash, v);
            for (int v : ends) hash = mix(hash, v);
            for (byte v : entries) hash = mix(hash, v);
            return hash;
        }

        private static long mix(long hash, int value) { return (Long.rotateLeft(hash, 23) ^ value) * 0x9E3779B97F4A7C15L; }

        /** Bytes of machine code, about. */
        public long codeBytes() { return codeBytes(rows, offsets.length, entries.length); }

        public static long codeBytes(long rows, long columns, long nonzeros) { return 7 * nonzeros + 12 * columns + 40 * rows; }
    }

    /** Rows that the registers hold. */
    public static int mostRows(Epilogue epilogue, Machine machine) {
        ProgramBuilder b = new ProgramBuilder(machine);
        if (!Epilogue.isLong(epilogue)) new Finish(b, epilogue);
        return b.free() - OPERANDS;
    }

    /**
     * What a call asks for ahead of the call after it, a share with each vector of pixels.
     *
     * @param codeBytes of code with each vector; 0 if none comes next
     * @param weightBytes of weights with each vector
     * @param cold whether the code itself may stand beyond the caches, since nothing asked for it before
     */
    public record Ahead(int codeBytes, int weightBytes, boolean cold) {
        /** So much of a cold tile's own weights is asked for at once: more would drive itself out of the nearest cache, and be a long row of instructions. */
        private static final int AT_ONCE = 16 << 10;

        /** Of one call on its own. */
        public static final Ahead ALONE = new Ahead(0, 0, true);

        private static final int LINE = 64;

        /** @param next pattern of the next call, {@code vectors} of pixels long as this one, about */
        public static Ahead of(@Nullable Pattern next, int vectors, boolean first) {
            if (next == null) return new Ahead(0, 0, first);
            return new Ahead(lines(next.codeBytes(), vectors), lines((long) Float.BYTES * (next.rows + next.entries.length), vectors), first);
        }

        private long fingerprint() { return Pattern.mix(Pattern.mix(cold ? 1 : 0, codeBytes), weightBytes); }

        private static int lines(long bytes, int vectors) { return (int) Math.ceilDiv(Math.ceilDiv(bytes, LINE), vectors) * LINE; }
    }

    public static Program program(Pattern pattern, Ahead ahead, Epilogue epilogue, boolean residual, boolean masked, Machine machine) {
        ProgramBuilder b = new ProgramBuilder(machine);
        int weights = Float.BYTES * (pattern.rows + pattern.entries.length);
        if (ahead.cold) {
            b.prefetchCode();
            b.scope(() -> b.prefetch(b.argument(Tiles.STREAM), 0, Math.min(weights, Ahead.AT_ONCE)));
        }
        Ptr code = ahead.codeBytes > 0 ? b.argument(NEXT) : null, next = ahead.weightBytes > 0 ? b.argument(Tiles.STREAM) : null;
        if (next != null) b.advance(next, weights);
        Tiles.build(b, pattern.rows, 1, 1, epilogue, residual, masked, (x, stream, bank) -> {
            Tiles.bias(b, bank[0], stream, 0);
            b.scope(() -> columns(b, pattern, x, stream, Arrays.stream(bank[0]).map(row -> row[0]).toArray(Vec[]::new), new Asking(b, pattern, ahead, code, next)));
            if (code != null) b.advance(code, ahead.codeBytes);
            if (next != null) b.advance(next, ahead.weightBytes);
        });
        return b.build(name(pattern.rows) + Tiles.name(epilogue, residual, masked) + "-" + Long.toHexString(pattern.fingerprint(ahead.fingerprint())));
    }

    /** Spreads what is asked for ahead evenly over the columns: asked for at once it would wait for itself. */
    private static final class Asking {
        private final ProgramBuilder b;
        private final Ahead ahead;
        private final @Nullable Ptr code, weights;
        private final int columns;
        private int codeAt, weightAt;

        Asking(ProgramBuilder b, Pattern pattern, Ahead ahead, @Nullable Ptr code, @Nullable Ptr weights) {
            this.b = b;
            this.ahead = ahead;
            this.code = code;
            this.weights = weights;
            columns = Math.max(1, pattern.offsets.length);
        }

        void before(int column) {
            if (code != null) codeAt = ask(code, codeAt, ahead.codeBytes, column);
            if (weights != null) weightAt = ask(weights, weightAt, ahead.weightBytes, column);
        }

        private int ask(Ptr at, int from, int bytes, int column) {
            int to = (int) ((long) bytes / Ahead.LINE * (column + 1) / columns) * Ahead.LINE;
            if (to > from) b.prefetch(at, from, to - from);
            return to;
        }
    }

    /** Of the kernel without its pattern. */
    public static String name(int rows) { return "baked" + rows; }

    private static void columns(ProgramBuilder b, Pattern p, Ptr x, Ptr stream, Vec[] accs, Asking asking) {
        Vec in = b.vec(), weight = b.vec();
        int at = Float.BYTES * p.rows, from = 0;
        if (p.offsets.length == 0) asking.before(0);
        for (int c = 0; c < p.offsets.length; c++) {
            int n = p.ends[c] - from;
            asking.before(c);
            if (at + Float.BYTES * n > REACH) {
                b.advance(stream, at + REACH);
                at = -REACH;
            }
            Vec[] rows = new Vec[n];
            for (int i = 0; i < n; i++) rows[i] = accs[p.entries[from + i]];
            b.load(in, x, p.offsets[c]);
            b.fmaSplats(List.of(rows), in, weight, stream, at);
            at += Float.BYTES * n;
            from = p.ends[c];
        }
    }
}
