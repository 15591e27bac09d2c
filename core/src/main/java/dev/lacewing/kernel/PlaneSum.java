package dev.lacewing.kernel;

import dev.lacewing.program.Machine;
import dev.lacewing.program.Program;
import dev.lacewing.program.ProgramBuilder;
import dev.lacewing.program.Ptr;
import dev.lacewing.program.Vec;
import org.jspecify.annotations.Nullable;

/**
 * First half of a global average: adds up the VECTORS vectors of each of CHANNELS planes. Y gets one vector of partial sums for each channel, one after
 * the other; {@link LaneSum} does the rest. MASK (masked programs only) is indexed like the plane.
 */
public final class PlaneSum {
    public static final int X = 0, Y = 1, CHANNELS = 2, VECTORS = 3, X_PLANE = 4, MASK = 5;

    private static final int BANKS = 4;

    private PlaneSum() {}

    public static Program program(boolean masked, Machine machine) {
        ProgramBuilder b = new ProgramBuilder(machine);
        Ptr x = b.argument(X), y = b.argument(Y);
        b.loop(b.count(CHANNELS), 1, () -> {
            Ptr in = b.copy(x), mask = masked ? b.argument(MASK) : null;
            Vec[] sums = b.vecs(BANKS);
            for (Vec sum : sums) b.constant(sum, 0f);
            b.unrolled(b.count(VECTORS), BANKS, vectors -> vectors(b, vectors, in, mask, sums));
            b.add(sums[0], sums[0], sums[1]);
            b.add(sums[2], sums[2], sums[3]);
            b.add(sums[0], sums[0], sums[2]);
            b.store(sums[0], y, 0);
            b.advance(y, b.vectorBytes());
            b.advanceByArgument(x, X_PLANE);
        });
        return b.build("plane-sum" + (masked ? "-masked" : ""));
    }

    private static void vectors(ProgramBuilder b, int vectors, Ptr in, @Nullable Ptr mask, Vec[] sums) {
        for (int u = 0; u < vectors; u++) {
            Vec sum = sums[u];
            int disp = u * b.vectorBytes();
            b.scope(() -> {
                Vec v = b.load(in, disp);
                if (mask != null) b.and(v, v, b.load(mask, disp));
                b.add(sum, sum, v);
            });
        }
        b.advance(in, vectors * b.vectorBytes());
        if (mask != null) b.advance(mask, vectors * b.vectorBytes());
    }
}
