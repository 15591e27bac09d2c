package dev.lacewing.plan;

import dev.lacewing.plan.Plan.Call;
import java.util.ArrayList;
import java.util.List;

/**
 * Long work in several calls. The JVM stops a thread between calls of machine code only, so that its garbage collector, and with it the whole process, waits for the
 * longest call: none is to take more than about {@link #NANOS}, unless a single item does: a tile of pixels over the weights of a call, a plane, a tile of outputs of a
 * fully connected layer. Copies and functions of a contiguous tensor are one call.
 */
final class Pieces {
    /** As the cost model predicts; a layer of a small network is less. */
    static final double NANOS = 1e6;

    private Pieces() {}

    interface Piece {
        Call call(int from, int to);
    }

    /** Calls for items {@code from} to {@code to}, none for none; pieces are equal, or nearly so. */
    static List<Call> of(int from, int to, double nanosEach, Piece piece) {
        int count = to - from, pieces = Math.min(count, (int) Math.max(1, Math.ceil(count * nanosEach / NANOS)));
        List<Call> calls = new ArrayList<>(pieces);
        for (int i = 0; i < pieces; i++) calls.add(piece.call(from + (int) ((long) count * i / pieces), from + (int) ((long) count * (i + 1) / pieces)));
        return calls;
    }
}
