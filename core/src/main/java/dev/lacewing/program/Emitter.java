package dev.lacewing.program;

/** One way to execute programs. The kernels hold no state: any number of threads may run one at once. */
@FunctionalInterface
public interface Emitter {
    Kernel emit(Program program);
}
