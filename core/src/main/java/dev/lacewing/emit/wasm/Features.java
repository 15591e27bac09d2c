package dev.lacewing.emit.wasm;

import dev.lacewing.program.Machine;

/** What a module demands of its engine, which refuses the whole module if it lacks a part. */
public enum Features {
    /** Vectors of four lanes, and a multiply-add that is fused where the processor has one. */
    RELAXED(Machine.WASM),
    /** Vectors of four lanes; a multiply-add is rounded twice. */
    SIMD(Machine.WASM),
    /** WebAssembly's first version; a multiply-add is rounded twice. */
    SCALAR(Machine.SCALAR);

    private final Machine machine;

    Features(Machine machine) { this.machine = machine; }

    /** To plan for. The module takes programs of as many lanes, and of one. */
    Machine machine() { return machine; }
}
