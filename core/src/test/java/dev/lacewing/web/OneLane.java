package dev.lacewing.web;

import dev.lacewing.program.Program;

/** Programs as modules without vectors have them, for tests elsewhere. */
public final class OneLane {
    private OneLane() {}

    public static Program of(Program program) { return Scalars.of(program); }
}
