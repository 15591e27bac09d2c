package dev.lacewing.kernel;

import dev.lacewing.program.Machine;
import dev.lacewing.program.Program;
import dev.lacewing.program.ProgramBuilder;
import dev.lacewing.program.Ptr;
import dev.lacewing.program.Vec;

/**
 * y = W x + bias for one vector x of DEPTH floats, outputs along the lanes. The stream has, for each of TILES tiles of V vectors of outputs,
 * {bias[V * lanes]}, then {weight[k][V * lanes]} for each k. Writes whole tiles, one after the other from Y. Where code is short, results of a
 * long epilogue stand at Y before it, too: Y is then read as well. Fixed value: VECTORS is V.
 */
public final class FullyConnected {
    public static final int X = 0, Y = 1, STREAM = 2, TILES = 3, DEPTH = 4, VECTORS = 5;

    /** Inputs taken at a time, each with its own accumulators: enough of them to wait for memory, not for the multiply-add. Engines of
     * WebAssembly put all loads of a loop's body before its multiply-adds, and have no registers for those of two inputs. */
    private static int unroll(Machine machine) { return machine.spills() ? 1 : 2; }

    private FullyConnected() {}

    /** @param vectors V; 4 for speed, 1 for few outputs */
    public static Program program(int vectors, Epilogue epilogue, Machine machine) {
        ProgramBuilder b = new ProgramBuilder(machine);
        Ptr x = b.argument(X), y = b.argument(Y), stream = b.argument(STREAM);
        boolean later = vectors > 1 && Epilogue.isLong(epilogue) && machine.isSent();
        Finish finish = new Finish(b, epilogue);
        b.loop(b.count(TILES), 1, () -> {
            Ptr in = b.copy(x);
            Vec[][] banks = new Vec[unroll(machine)][];
            banks[0] = Tiles.loads(b, stream, vectors);
            for (int u = 1; u < banks.length; u++) banks[u] = zeros(b, vectors);
            b.advance(stream, vectors * b.vectorBytes());
            b.unrolled(b.count(DEPTH), banks.length, inputs -> inputs(b, inputs, in, stream, banks));
            for (int j = 0; j < vectors; j++) {
                Vec sum = banks[0][j];
                for (int u = 1; u < banks.length; u++) b.add(sum, sum, banks[u][j]);
                if (!later) finish.apply(sum);
                b.store(sum, y, j * b.vectorBytes());
            }
            if (later)
                b.loop(b.count(VECTORS), 1, () -> {
                    Vec v = b.load(y, 0);
                    finish.apply(v);
                    b.store(v, y, 0);
                    b.advance(y, b.vectorBytes());
                });
            else b.advance(y, vectors * b.vectorBytes());
        });
        return b.build("fully-connected" + vectors + "u" + unroll(machine) + Finish.name(epilogue, false));
    }

    private static Vec[] zeros(ProgramBuilder b, int vectors) {
        Vec[] zeros = b.vecs(vectors);
        for (Vec v : zeros) b.constant(v, 0f);
        return zeros;
    }

    /** So many inputs, each with a bank of accumulators. */
    private static void inputs(ProgramBuilder b, int inputs, Ptr in, Ptr stream, Vec[]... banks) {
        int row = banks[0].length * b.vectorBytes();
        for (int u = 0; u < inputs; u++) {
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
        b.advance(in, inputs * Float.BYTES);
        b.advance(stream, inputs * row);
    }
}
