package dev.lacewing.emit.wasm;

/** Numbers of WebAssembly's binary format. */
final class Opcode {
    static final int I32 = 0x7F, F32 = 0x7D, V128 = 0x7B, VOID = 0x40;

    static final int BLOCK = 0x02, LOOP = 0x03, IF = 0x04, END = 0x0B, BR_IF = 0x0D, CALL = 0x10;
    static final int LOCAL_GET = 0x20, LOCAL_SET = 0x21, LOCAL_TEE = 0x22, GLOBAL_GET = 0x23;
    static final int I32_LOAD = 0x28, F32_LOAD = 0x2A, F32_STORE = 0x38, I32_CONST = 0x41, F32_CONST = 0x43;
    static final int I32_EQ = 0x46, I32_LT_S = 0x48, I32_GE_S = 0x4E, I32_ADD = 0x6A, I32_MUL = 0x6C, I32_AND = 0x71;
    static final int F32_ADD = 0x92, F32_SUB = 0x93, F32_MUL = 0x94, F32_DIV = 0x95, F32_MIN = 0x96, F32_MAX = 0x97;
    static final int I32_REINTERPRET_F32 = 0xBC, F32_REINTERPRET_I32 = 0xBE;

    /** Precedes the numbers below. */
    static final int SIMD = 0xFD;

    static final int V128_LOAD = 0, V128_LOAD32_SPLAT = 9, V128_STORE = 11, V128_CONST = 12, I8X16_SHUFFLE = 13, F32X4_SPLAT = 19, V128_AND = 78;
    static final int V128_STORE32_LANE = 90, V128_STORE64_LANE = 91;
    static final int F32X4_ADD = 228, F32X4_SUB = 229, F32X4_MUL = 230, F32X4_DIV = 231, F32X4_MIN = 232, F32X4_MAX = 233, F32X4_PMIN = 234, F32X4_PMAX = 235;
    static final int F32X4_RELAXED_MADD = 0x105;

    private Opcode() {}
}
