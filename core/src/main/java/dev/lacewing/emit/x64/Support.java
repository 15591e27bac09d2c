package dev.lacewing.emit.x64;

import dev.lacewing.error.LacewingException.Failed;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * What this processor, system and JVM can do with machine code.
 *
 * @param lanes of the widest vector: 16 with AVX-512 (F, BW, DQ, VL), 8 with AVX2 and FMA, 0 if machine code cannot be used at all
 * @param features of the processor, as far as they matter here
 * @param reason one sentence: what is there, or what is missing
 */
public record Support(int lanes, List<String> features, String reason) {
    /** System property that asks for machine code where it has not been tested. */
    public static final String UNTESTED = "lacewing.x64.untested";

    /** Vector registers that code of any width has. */
    public int vectors() { return lanes == 16 ? 32 : lanes == 0 ? 0 : 16; }

    private static final int CPUID = 0, XGETBV = 32;

    /** At {@link #CPUID}: cpuid of leaf (second argument) and subleaf (third), eax to edx stored at the first. At {@link #XGETBV}: xgetbv of 0, returned. */
    private static final byte[] PROBE = HexFormat.of().parseHex("5389F089D10FA28907895F04894F0889570C5BC3" + "909090909090909090909090" + "31C90F01D048C1E2204809D0C3");

    public static Support current() { return Holder.CURRENT; }

    private static final class Holder {
        static final Support CURRENT = detect(System.getProperty("os.arch", ""), System.getProperty("os.name", ""), Boolean.getBoolean(UNTESTED));
    }

    static Support detect(String architecture, String system, boolean untested) {
        if (!architecture.equals("amd64") && !architecture.equals("x86_64")) return none("This processor is not x86-64 but " + architecture + ".");
        if (system.startsWith("Windows")) return none("Machine code kernels are not written for Windows yet: the jvm tier is used.");
        if (!system.equals("Linux") && !untested)
            return none("Machine code kernels have not been tested on " + system + ": the jvm tier is used; -D" + UNTESTED + "=true tries them.");
        try {
            return probe();
        } catch (Failed e) {
            return none("Machine code cannot be used, as " + e.getMessage() + ".");
        }
    }

    private static Support none(String reason) { return new Support(0, List.of(), reason); }

    private static Support probe() {
        NativeCode code = NativeCode.of(PROBE);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment words = arena.allocate(16, 8);
            if (leaf(code, words, 0, 0) < 7) return none("This processor has no AVX2.");
            int one = leaf(code, words, 1, 2);
            leaf(code, words, 7, 0);
            int seven = words.get(ValueLayout.JAVA_INT, 4);
            boolean saves = (one & 1 << 27) != 0;
            long state = saves ? code.run(XGETBV, 0, 0, 0) : 0;
            return of(one, seven, state);
        }
    }

    /** One register of a leaf of cpuid. */
    private static int leaf(NativeCode code, MemorySegment words, int leaf, int register) {
        code.run(CPUID, words.address(), leaf, 0);
        return words.get(ValueLayout.JAVA_INT, 4L * register);
    }

    /**
     * @param one ecx of leaf 1
     * @param seven ebx of leaf 7
     * @param state what the system saves of the registers: bits 1 and 2 for 256 bits, 5 to 7 for 512
     */
    static Support of(int one, int seven, long state) {
        List<String> features = new ArrayList<>();
        add(features, "AVX", one, 28);
        add(features, "FMA", one, 12);
        add(features, "AVX2", seven, 5);
        add(features, "AVX512F", seven, 16);
        add(features, "AVX512DQ", seven, 17);
        add(features, "AVX512BW", seven, 30);
        add(features, "AVX512VL", seven, 31);
        List<String> found = List.copyOf(features);
        if (!found.containsAll(List.of("AVX", "FMA", "AVX2"))) return new Support(0, found, "This processor has no AVX2 with FMA.");
        if ((state & 6) != 6) return new Support(0, found, "The system does not save the vector registers of AVX.");
        boolean wide = found.containsAll(List.of("AVX512F", "AVX512DQ", "AVX512BW", "AVX512VL")) && (state & 0xE6) == 0xE6;
        return wide ? new Support(16, found, "This processor has AVX-512: machine code at 16 lanes.") : new Support(8, found, "This processor has AVX2 with FMA: machine code at 8 lanes.");
    }

    private static void add(List<String> features, String name, int word, int bit) { if ((word >> bit & 1) != 0) features.add(name); }
}
