package dev.lacewing.kernel;

import dev.lacewing.program.Int;
import dev.lacewing.program.Machine;
import dev.lacewing.program.Program;
import dev.lacewing.program.ProgramBuilder;
import dev.lacewing.program.Ptr;
import dev.lacewing.program.Vec;

/**
 * y = W x + bias for one vector x of DEPTH floats, outputs along the lanes. The stream has, for each of TILES tiles of V vectors of outputs,
 * {bias[V * lanes]}, then {weight[k][V * lanes]} for each k. Writes whole tiles, one after the other from Y.
 */
public final class FullyConnected {
    static final int X = 0, Y = 1, STREAM = 2, TILES = 3, DEPTH = 4, SLOTS = 5;

    /** Inputs taken at a time, each with its own accumulators: enough of them to wait for memory, not for the multiply-add. */
    private static final int UNROLL = 2;

    private FullyConnected() {}

    /** @param vectors V; 4 for speed, 1 for few outputs */
    public static Program program(int vectors, Epilogue epilogue, Machine machine) {
        ProgramBuilder b = new ProgramBuilder(machine);
        Ptr x = b.argument(X), y = b.argument(Y), stream = b.argument(STREAM);
        Finish finish = new Finish(b, epilogue);
        b.loop(b.count(TILES), 1, () -> {
            Ptr in = b.copy(x);
            Vec[] sums = Tiles.loads(b, stream, vectors), others = b.vecs(vectors);
            for (Vec v : others) b.constant(v, 0f);
            b.advance(stream, vectors * b.vectorBytes());
            Int n = b.count(DEPTH);
            inputs(b, n, in, stream, sums, others);
            inputs(b, n, in, stream, sums);
            for (int j = 0; j < vectors; j++) {
                b.add(sums[j], sums[j], others[j]);
                finish.apply(sums[j]);
                b.store(sums[j], y, j * b.vectorBytes());
            }
            b.advance(y, vectors * b.vectorBytes());
        });
        return b.build("fully-connected" + vectors + "u" + UNROLL + Finish.name(epilogue, false));
    }

    /** As many inputs at a time as there are banks of accumulators. */
    private static void inputs(ProgramBuilder b, Int n, Ptr in, Ptr stream, Vec[]... banks) {
        int row = banks[0].length * b.vectorBytes();
        b.loop(n, banks.length, () -> {
            for (int u = 0; u < banks.length; u++) {
                Vec[] acc = banks[u];
                int first = u * row, at = u * Float.BYTES;
                b.scope(() -> {
                    Vec value = b.splat(in, at);
                    for (int j = 0; j < acc.length; j++) {
                        Vec sum = acc[j];
                        int disp = first + j * b.vectorBytes();
                        b.scope(() -> b.fma(sum, b.load(stream, disp), value));
                    }
                });
            }
            b.advance(in, banks.length * Float.BYTES);
            b.advance(stream, banks.length * row);
        });
    }
}
