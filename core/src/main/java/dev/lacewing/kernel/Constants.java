package dev.lacewing.kernel;

import dev.lacewing.program.ProgramBuilder;
import dev.lacewing.program.Vec;
import java.util.HashMap;
import java.util.Map;

/** Constants of a program, in registers from where this is made on as far as there are some to spare; the others are loaded at each use. */
final class Constants {
    private final ProgramBuilder b;
    private final Map<Float, Vec> kept = new HashMap<>();

    /** @param spare registers that must stay free */
    Constants(ProgramBuilder b, int spare, float... values) {
        this.b = b;
        for (float value : values) if (b.free() > spare && !kept.containsKey(value)) kept.put(value, b.constant(value));
    }

    /** Not to be changed. A constant that is not kept takes a register of the scope where this is called. */
    Vec get(float value) {
        Vec v = kept.get(value);
        return v == null ? b.constant(value) : v;
    }

    /** A register of its own that holds the value. */
    Vec fresh(float value) {
        Vec v = b.vec();
        set(v, value);
        return v;
    }

    void set(Vec to, float value) {
        Vec v = kept.get(value);
        if (v == null) b.constant(to, value);
        else b.copy(to, v);
    }
}
