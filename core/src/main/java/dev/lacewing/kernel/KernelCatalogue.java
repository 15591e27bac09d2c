package dev.lacewing.kernel;

import dev.lacewing.error.LacewingException.Unsupported;
import dev.lacewing.program.Machine;
import dev.lacewing.program.Program;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The one list of matrix kernels, read by planner, tests and benchmarks. For every number of rows there is a widest shape and narrower ones for the
 * tiles that remain, down to one vector; the widest stands first.
 */
public final class KernelCatalogue {
    public enum Family { SPMM, GEMM }

    /**
     * One shape.
     *
     * @param rows output rows N of a block
     * @param vectors vectors V of pixels in a tile
     * @param unroll blocks taken at a time (1 for GEMM)
     */
    public record Variant(Family family, int rows, int vectors, int unroll) {
        public String name() { return (family == Family.SPMM ? "spmm" : "gemm") + rows + "x" + vectors + (unroll > 1 ? "u" + unroll : ""); }

        /** Without a residual. */
        public Program program(Epilogue epilogue, boolean masked, Machine machine) { return program(epilogue, false, masked, machine); }

        public Program program(Epilogue epilogue, boolean residual, boolean masked, Machine machine) {
            return switch (family) {
                case SPMM -> Spmm.program(rows, vectors, unroll, epilogue, residual, masked, machine);
                case GEMM -> Gemm.program(rows, vectors, epilogue, residual, masked, machine);
            };
        }

        /** Pixels of a tile. */
        public int pixels(Machine machine) { return vectors * machine.lanes(); }
    }

    /** {rows, vectors, unroll}. One accumulator alone waits for its own latency, so narrow remainders take several blocks at a time.
     * The CODE lists have shapes that are too long for the compilers of the JVM. In those for WebAssembly, of 15 registers, accumulators, inputs and weights of a
     * loop's body are 14 vectors at most, as some engines load all of them before they use any. Single rows are an exception: 8 accumulators are two cache lines of pixels, and
     * engines of today load each input right before its use; the narrower ones are for tiles of equal width. */
    private static final int[][] SPMM_16 = {{1, 4, 2}, {1, 2, 2}, {1, 1, 4}, {2, 4, 2}, {2, 2, 2}, {2, 1, 2},
            {4, 4, 1}, {4, 2, 1}, {4, 1, 1}, {8, 2, 1}, {8, 1, 1}},
            SPMM_NARROW = {{1, 4, 2}, {1, 2, 2}, {1, 1, 4}, {2, 4, 1}, {2, 2, 2}, {2, 1, 2}, {4, 2, 1}, {4, 1, 1}, {8, 1, 1}},
            SPMM_1 = {{1, 8, 1}, {1, 4, 1}, {1, 1, 4}, {2, 8, 1}, {2, 1, 2}, {4, 4, 1}, {4, 1, 1}, {8, 2, 1}, {8, 1, 1}},
            SPMM_16_CODE = {{1, 4, 2}, {1, 2, 2}, {1, 1, 4}, {2, 4, 2}, {2, 2, 2}, {2, 1, 2},
            {4, 4, 1}, {4, 2, 1}, {4, 1, 1}, {8, 3, 1}, {8, 2, 1}, {8, 1, 1}},
            SPMM_WASM = {{1, 8, 1}, {1, 7, 1}, {1, 6, 1}, {1, 5, 1}, {1, 4, 1}, {1, 2, 2}, {1, 1, 4}, {2, 4, 1}, {2, 2, 1}, {2, 1, 2}, {4, 2, 1}, {4, 1, 1}},
            GEMM_16_CODE = {{8, 3, 1}, {8, 2, 1}, {8, 1, 1}, {4, 4, 1}, {4, 2, 1}, {4, 1, 1}, {1, 4, 1}, {1, 1, 1}},
            GEMM_16 = {{4, 4, 1}, {4, 1, 1}, {8, 2, 1}, {8, 1, 1}, {1, 4, 1}, {1, 1, 1}},
            GEMM_NARROW = {{4, 2, 1}, {4, 1, 1}, {1, 4, 1}, {1, 1, 1}},
            GEMM_WASM = {{4, 2, 1}, {4, 1, 1}, {2, 4, 1}, {2, 1, 1}, {1, 6, 1}, {1, 1, 1}},
            GEMM_1 = {{4, 4, 1}, {4, 1, 1}, {1, 8, 1}, {1, 1, 1}};

    private KernelCatalogue() {}

    public static List<Variant> spmm(Machine machine) {
        return variants(Family.SPMM, switch (machine.lanes()) {
            case 16 -> machine.bakes() ? SPMM_16_CODE : SPMM_16;
            case 1 -> hasMany(machine) ? SPMM_1 : SPMM_NARROW;
            default -> machine.spills() ? SPMM_WASM : SPMM_NARROW;
        });
    }

    public static List<Variant> gemm(Machine machine) {
        return variants(Family.GEMM, switch (machine.lanes()) {
            case 16 -> machine.bakes() ? GEMM_16_CODE : GEMM_16;
            case 1 -> hasMany(machine) ? GEMM_1 : GEMM_NARROW;
            default -> machine.spills() ? GEMM_WASM : GEMM_NARROW;
        });
    }

    /** Machine code of one lane has no more registers than that of many. */
    private static boolean hasMany(Machine machine) { return machine.vectors() >= Machine.SCALAR.vectors(); }

    /**
     * The variants for blocks of that many rows, widest first, the last one vector wide.
     *
     * @throws Unsupported if there are none: split the blocks
     */
    public static List<Variant> of(Family family, int rows, Machine machine) {
        List<Variant> all = (family == Family.SPMM ? spmm(machine) : gemm(machine)).stream().filter(v -> v.rows == rows).toList();
        if (all.isEmpty()) throw new Unsupported("no " + family + " kernel has " + rows + " rows on " + machine.name() + ": split the blocks into rows of "
                + (family == Family.SPMM ? spmm(machine) : gemm(machine)).stream().map(v -> "" + v.rows).distinct().sorted().collect(Collectors.joining(", ")));
        return all;
    }

    private static List<Variant> variants(Family family, int[][] shapes) {
        List<Variant> variants = new ArrayList<>();
        for (int[] s : shapes) variants.add(new Variant(family, s[0], s[1], s[2]));
        return List.copyOf(variants);
    }
}
