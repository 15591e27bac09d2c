package dev.lacewing.kernel;

import dev.lacewing.program.Int;
import dev.lacewing.program.Machine;
import dev.lacewing.program.Program;
import dev.lacewing.program.ProgramBuilder;
import dev.lacewing.program.Ptr;
import dev.lacewing.program.Vec;

/**
 * Multiplies the weights of a packed stream, each by the factor of its column, into a stream of the same form: W diag(f) X without a pass over X.
 *
 * <p>Copies HEADER words from X to Y; then RECORDS records of some words that are copied and some weights that share a factor, which stands at FACTORS + the
 * record's int at INDEX.
 *
 * <p>{@link #rows} does so for BLOCK_ROWS block rows as {@link Spmm} reads them, one after the other, which say themselves how many records they have. Its factors stand at
 * ROW_FACTORS + the record's int at ROW_INDEX.
 */
public final class ScaleStream {
    public static final int X = 0, Y = 1, HEADER = 2, RECORDS = 3, FACTORS = 4, INDEX = 5;
    public static final int BLOCK_ROWS = 2, ROW_FACTORS = 3, ROW_INDEX = 4;

    private static final int UNROLL = 4;

    private ScaleStream() {}

    /**
     * For a machine of one lane.
     *
     * @param copied words at the start of a record
     * @param weights that follow
     */
    public static Program program(int copied, int weights) {
        ProgramBuilder b = new ProgramBuilder(Machine.SCALAR);
        Ptr x = b.argument(X), y = b.argument(Y), factors = b.argument(FACTORS), index = b.argument(INDEX);
        b.loop(b.count(HEADER), 1, () -> {
            b.scope(() -> b.store(b.load(x, 0), y, 0));
            b.advance(x, Float.BYTES);
            b.advance(y, Float.BYTES);
        });
        b.unrolled(b.count(RECORDS), weights < UNROLL ? UNROLL : 1, records -> records(b, records, copied, weights, x, y, factors, index));
        return b.build("scale-stream" + copied + "+" + weights);
    }

    /**
     * For a machine of one lane.
     *
     * @param weights of a block
     */
    public static Program rows(int weights) {
        ProgramBuilder b = new ProgramBuilder(Machine.SCALAR);
        Ptr x = b.argument(X), y = b.argument(Y), factors = b.argument(ROW_FACTORS), index = b.argument(ROW_INDEX);
        int header = Integer.BYTES + Float.BYTES * weights;
        b.loop(b.count(BLOCK_ROWS), 1, () -> {
            Int blocks = b.count(x, 0);
            for (int at = 0; at < header; at += Float.BYTES) {
                int word = at;
                b.scope(() -> b.store(b.load(x, word), y, word));
            }
            b.advance(x, header);
            b.advance(y, header);
            b.unrolled(blocks, weights < UNROLL ? UNROLL : 1, records -> records(b, records, 1, weights, x, y, factors, index));
        });
        return b.build("scale-rows" + weights);
    }

    private static void records(ProgramBuilder b, int records, int copied, int weights, Ptr x, Ptr y, Ptr factors, Ptr index) {
        int record = Float.BYTES * (copied + weights);
        for (int u = 0; u < records; u++) {
            int from = u * record, at = Integer.BYTES * u;
            b.scope(() -> {
                Vec factor = b.load(b.index(factors, index, at), 0);
                for (int i = 0; i < copied + weights; i++) {
                    int word = i;
                    b.scope(() -> {
                        Vec v = b.load(x, from + Float.BYTES * word);
                        if (word >= copied) b.mul(v, v, factor);
                        b.store(v, y, from + Float.BYTES * word);
                    });
                }
            });
        }
        b.advance(x, records * record);
        b.advance(y, records * record);
        b.advance(index, records * Integer.BYTES);
    }
}
