package dev.lacewing.kernel;

import dev.lacewing.program.Machine;
import dev.lacewing.program.Program;
import dev.lacewing.program.ProgramBuilder;
import dev.lacewing.program.Ptr;
import dev.lacewing.program.Vec;

/**
 * Second half of a global average, at one lane on every machine: y[c] = scale * (sum of the WIDTH floats x[c * WIDTH] ...) for CHANNELS channels.
 * SCALE is the address of the one float scale.
 */
public final class LaneSum {
    public static final int X = 0, Y = 1, SCALE = 2, CHANNELS = 3, WIDTH = 4, SLOTS = 5;

    private LaneSum() {}

    public static Program program() {
        ProgramBuilder b = new ProgramBuilder(Machine.SCALAR);
        Ptr x = b.argument(X), y = b.argument(Y);
        Vec scale = b.splat(b.argument(SCALE), 0);
        b.loop(b.count(CHANNELS), 1, () -> {
            Vec sum = b.constant(0f);
            b.loop(b.count(WIDTH), 1, () -> {
                b.add(sum, sum, b.load(x, 0));
                b.advance(x, Float.BYTES);
            });
            b.mul(sum, sum, scale);
            b.store(sum, y, 0);
            b.advance(y, Float.BYTES);
        });
        return b.build("lane-sum");
    }
}
