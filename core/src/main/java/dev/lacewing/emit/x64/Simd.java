package dev.lacewing.emit.x64;

/** The vector instructions that kernels use: opcode map, mandatory prefix, the W bit and opcode of each. */
enum Simd {
    VMOVUPS(1, 0, 0x10), VMOVUPS_STORE(1, 0, 0x11), VMOVSS(1, 2, 0x10), VMOVSS_STORE(1, 2, 0x11), VMOVAPS(1, 0, 0x28), VBROADCASTSS(2, 1, 0x18),
    VADDPS(1, 0, 0x58), VADDSS(1, 2, 0x58), VSUBPS(1, 0, 0x5C), VSUBSS(1, 2, 0x5C), VMULPS(1, 0, 0x59), VMULSS(1, 2, 0x59), VDIVPS(1, 0, 0x5E), VDIVSS(1, 2, 0x5E),
    VMINPS(1, 0, 0x5D), VMINSS(1, 2, 0x5D), VMAXPS(1, 0, 0x5F), VMAXSS(1, 2, 0x5F), VANDPS(1, 0, 0x54), VORPS(1, 0, 0x56), VXORPS(1, 0, 0x57),
    VFMADD231PS(2, 1, 0xB8), VFMADD231SS(2, 1, 0xB9), VPMAXSD(2, 1, 0x3D), VPMINSD(2, 1, 0x39), VSHUFPS(1, 0, 0xC6),
    VMASKMOVPS_STORE(2, 1, 0x2E), VPERMPD(3, 1, 1, 0x01, false), VPERMI2PS(2, 1, 0, 0x77, true), VRANGEPS(3, 1, 0, 0x50, true), VRANGESS(3, 1, 0, 0x51, true);

    final int map, prefix, w, opcode;
    /** There is no VEX form. */
    final boolean evexOnly;

    Simd(int map, int prefix, int opcode) { this(map, prefix, 0, opcode, false); }

    Simd(int map, int prefix, int w, int opcode, boolean evexOnly) {
        this.map = map;
        this.prefix = prefix;
        this.w = w;
        this.opcode = opcode;
        this.evexOnly = evexOnly;
    }

    /** Works on the lowest lane alone: a memory operand is one float. */
    boolean isScalar() {
        return switch (this) {
            case VMOVSS, VMOVSS_STORE, VADDSS, VSUBSS, VMULSS, VDIVSS, VMINSS, VMAXSS, VFMADD231SS, VRANGESS -> true;
            default -> false;
        };
    }
}
