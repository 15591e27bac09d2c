package dev.lacewing.emit.x64;

import java.util.Arrays;

/**
 * Machine code being written, each instruction in its shortest form: VEX where registers and width allow it, else EVEX. Registers are numbers, 0 to 31 for
 * vectors, 0 to 15 for general ones. Widths: 0 is 128 bits (or one float), 1 is 256, 2 is 512. A constant stands in a pool after the code.
 */
final class Assembler {
    static final int RAX = 0, RCX = 1, RDX = 2, RBX = 3, RSP = 4, RBP = 5, RSI = 6, RDI = 7;

    /** As the base of a memory operand: the displacement is an offset into the pool. */
    static final int POOL = -1;

    private static final int ADD = 0, SUB = 5, CMP = 7;
    private static final int LONGEST_INSTRUCTION = 15, POOL_LOOK_BACK = 64;

    /** Bytes that a cache fetches at once. */
    static final int LINE = 64;

    private byte[] bytes = new byte[1024];
    private int size;
    private int[] pool = new int[16], references = new int[16];
    private int poolSize, referenceCount;

    int size() { return size; }

    /** The code, then the pool from the next multiple of 64 on. */
    byte[] toArray() {
        int start = poolSize == 0 ? size : -(-size & -64);
        byte[] all = Arrays.copyOf(bytes, start + 4 * poolSize);
        for (int i = 0; i < referenceCount; i++) {
            int at = references[i];
            put32(all, at, start + get32(all, at) - (at + 4));
        }
        for (int i = 0; i < poolSize; i++) put32(all, start + 4 * i, pool[i]);
        return all;
    }

    /** The offset of these words in the pool, one after the other. */
    int constants(int... words) {
        if (words.length == 1) for (int i = poolSize - 1; i >= Math.max(0, poolSize - POOL_LOOK_BACK); i--) if (pool[i] == words[0]) return 4 * i;
        if (poolSize + words.length > pool.length) pool = Arrays.copyOf(pool, 2 * pool.length + words.length);
        System.arraycopy(words, 0, pool, poolSize, words.length);
        poolSize += words.length;
        return 4 * (poolSize - words.length);
    }

    void vector(Simd op, int width, int to, int a, int b) {
        begin();
        prefix(op, width, to, a, b >> 4, b, false);
        put(op.opcode);
        put(0xC0 | (to & 7) << 3 | b & 7);
    }

    void vector(Simd op, int width, int to, int a, int b, int immediate) {
        vector(op, width, to, a, b);
        put(immediate);
    }

    /** @param broadcast b is one float, for every lane (EVEX) */
    void vector(Simd op, int width, int to, int a, int base, int disp, boolean broadcast) {
        begin();
        boolean evex = prefix(op, width, to, a, 0, base == POOL ? 0 : base, broadcast);
        put(op.opcode);
        memory(to, base, disp, !evex ? 1 : broadcast || op.isScalar() || op == Simd.VBROADCASTSS ? 4 : 16 << width);
    }

    /** The same for an instruction with an immediate; not in the pool. */
    void vector(Simd op, int width, int to, int a, int base, int disp, boolean broadcast, int immediate) {
        vector(op, width, to, a, base, disp, broadcast);
        put(immediate);
    }

    private boolean prefix(Simd op, int width, int reg, int second, int x, int rm, boolean broadcast) {
        int inverted = (~reg >> 3 & 1) << 7 | (~x & 1) << 6 | (~rm >> 3 & 1) << 5;
        int vvvv = op.w << 7 | (~second & 15) << 3 | op.prefix;
        boolean evex = op.evexOnly || width == 2 || broadcast || reg > 15 || second > 15 || x != 0;
        if (evex) {
            put(0x62);
            put(inverted | (~reg >> 4 & 1) << 4 | op.map);
            put(vvvv | 4);
            put(width << 5 | (broadcast ? 0x10 : 0) | (~second >> 4 & 1) << 3);
        } else if (op.map == 1 && op.w == 0 && rm < 8) {
            put(0xC5);
            put(inverted & 0x80 | vvvv | width << 2);
        } else {
            put(0xC4);
            put(inverted | op.map);
            put(vvvv | width << 2);
        }
        return evex;
    }

    /** EVEX multiplies a one-byte displacement by {@code scale}. */
    private void memory(int reg, int base, int disp, int scale) {
        int low = (reg & 7) << 3;
        if (base == POOL) {
            put(low | 5);
            if (referenceCount == references.length) references = Arrays.copyOf(references, 2 * referenceCount);
            references[referenceCount++] = size;
            put32(disp);
            return;
        }
        low |= base & 7;
        int small = disp / scale;
        boolean fits = small == (byte) small && small * scale == disp;
        boolean none = disp == 0 && (base & 7) != RBP;
        put(none ? low : fits ? 0x40 | low : 0x80 | low);
        if ((base & 7) == RSP) put(0x24);
        if (fits && !none) put(small);
        else if (!none) put32(disp);
    }

    void load64(int to, int base, int disp) { general(0x8B, 8, to, base, disp); }

    void load32(int to, int base, int disp) { general(0x8B, 0, to, base, disp); }

    void load32SignExtended(int to, int base, int disp) { general(0x63, 8, to, base, disp); }

    void store64(int from, int base, int disp) { general(0x89, 8, from, base, disp); }

    void store32(int from, int base, int disp) { general(0x89, 0, from, base, disp); }

    void add(int to, int base, int disp) { general(0x03, 8, to, base, disp); }

    void move(int to, int from) { general(0x89, from, to); }

    void add(int to, int from) { general(0x01, from, to); }

    void add64(int to, int value) { immediate(ADD, 8, to, value); }

    void subtract32(int to, int value) { immediate(SUB, 0, to, value); }

    void compare32(int a, int value) { immediate(CMP, 0, a, value); }

    void subtract32(int base, int disp, int value) { inMemory(SUB, base, disp, value); }

    void compare32(int base, int disp, int value) { inMemory(CMP, base, disp, value); }

    void push(int reg) { oneByte(0x50, reg); }

    void pop(int reg) { oneByte(0x58, reg); }

    /** Mask register 1 = the low 16 bits of a word in the pool. */
    void loadMask(int pool) {
        begin();
        put(0xC5);
        put(0xF8);
        put(0x90);
        memory(1, POOL, pool, 1);
    }

    /** Stores the lanes whose bits are set in mask register 1. */
    void storeMasked(int width, int from, int base, int disp) {
        begin();
        put(0x62);
        put((~from >> 3 & 1) << 7 | 0x40 | (~base >> 3 & 1) << 5 | (~from >> 4 & 1) << 4 | 1);
        put(0x7C);
        put(width << 5 | 8 | 1);
        put(Simd.VMOVUPS_STORE.opcode);
        memory(from, base, disp, 16 << width);
    }

    /** Asks for a line of memory in the second-level cache. */
    void prefetch(int base, int disp) {
        begin();
        rex(0, 0, base);
        put(0x0F);
        put(0x18);
        memory(2, base, disp, 1);
    }

    /** Asks for all of the code, from its first byte to where {@link #codePrefetched} is called. Uses rax and rcx. */
    int prefetchCode() {
        begin();
        put(0x48);                       // lea rax, [code]
        put(0x8D);
        put(0x05);
        put32(-size - 4);
        put(0xB8 | RCX);                 // mov ecx, lines
        put32(0);
        int lines = size, top = size;
        prefetch(RAX, 0);
        add64(RAX, LINE);
        subtract32(RCX, 1);
        jump(0x5, top);
        return lines;
    }

    void codePrefetched(int lines) { put32(bytes, lines - 4, Math.ceilDiv(size, LINE)); }

    void zeroUpper() {
        begin();
        put(0xC5);
        put(0xF8);
        put(0x77);
    }

    void ret() {
        begin();
        put(0xC3);
    }

    /** Jumps if the compared number was less, to where {@link #land} says. */
    int jumpIfLess() {
        begin();
        put(0x0F);
        put(0x8C);
        put32(0);
        return size;
    }

    void land(int jump) { put32(bytes, jump - 4, size - jump); }

    void jumpIfGreater(int target) { jump(0xF, target); }

    void jumpIfNotLess(int target) { jump(0xD, target); }

    private void jump(int condition, int target) {
        begin();
        int distance = target - (size + 2);
        if (distance == (byte) distance) {
            put(0x70 | condition);
            put(distance);
        } else {
            put(0x0F);
            put(0x80 | condition);
            put32(target - (size + 4));
        }
    }

    private void general(int opcode, int wide, int reg, int base, int disp) {
        begin();
        rex(wide, reg, base);
        put(opcode);
        memory(reg, base, disp, 1);
    }

    private void general(int opcode, int reg, int rm) {
        begin();
        rex(8, reg, rm);
        put(opcode);
        put(0xC0 | (reg & 7) << 3 | rm & 7);
    }

    private void immediate(int what, int wide, int rm, int value) {
        begin();
        rex(wide, 0, rm);
        boolean small = value == (byte) value;
        if (rm == RAX && !small) {
            put(what << 3 | 5);
        } else {
            put(small ? 0x83 : 0x81);
            put(0xC0 | what << 3 | rm & 7);
        }
        if (small) put(value);
        else put32(value);
    }

    private void inMemory(int what, int base, int disp, int value) {
        boolean small = value == (byte) value;
        general(small ? 0x83 : 0x81, 0, what, base, disp);
        if (small) put(value);
        else put32(value);
    }

    private void oneByte(int opcode, int reg) {
        begin();
        rex(0, 0, reg);
        put(opcode + (reg & 7));
    }

    private void rex(int wide, int reg, int rm) {
        int bits = wide | reg >> 3 << 2 | rm >> 3;
        if (bits != 0) put(0x40 | bits);
    }

    private void begin() { if (size + LONGEST_INSTRUCTION > bytes.length) bytes = Arrays.copyOf(bytes, 2 * bytes.length); }

    private void put(int value) { bytes[size++] = (byte) value; }

    private void put32(int value) {
        put32(bytes, size, value);
        size += 4;
    }

    private static void put32(byte[] to, int at, int value) { for (int i = 0; i < 4; i++) to[at + i] = (byte) (value >> 8 * i); }

    private static int get32(byte[] from, int at) {
        return from[at] & 0xFF | (from[at + 1] & 0xFF) << 8 | (from[at + 2] & 0xFF) << 16 | from[at + 3] << 24;
    }
}
