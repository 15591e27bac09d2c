package dev.lacewing.kernel;

import dev.lacewing.program.Int;
import dev.lacewing.program.Machine;
import dev.lacewing.program.Program;
import dev.lacewing.program.ProgramBuilder;
import dev.lacewing.program.Ptr;
import dev.lacewing.program.Vec;

/**
 * y = W x + bias for one vector x and sparse W in N x 1 blocks, where N is the machine's lanes: a block is a vector. The stream is {@link Spmm}'s: for each of
 * BLOCKS block rows a header {int count, float bias[N]}, then count records {int offset, float weight[N]}, an input's offset in bytes from X. Writes N
 * outputs for each block row, one after the other from Y.
 */
public final class SparseFullyConnected {
    public static final int X = 0, Y = 1, STREAM = 2, BLOCKS = 3;

    /** Blocks taken at a time, each with its own accumulator: the sum of one row is too short a chain to wait for each multiply-add. */
    private static final int UNROLL = 4;

    private SparseFullyConnected() {}

    /** @param machine of N lanes, at least 4 */
    public static Program program(Epilogue epilogue, Machine machine) {
        ProgramBuilder b = new ProgramBuilder(machine);
        int record = Integer.BYTES + b.vectorBytes();
        Ptr x = b.argument(X), y = b.argument(Y), stream = b.argument(STREAM);
        Finish finish = new Finish(b, epilogue);
        b.loop(b.count(BLOCKS), 1, () -> {
            Int n = b.count(stream, 0);
            Vec[] sums = new Vec[UNROLL];
            sums[0] = b.load(stream, Integer.BYTES);
            for (int u = 1; u < UNROLL; u++) sums[u] = b.constant(0f);
            b.advance(stream, record);
            b.unrolled(n, UNROLL, blocks -> {
                for (int u = 0; u < blocks; u++) {
                    Vec sum = sums[u];
                    int at = u * record;
                    b.scope(() -> b.fma(sum, b.load(stream, at + Integer.BYTES), b.splat(b.index(x, stream, at), 0)));
                }
                b.advance(stream, blocks * record);
            });
            b.add(sums[0], sums[0], sums[1]);
            b.add(sums[2], sums[2], sums[3]);
            b.add(sums[0], sums[0], sums[2]);
            finish.apply(sums[0]);
            b.store(sums[0], y, 0);
            b.advance(y, b.vectorBytes());
        });
        return b.build("sparse-fully-connected" + Finish.name(epilogue, false));
    }
}
