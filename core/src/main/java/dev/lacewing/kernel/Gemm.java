package dev.lacewing.kernel;

import dev.lacewing.program.Machine;
import dev.lacewing.program.Program;
import dev.lacewing.program.ProgramBuilder;
import dev.lacewing.program.Ptr;

/**
 * Y = W X + bias for dense W, prepacked: for each of BLOCKS blocks of N output rows {bias[N]}, then {weight[N]} for each of DEPTH input rows. Input row
 * k's first pixel stands at X + k * X_STRIDE, output row r's at Y + r * Y_STRIDE; both are walked over TILES tiles of V vectors.
 * A residual and a mask are as in {@link Spmm}. Results of a long epilogue stand at Y before it, too: see {@link Epilogue#isLong}. Fixed values: ROWS is N, VECTORS is V.
 */
public final class Gemm {
    /** Beside those of {@link Tiles}; DEPTH is the number of input rows. */
    public static final int DEPTH = 7, X_STRIDE = 8;

    private Gemm() {}

    /**
     * @param rows N
     * @param vectors V
     */
    public static Program program(int rows, int vectors, Epilogue epilogue, boolean residual, boolean masked, Machine machine) {
        ProgramBuilder b = new ProgramBuilder(machine);
        Tiles.build(b, rows, vectors, 1, epilogue, residual, masked, (x, stream, bank) -> {
            Ptr in = b.copy(x), stride = b.argument(X_STRIDE);
            Tiles.bias(b, bank[0], stream, 0);
            b.advance(stream, Float.BYTES * rows);
            b.loop(b.count(DEPTH), 1, () -> {
                Tiles.outerProduct(b, bank[0], in, stream, 0);
                b.advance(stream, Float.BYTES * rows);
                b.advance(in, stride);
            });
        });
        return b.build("gemm" + rows + "x" + vectors + Tiles.name(epilogue, residual, masked));
    }
}
