package dev.lacewing.program;

import dev.lacewing.error.LacewingException.Invalid;
import java.util.List;

/**
 * What a program is built for.
 *
 * @param lanes floats in a vector
 * @param vectors vector registers that may be live at once
 * @param bakes runs straight-line code of any length, as machine code: no compiler gives it up
 */
public record Machine(String name, int lanes, int vectors, boolean bakes) {
    public static final Machine AVX512 = new Machine("avx512", 16, 32, false);
    public static final Machine AVX2 = new Machine("avx2", 8, 16, false);

    /** NEON, and any vectors of four lanes. */
    public static final Machine SIMD128 = new Machine("simd128", 4, 18, false);

    /** WebAssembly. Its engines have 15 registers on x86 and keep what is beyond in memory, which takes no longer than broadcasting a weight anew. */
    public static final Machine WASM = new Machine("wasm", 4, 40, false);

    public static final Machine SCALAR = new Machine("scalar", 1, 32, false);

    /** Widest first, one for each number of lanes. */
    public static final List<Machine> ALL = List.of(AVX512, AVX2, SIMD128, SCALAR);

    /** @throws Invalid if no machine has that many lanes */
    public static Machine ofLanes(int lanes) {
        return ALL.stream().filter(m -> m.lanes == lanes).findFirst()
                .orElseThrow(() -> new Invalid("no machine has " + lanes + " lanes: use 16, 8, 4 or 1"));
    }

    /** This machine where an emitter of machine code writes for it. */
    public Machine baking() { return new Machine(name, lanes, vectors, true); }

    /** This machine with no more vector registers than that. */
    public Machine atMost(int registers) { return registers >= vectors ? this : new Machine(name, lanes, registers, bakes); }

    /** This machine with vectors half as wide. */
    public Machine halved() { return new Machine(name + " halved", lanes / 2, vectors, bakes); }

    public int vectorBytes() { return Float.BYTES * lanes; }
}
