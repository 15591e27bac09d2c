package dev.lacewing.kernel;

import dev.lacewing.program.Machine;
import dev.lacewing.program.Program;
import dev.lacewing.program.ProgramBuilder;
import dev.lacewing.program.Ptr;
import dev.lacewing.program.Vec;

/** Writes zeros: COUNT regions of VECTORS vectors, PITCH bytes apart, the first at Y. */
public final class Clear {
    public static final int Y = 0, COUNT = 1, VECTORS = 2, PITCH = 3;

    private Clear() {}

    public static Program program(Machine machine) {
        ProgramBuilder b = new ProgramBuilder(machine);
        Ptr y = b.argument(Y);
        Vec zero = b.constant(0f);
        b.loop(b.count(COUNT), 1, () -> {
            Ptr out = b.copy(y);
            b.loop(b.count(VECTORS), 1, () -> {
                b.store(zero, out, 0);
                b.advance(out, b.vectorBytes());
            });
            b.advanceByArgument(y, PITCH);
        });
        return b.build("clear");
    }
}
