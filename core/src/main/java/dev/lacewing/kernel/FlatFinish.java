package dev.lacewing.kernel;

import dev.lacewing.program.Int;
import dev.lacewing.program.ProgramBuilder;
import dev.lacewing.program.Ptr;
import dev.lacewing.program.Vec;
import org.jspecify.annotations.Nullable;

/** An epilogue over a plane of sums as one flat run, and the total of what it leaves, lane by lane. */
final class FlatFinish {
    private FlatFinish() {}

    /**
     * @param flat the first vector; moves
     * @param mask of that run, or none; moves
     * @param total where the total is stored
     */
    static void build(ProgramBuilder b, Ptr flat, Int vectors, Epilogue epilogue, @Nullable Ptr mask, Ptr total) {
        Vec all = b.constant(0f);
        Finish finish = new Finish(b, epilogue, 2);
        b.loop(vectors, 1, () -> {
            Vec v = b.load(flat, 0);
            finish.apply(v);
            if (mask != null) {
                b.scope(() -> b.and(v, v, b.load(mask, 0)));
                b.advance(mask, b.vectorBytes());
            }
            b.store(v, flat, 0);
            b.add(all, all, v);
            b.advance(flat, b.vectorBytes());
        });
        b.store(all, total, 0);
    }
}
