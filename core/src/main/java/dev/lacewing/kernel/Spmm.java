package dev.lacewing.kernel;

import dev.lacewing.program.Int;
import dev.lacewing.program.Machine;
import dev.lacewing.program.Program;
import dev.lacewing.program.ProgramBuilder;
import dev.lacewing.program.Vec;

/**
 * Y = W X + bias for sparse W in N x 1 blocks (N = 1: unstructured): N consecutive output rows share their input rows. A 1 x 1 convolution over planes
 * is one such product; a k x k convolution too, with an input row for each channel and tap.
 *
 * <p>The stream is one array of equal records of 1 + N 4-byte words. For each of BLOCKS block rows: a header {int count, float bias[N]}, then count
 * records {int offset, float weight[N]}: the input row's first pixel stands offset bytes (possibly negative) after X.
 *
 * <p>Writes BLOCKS * N rows of TILES tiles each, a tile being V vectors; row r's first pixel at Y + r * Y_STRIDE. Reads as many pixels of input rows.
 * A residual program adds to row r what stands at RESIDUAL + r * RESIDUAL_STRIDE, before the epilogue.
 * Results of a long epilogue stand at Y before it, too: see {@link Epilogue#isLong}. The slots are those of {@link Tiles}. Fixed values: ROWS is N, VECTORS is V.
 */
public final class Spmm {
    private Spmm() {}

    /**
     * @param rows N
     * @param vectors V
     * @param unroll blocks taken at a time, each with its own accumulators; a power of two
     */
    public static Program program(int rows, int vectors, int unroll, Epilogue epilogue, boolean residual, boolean masked, Machine machine) {
        ProgramBuilder b = new ProgramBuilder(machine);
        int record = Integer.BYTES + Float.BYTES * rows;
        Tiles.build(b, rows, vectors, unroll, epilogue, residual, masked, (x, stream, bank) -> {
            Int n = b.count(stream, 0);
            Tiles.bias(b, bank[0], stream, Integer.BYTES);
            b.advance(stream, record);
            b.unrolled(n, unroll, blocks -> {
                for (int u = 0; u < blocks; u++) {
                    int at = u * record;
                    Vec[][] acc = bank[u];
                    b.scope(() -> Tiles.outerProduct(b, acc, b.index(x, stream, at), stream, at + Integer.BYTES));
                }
                b.advance(stream, blocks * record);
            });
        });
        return b.build("spmm" + rows + "x" + vectors + (unroll > 1 ? "u" + unroll : "") + Tiles.name(epilogue, residual, masked));
    }
}
