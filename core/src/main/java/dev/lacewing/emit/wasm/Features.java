package dev.lacewing.emit.wasm;

/** What a module demands of its engine, which refuses the whole module if it lacks a part. */
public enum Features {
    /** Vectors of four lanes, and a multiply-add that is fused where the processor has one. */
    RELAXED(4),
    /** Vectors of four lanes; a multiply-add is rounded twice. */
    SIMD(4),
    /** WebAssembly's first version; a multiply-add is rounded twice. */
    SCALAR(1);

    private final int lanes;

    Features(int lanes) { this.lanes = lanes; }

    /** Of the machines whose programs the module takes. */
    public int lanes() { return lanes; }
}
