package dev.lacewing.kernel;

import dev.lacewing.program.ProgramBuilder;
import dev.lacewing.program.Ptr;
import dev.lacewing.program.Vec;
import org.jspecify.annotations.Nullable;

/** The frame that sparse and dense matrix kernels share: for each tile of pixels, for each block of rows: accumulate, finish, store. */
public final class Tiles {
    /**
     * Slots of the frame; the two after MASK are left to the kernel. X, Y, STREAM, MASK and RESIDUAL are addresses. MASK (masked programs only) is indexed like the
     * pixels from Y on.
     */
    public static final int X = 0, Y = 1, STREAM = 2, Y_STRIDE = 3, BLOCKS = 4, TILES = 5, MASK = 6, RESIDUAL = 9, RESIDUAL_STRIDE = 10, ROWS = 11, VECTORS = 12;

    interface BlockRow {
        /** Adds a block row's products to its bias, in {@code bank[0][row][vector]}; the other banks start at zero and are added at the end. */
        void accumulate(Ptr x, Ptr stream, Vec[][][] bank);
    }

    private Tiles() {}

    static void build(ProgramBuilder b, int rows, int vectors, int banks, Epilogue epilogue, boolean residual, boolean masked, BlockRow row) {
        Ptr x = b.argument(X), y = b.argument(Y), stride = b.argument(Y_STRIDE);
        Ptr mask = masked ? b.argument(MASK) : null, added = residual ? b.argument(RESIDUAL) : null;
        Finish finish = new Finish(b, Epilogue.isLong(epilogue) ? Epilogue.NONE : epilogue);
        b.loop(b.count(TILES), 1, () -> {
            Ptr stream = b.argument(STREAM), out = b.copy(y), other = added == null ? null : b.copy(added);
            b.loop(b.count(BLOCKS), 1, () -> {
                Ptr first = Epilogue.isLong(epilogue) ? b.copy(out) : null;
                b.scope(() -> {
                    Vec[][][] bank = new Vec[banks][][];
                    for (int u = 0; u < banks; u++) bank[u] = b.vecs(rows, vectors);
                    for (int u = 1; u < banks; u++) for (Vec[] accs : bank[u]) for (Vec acc : accs) b.constant(acc, 0f);
                    row.accumulate(x, stream, bank);
                    for (int u = 1; u < banks; u++)
                        for (int i = 0; i < rows; i++) for (int j = 0; j < vectors; j++) b.add(bank[0][i][j], bank[0][i][j], bank[u][i][j]);
                    b.scope(() -> store(b, finish, bank[0], other, first == null ? mask : null, out, stride));
                });
                if (first != null) finish(b, epilogue, vectors, mask, first, stride);
            });
            b.advance(x, vectors * b.vectorBytes());
            b.advance(y, vectors * b.vectorBytes());
            if (added != null) b.advance(added, vectors * b.vectorBytes());
            if (mask != null) b.advance(mask, vectors * b.vectorBytes());
        });
    }

    /** The mask's vectors stay in registers over the rows where they fit, else each is loaded at its use. */
    private static void store(ProgramBuilder b, Finish finish, Vec[][] sums, @Nullable Ptr residual, @Nullable Ptr mask, Ptr out, Ptr stride) {
        int vectors = sums[0].length;
        Vec[] kept = mask != null && sums.length > 1 && b.free() >= vectors ? loads(b, mask, vectors) : null;
        for (Vec[] row : sums) {
            for (int j = 0; j < vectors; j++) {
                Vec sum = row[j];
                int disp = j * b.vectorBytes();
                if (residual != null) b.scope(() -> b.add(sum, sum, b.load(residual, disp)));
                finish.apply(sum);
                if (kept != null) b.and(sum, sum, kept[j]);
                else if (mask != null) b.scope(() -> b.and(sum, sum, b.load(mask, disp)));
                b.store(sum, out, disp);
            }
            b.advance(out, stride);
            if (residual != null) b.advanceByArgument(residual, RESIDUAL_STRIDE);
        }
    }

    /**
     * A long epilogue, row by row over the sums just stored: they are in the nearest cache, and all registers are free for its constants. A module that is sent over the wire has
     * its code once, and not for each vector.
     */
    private static void finish(ProgramBuilder b, Epilogue epilogue, int vectors, @Nullable Ptr mask, Ptr out, Ptr stride) {
        Finish finish = new Finish(b, epilogue, 2);
        b.loop(b.count(ROWS), 1, () -> {
            if (vectors > 1 && b.machine().isSent()) {
                Ptr at = b.copy(out), bits = mask == null ? null : b.copy(mask);
                b.loop(b.count(VECTORS), 1, () -> {
                    finish(b, finish, at, bits, 0);
                    b.advance(at, b.vectorBytes());
                    if (bits != null) b.advance(bits, b.vectorBytes());
                });
            } else {
                for (int j = 0; j < vectors; j++) finish(b, finish, out, mask, j * b.vectorBytes());
            }
            b.advance(out, stride);
        });
    }

    private static void finish(ProgramBuilder b, Finish finish, Ptr at, @Nullable Ptr mask, int disp) {
        b.scope(() -> {
            Vec v = b.load(at, disp);
            finish.apply(v);
            if (mask != null) b.scope(() -> b.and(v, v, b.load(mask, disp)));
            b.store(v, at, disp);
        });
    }

    static Vec[] loads(ProgramBuilder b, Ptr at, int vectors) { return loads(b, at, 0, vectors); }

    static Vec[] loads(ProgramBuilder b, Ptr at, int disp, int vectors) {
        Vec[] in = new Vec[vectors];
        for (int j = 0; j < vectors; j++) in[j] = b.load(at, disp + j * b.vectorBytes());
        return in;
    }

    /** Every vector of row i = the i-th float at {@code at}. */
    static void bias(ProgramBuilder b, Vec[][] acc, Ptr at, int disp) {
        for (int i = 0; i < acc.length; i++) {
            b.splat(acc[i][0], at, disp + Float.BYTES * i);
            for (int j = 1; j < acc[i].length; j++) b.copy(acc[i][j], acc[i][0]);
        }
    }

    /** acc[i][j] += x[j] * w[i]. One row: each input vector is used at once, so that an emitter can fold it; more rows: inputs stay in registers. */
    static void outerProduct(ProgramBuilder b, Vec[][] acc, Ptr x, Ptr w, int disp) {
        int vectors = acc[0].length;
        if (acc.length == 1) {
            Vec weight = b.splat(w, disp);
            for (int j = 0; j < vectors; j++) {
                Vec sum = acc[0][j];
                int at = j * b.vectorBytes();
                b.scope(() -> b.fma(sum, b.load(x, at), weight));
            }
            return;
        }
        Vec[] in = loads(b, x, vectors);
        for (int i = 0; i < acc.length; i++) {
            Vec[] row = acc[i];
            int at = disp + Float.BYTES * i;
            b.scope(() -> {
                Vec weight = b.splat(w, at);
                for (int j = 0; j < vectors; j++) b.fma(row[j], in[j], weight);
            });
        }
    }

    /** The part of a program's name that tells the variant. */
    static String name(Epilogue epilogue, boolean residual, boolean masked) { return (residual ? "-add" : "") + Finish.name(epilogue, masked); }
}
