package dev.lacewing.kernel;

import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.program.Int;
import dev.lacewing.program.Machine;
import dev.lacewing.program.Program;
import dev.lacewing.program.ProgramBuilder;
import dev.lacewing.program.Ptr;
import dev.lacewing.program.Vec;

/**
 * Pooling of CHANNELS planes. Each output pixel is the largest of, or the sum over, its taps; pixels stand as far apart in the input as in the output,
 * so a plane is walked as one flat run of TILES tiles of V vectors, row gaps included, and a strided window needs its input split by {@link Stage}.
 * A tap is read at its byte offset (possibly negative) from the pixel's address; TAPS has {int count, int offset[count]}.
 *
 * <p>SCALE (scaled programs only) has a float for each pixel of the output plane, which the result is multiplied by: for an average 1 / the number of
 * inputs, in a gap 0. Every tap takes part, also one that reads a halo: a maximum needs halos that cannot win.
 */
public final class Pool {
    public static final int X = 0, Y = 1, TAPS = 2, SCALE = 3, CHANNELS = 4, TILES = 5, X_PLANE = 6, Y_PLANE = 7;

    public enum Kind { MAX, SUM }

    private Pool() {}

    /** @param vectors V, 1 to 8: pixels of a tile share the walk over the taps */
    public static Program program(Kind kind, int vectors, boolean scaled, Machine machine) {
        if (vectors < 1 || vectors > 8) throw new Invalid("a pooling tile has 1 to 8 vectors, got " + vectors);
        ProgramBuilder b = new ProgramBuilder(machine);
        Ptr x = b.argument(X), y = b.argument(Y), taps = b.argument(TAPS);
        b.loop(b.count(CHANNELS), 1, () -> {
            Ptr in = b.copy(x), out = b.copy(y), scale = scaled ? b.argument(SCALE) : null;
            int tile = vectors * b.vectorBytes();
            b.loop(b.count(TILES), 1, () -> {
                Vec[] acc = b.vecs(vectors);
                for (Vec v : acc) b.constant(v, kind == Kind.MAX ? Float.NEGATIVE_INFINITY : 0);
                taps(b, kind, in, taps, acc);
                for (int j = 0; j < vectors; j++) {
                    Vec v = acc[j];
                    int disp = j * b.vectorBytes();
                    if (scale != null) b.scope(() -> b.mul(v, v, b.load(scale, disp)));
                    b.store(v, out, disp);
                }
                b.advance(in, tile);
                b.advance(out, tile);
                if (scale != null) b.advance(scale, tile);
            });
            b.advanceByArgument(x, X_PLANE);
            b.advanceByArgument(y, Y_PLANE);
        });
        return b.build("pool-" + (kind == Kind.MAX ? "max" : "sum") + vectors + (scaled ? "-scaled" : ""));
    }

    private static void taps(ProgramBuilder b, Kind kind, Ptr in, Ptr taps, Vec[] acc) {
        b.scope(() -> {
            Ptr tap = b.copy(taps);
            Int n = b.count(tap, 0);
            b.loop(n, 1, () -> {
                b.advance(tap, Integer.BYTES);
                Ptr at = b.index(in, tap, 0);
                for (int j = 0; j < acc.length; j++) {
                    Vec v = acc[j];
                    int disp = j * b.vectorBytes();
                    b.scope(() -> {
                        Vec value = b.load(at, disp);
                        switch (kind) {
                            case MAX -> b.max(v, v, value);
                            case SUM -> b.add(v, v, value);
                        }
                    });
                }
            });
        });
    }
}
