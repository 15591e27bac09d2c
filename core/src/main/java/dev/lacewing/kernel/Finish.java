package dev.lacewing.kernel;

import dev.lacewing.program.ProgramBuilder;
import dev.lacewing.program.Vec;
import org.jspecify.annotations.Nullable;

/** An epilogue inside a program: holds its constants from where it is made on. */
final class Finish {
    private final ProgramBuilder b;
    private final @Nullable Vec lo, hi;

    Finish(ProgramBuilder b, Epilogue epilogue) {
        this.b = b;
        switch (epilogue) {
            case Epilogue.None() -> lo = hi = null;
            case Epilogue.Clamp(float limit) -> {
                lo = b.constant(0f);
                hi = b.constant(limit);
            }
        }
    }

    void apply(Vec v) { if (lo != null && hi != null) b.clamp(v, lo, hi); }

    /** The part of a program's name that tells the variant. */
    static String name(Epilogue epilogue, boolean masked) {
        String clamp = switch (epilogue) {
            case Epilogue.None() -> "";
            case Epilogue.Clamp(float hi) -> hi == Float.POSITIVE_INFINITY ? "-relu" : hi == 6 ? "-relu6" : "-clamp" + hi;
        };
        return clamp + (masked ? "-masked" : "");
    }
}
