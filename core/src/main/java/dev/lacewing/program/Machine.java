package dev.lacewing.program;

import dev.lacewing.error.LacewingException.Invalid;
import java.util.List;

/**
 * What a program is built for.
 *
 * @param lanes floats in a vector
 * @param vectors vector registers that may be live at once
 * @param code what becomes of a program
 */
public record Machine(String name, int lanes, int vectors, Code code) {
    /** What runs programs. */
    public enum Code {
        /** The JVM's compilers, which give up methods that are too long. */
        JVM,
        /** The processor itself. */
        NATIVE,
        /** An engine of WebAssembly, somewhere else. */
        WASM
    }

    public static final Machine AVX512 = new Machine("avx512", 16, 32, Code.JVM);
    public static final Machine AVX2 = new Machine("avx2", 8, 16, Code.JVM);

    /** NEON, and any vectors of four lanes. */
    public static final Machine SIMD128 = new Machine("simd128", 4, 18, Code.JVM);

    /** WebAssembly. Its engines have 15 registers on x86 and keep what is beyond in memory, which takes no longer than broadcasting a weight anew. */
    public static final Machine WASM = new Machine("wasm", 4, 40, Code.WASM);

    public static final Machine SCALAR = new Machine("scalar", 1, 32, Code.JVM);

    /** Widest first, one for each number of lanes. */
    public static final List<Machine> ALL = List.of(AVX512, AVX2, SIMD128, SCALAR);

    /** @throws Invalid if no machine has that many lanes */
    public static Machine ofLanes(int lanes) {
        return ALL.stream().filter(m -> m.lanes == lanes).findFirst()
                .orElseThrow(() -> new Invalid("no machine has " + lanes + " lanes: use 16, 8, 4 or 1"));
    }

    /** This machine where an emitter of machine code writes for it. */
    public Machine baking() { return new Machine(name, lanes, vectors, Code.NATIVE); }

    /** This machine with no more vector registers than that. */
    public Machine atMost(int registers) { return registers >= vectors ? this : new Machine(name, lanes, registers, code); }

    /** This machine with vectors half as wide. */
    public Machine halved() { return new Machine(name + " halved", lanes / 2, vectors, code); }

    /** Runs straight-line code of any length, as machine code: no compiler gives it up. */
    public boolean bakes() { return code == Code.NATIVE; }

    /** Programs are sent over the wire: they should be short, and few. */
    public boolean isSent() { return code == Code.WASM; }

    /** Programs run where there is no Java beside them, which else does what has no program. */
    public boolean isWithoutJava() { return code == Code.WASM; }

    /** Vectors beyond some 15 are live in memory, and so are sums while constants take the registers; loads of a loop's body come before all that uses them. */
    public boolean spills() { return code == Code.WASM; }

    public int vectorBytes() { return Float.BYTES * lanes; }
}
