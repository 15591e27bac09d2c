package dev.lacewing.emit;

import dev.lacewing.program.Kernel;
import dev.lacewing.program.Program;

/** One way to execute programs. The kernels hold no state: any number of threads may run one at once. */
@FunctionalInterface
public interface Emitter {
    Kernel emit(Program program);
}
