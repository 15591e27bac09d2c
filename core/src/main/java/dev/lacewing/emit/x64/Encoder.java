package dev.lacewing.emit.x64;

import static dev.lacewing.emit.x64.Assembler.POOL;
import static dev.lacewing.emit.x64.Assembler.RSP;

import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.program.Instruction;
import dev.lacewing.program.Instruction.*;
import dev.lacewing.program.Int;
import dev.lacewing.program.Program;
import dev.lacewing.program.Ptr;
import dev.lacewing.program.Vec;
import java.util.Arrays;
import java.util.List;

/**
 * A program as machine code of a function with one argument, by the System V calling convention. Instructions keep the program's order.
 * Loops are not aligned: on a Zen 4 no kernel gained from 16, 32 or 64 bytes.
 */
final class Encoder {
    /** For pointers, then counters. The argument stands in the first; those from {@link #CALLERS} on belong to the caller and are saved. The last two make longer operands. */
    private static final int[] GENERAL = {Assembler.RDI, Assembler.RSI, Assembler.RDX, Assembler.RCX, Assembler.RAX, 8, 9, 10, 11, Assembler.RBX, 14, 15, Assembler.RBP, 13, 12};
    private static final int CALLERS = 9;

    /** Offsets from the stack pointer into the 128 bytes below it, which no signal handler touches. */
    private static final int SAVED_VECTOR = -64, SAVED_ADDRESS = -8, COUNTERS = -128, COUNTERS_IN_MEMORY = 16;

    private static final int SMALLER = 4, LARGER = 5;

    private final Assembler out = new Assembler();
    private final Program program;
    private final Folding folding;
    private final boolean avx512, evex;
    private final int lanes, width, vectors;
    /** Counters that found no register, the outermost: they stand from {@link #COUNTERS} on. */
    private final int inMemory;
    private final int[] tables = {-1, -1};

    private Encoder(Program program, boolean avx512) {
        this.program = program;
        lanes = program.machine().lanes();
        width = lanes == 16 ? 2 : lanes == 8 ? 1 : 0;
        this.avx512 = avx512;
        evex = avx512 && (lanes == 16 || program.vectors() > 15);
        vectors = evex ? 32 : 16;
        inMemory = Math.max(0, program.pointers() + program.counters() - GENERAL.length);
        if (lanes == 16 && !avx512) throw new Invalid("kernel " + program.name() + " has 16 lanes, which need AVX-512: build it for 8, 4 or 1");
        if (program.vectors() > vectors) throw new Invalid("kernel " + program.name() + " needs " + program.vectors() + " vector registers; there are " + vectors);
        if (program.pointers() > GENERAL.length || inMemory > COUNTERS_IN_MEMORY)
            throw new Invalid("kernel " + program.name() + " needs " + program.pointers() + " pointers and " + program.counters() + " counters; there are registers for "
                    + GENERAL.length + " and room for " + COUNTERS_IN_MEMORY + " counters more");
        folding = new Folding(program, evex);
    }

    /**
     * @param avx512 the processor has AVX-512 F, BW, DQ and VL, else only AVX2 and FMA
     * @throws Invalid if the program needs more registers than there are
     */
    static byte[] encode(Program program, boolean avx512) { return new Encoder(program, avx512).function(); }

    private byte[] function() {
        int used = program.pointers() + program.counters() - inMemory;
        int lines = !program.code().isEmpty() && program.code().getFirst() instanceof PrefetchCode ? out.prefetchCode() : 0;
        for (int i = CALLERS; i < used; i++) out.push(GENERAL[i]);
        if (evex && lanes > 1 && areElementsKept()) for (Parity p : folding.parities()) loadElements(elements(p.ordinal()), p.ordinal());
        encode(program.code());
        for (int i = used - 1; i >= CALLERS; i--) out.pop(GENERAL[i]);
        if (lanes > 4) out.zeroUpper();
        out.ret();
        if (lines > 0) out.codePrefetched(lines);
        return out.toArray();
    }

    private void encode(List<Instruction> code) { for (Instruction i : code) encode(i); }

    private void encode(Instruction instruction) {
        switch (instruction) {
            case Load(Vec to, Ptr at, int disp) -> { if (folding.operand(to) == null) out.vector(load(), width, to.reg(), 0, reg(at), disp, false); }
            case Splat(Vec to, Ptr at, int disp) -> { if (folding.operand(to) == null) splat(to.reg(), reg(at), disp); }
            case Constant(Vec to, float value) -> { if (folding.operand(to) == null) constant(to.reg(), Float.floatToRawIntBits(value)); }
            case Store(Vec from, Ptr at, int disp) -> out.vector(lanes == 1 ? Simd.VMOVSS_STORE : Simd.VMOVUPS_STORE, width, from.reg(), 0, reg(at), disp, false);
            case StoreFirst(Vec from, Ptr at, int disp, int count) -> storeFirst(from.reg(), reg(at), disp, count);
            case Copy(Vec to, Vec from) -> copy(to.reg(), from.reg());
            case Fma(Vec acc, Vec x, Vec w) -> {
                Simd fma = lanes == 1 ? Simd.VFMADD231SS : Simd.VFMADD231PS;
                if (folding.operand(x) != null) apply(fma, acc, w, x);
                else apply(fma, acc, x, w);
            }
            case FmaSplats(List<Vec> accs, Vec x, Vec scratch, Ptr at, int disp) -> fmaSplats(accs, x.reg(), scratch.reg(), reg(at), disp);
            case Prefetch(Ptr at, int disp, int bytes) -> { for (int i = 0; i < bytes; i += Assembler.LINE) out.prefetch(reg(at), disp + i); }
            case PrefetchCode() -> { }
            case Binary(Arithmetic what, Vec to, Vec a, Vec b) -> binary(what, to, a, b);
            case Clamp(Vec v, Vec lo, Vec hi) -> {
                out.vector(Simd.VPMAXSD, width, v.reg(), v.reg(), lo.reg());
                out.vector(Simd.VPMINSD, width, v.reg(), v.reg(), hi.reg());
            }
            case Deinterleave(Parity parity, Vec to, Vec a, Vec b) -> deinterleave(parity.ordinal(), to.reg(), a.reg(), b.reg());
            case Argument(Ptr to, int slot) -> out.load64(reg(to), GENERAL[0], Long.BYTES * slot);
            case Index(Ptr to, Ptr base, Ptr at, int disp) -> index(reg(to), reg(base), reg(at), disp);
            case Move(Ptr to, Ptr from) -> { if (!to.equals(from)) out.move(reg(to), reg(from)); }
            case Advance(Ptr p, int bytes) -> { if (bytes != 0) out.add64(reg(p), bytes); }
            case AdvanceBy(Ptr p, Ptr bytes) -> out.add(reg(p), reg(bytes));
            case Count(Int to, Ptr at, int disp) -> count(to, reg(at), disp);
            case Loop(Int n, int step, List<Instruction> body) -> loop(n, step, body);
        }
    }

    private void storeFirst(int from, int base, int disp, int count) {
        if (avx512) {
            out.loadMask(out.constants((1 << count) - 1));
            out.storeMasked(width, from, base, disp);
            return;
        }
        int[] kept = new int[lanes];
        Arrays.fill(kept, 0, count, -1);
        int mask = scratch(from, from, from);
        out.vector(Simd.VMOVUPS, width, mask, 0, POOL, out.constants(kept), false);
        out.vector(Simd.VMASKMOVPS_STORE, width, from, mask, base, disp, false);
        release(mask);
    }

    private void count(Int to, int at, int disp) {
        if (!isInMemory(to)) {
            out.load32(reg(to), at, disp);
            return;
        }
        int aside = at == GENERAL[0] ? GENERAL[1] : GENERAL[0];
        out.store64(aside, RSP, SAVED_ADDRESS);
        out.load32(aside, at, disp);
        out.store32(aside, RSP, place(to));
        out.load64(aside, RSP, SAVED_ADDRESS);
    }

    private void loop(Int n, int step, List<Instruction> body) {
        compare(n, step);
        int end = out.jumpIfLess();
        int top = out.size();
        encode(body);
        if (isInMemory(n)) out.subtract32(RSP, place(n), step);
        else out.subtract32(reg(n), step);
        if (step == 1) {
            out.jumpIfGreater(top);
        } else {
            compare(n, step);
            out.jumpIfNotLess(top);
        }
        out.land(end);
    }

    private void compare(Int n, int value) {
        if (isInMemory(n)) out.compare32(RSP, place(n), value);
        else out.compare32(reg(n), value);
    }

    private boolean isInMemory(Int n) { return n.reg() < inMemory; }

    private static int place(Int n) { return COUNTERS + Integer.BYTES * n.reg(); }

    private void splat(int to, int base, int disp) { out.vector(lanes == 1 ? Simd.VMOVSS : Simd.VBROADCASTSS, width, to, 0, base, disp, false); }

    private void fmaSplats(List<Vec> accs, int x, int scratch, int base, int disp) {
        for (int i = 0; i < accs.size(); i++) {
            int acc = accs.get(i).reg(), at = disp + Float.BYTES * i;
            if (lanes == 1) {
                out.vector(Simd.VFMADD231SS, width, acc, x, base, at, false);
            } else if (evex) {
                out.vector(Simd.VFMADD231PS, width, acc, x, base, at, true);
            } else {
                splat(scratch, base, at);
                out.vector(Simd.VFMADD231PS, width, acc, x, scratch);
            }
        }
    }

    private void constant(int to, int bits) {
        if (bits == 0) out.vector(Simd.VXORPS, 0, to, to, to);
        else splat(to, POOL, out.constants(bits));
    }

    private void copy(int to, int from) { if (to != from) out.vector(Simd.VMOVAPS, width, to, 0, from); }

    private void index(int to, int base, int at, int disp) {
        if (to == base) out.store64(to, RSP, SAVED_ADDRESS);
        out.load32SignExtended(to, at, disp);
        if (to == base) out.add(to, RSP, SAVED_ADDRESS);
        else out.add(to, base);
    }

    private void binary(Arithmetic what, Vec to, Vec a, Vec b) {
        boolean one = lanes == 1;
        switch (what) {
            case ADD -> commutative(one ? Simd.VADDSS : Simd.VADDPS, to, a, b);
            case SUB -> apply(one ? Simd.VSUBSS : Simd.VSUBPS, to, a, b);
            case MUL -> commutative(one ? Simd.VMULSS : Simd.VMULPS, to, a, b);
            case DIV -> apply(one ? Simd.VDIVSS : Simd.VDIVPS, to, a, b);
            case AND -> commutative(Simd.VANDPS, to, a, b);
            case MIN, MAX -> extreme(what == Arithmetic.MAX, to, a, b);
        }
    }

    private void commutative(Simd op, Vec to, Vec a, Vec b) {
        if (folding.operand(a) != null) apply(op, to, b, a);
        else apply(op, to, a, b);
    }

    private void apply(Simd op, Vec to, Vec a, Vec b) {
        Instruction operand = folding.operand(b);
        boolean everyLane = !op.isScalar() && (lanes == 1 || !(operand instanceof Load));
        switch (operand) {
            case Load(Vec _, Ptr at, int disp) -> out.vector(op, width, to.reg(), a.reg(), reg(at), disp, everyLane);
            case Splat(Vec _, Ptr at, int disp) -> out.vector(op, width, to.reg(), a.reg(), reg(at), disp, everyLane);
            case Constant(Vec _, float value) -> out.vector(op, width, to.reg(), a.reg(), POOL, out.constants(Float.floatToRawIntBits(value)), everyLane);
            case null, default -> out.vector(op, width, to.reg(), a.reg(), b.reg());
        }
    }

    /** The processor's own minimum and maximum give their second operand if both are zero. */
    private void extreme(boolean max, Vec to, Vec a, Vec b) {
        Simd op = max ? lanes == 1 ? Simd.VMAXSS : Simd.VMAXPS : lanes == 1 ? Simd.VMINSS : Simd.VMINPS;
        Constant known = folding.constant(a) != null ? folding.constant(a) : folding.constant(b);
        if (known != null) {
            Vec other = known.to().equals(a) ? b : a;
            boolean limitSecond = Float.floatToRawIntBits(known.value()) == (max ? 0 : 0x80000000);
            out.vector(op, width, to.reg(), (limitSecond ? other : known.to()).reg(), (limitSecond ? known.to() : other).reg());
        } else if (evex) {
            Vec first = folding.operand(a) != null ? b : a, second = first == a ? b : a;
            range(max ? LARGER : SMALLER, to, first, second);
        } else {
            int aside = scratch(to.reg(), a.reg(), b.reg());
            out.vector(op, width, aside, a.reg(), b.reg());
            out.vector(op, width, to.reg(), b.reg(), a.reg());
            out.vector(max ? Simd.VANDPS : Simd.VORPS, width, to.reg(), to.reg(), aside);
            release(aside);
        }
    }

    private void range(int what, Vec to, Vec a, Vec b) {
        Simd op = lanes == 1 ? Simd.VRANGESS : Simd.VRANGEPS;
        Instruction operand = folding.operand(b);
        switch (operand) {
            case Load(Vec _, Ptr at, int disp) -> out.vector(op, width, to.reg(), a.reg(), reg(at), disp, false, what);
            case Splat(Vec _, Ptr at, int disp) -> out.vector(op, width, to.reg(), a.reg(), reg(at), disp, lanes > 1, what);
            case null, default -> out.vector(op, width, to.reg(), a.reg(), b.reg(), what);
        }
    }

    private void deinterleave(int first, int to, int a, int b) {
        if (lanes == 1) {
            copy(to, first == 0 ? a : b);
        } else if (evex) {
            int aside = to == a || to == b ? scratch(to, a, b) : to;
            if (areElementsKept()) copy(aside, elements(first));
            else loadElements(aside, first);
            out.vector(Simd.VPERMI2PS, width, aside, a, b);
            copy(to, aside);
            if (aside != to) release(aside);
        } else {
            out.vector(Simd.VSHUFPS, width, to, a, b, first == 0 ? 0x88 : 0xDD);
            if (lanes == 8) out.vector(Simd.VPERMPD, width, to, 0, to, 0xD8);
        }
    }

    /** Whether the tables of {@link #elements} have registers, beside the scratch register. */
    private boolean areElementsKept() { return program.vectors() + 3 <= vectors; }

    /** The register with the numbers of the elements that a deinterleave takes. */
    private int elements(int first) { return program.vectors() + 1 + first; }

    private void loadElements(int to, int first) {
        int[] elements = new int[lanes];
        for (int i = 0; i < lanes; i++) elements[i] = 2 * i + first;
        if (tables[first] < 0) tables[first] = out.constants(elements);
        out.vector(Simd.VMOVUPS, width, to, 0, POOL, tables[first], false);
    }

    /** A vector register that is none of the three, and none that the program uses until {@link #release}. */
    private int scratch(int x, int y, int z) {
        if (program.vectors() < vectors) return program.vectors();
        int v = 0;
        while (v == x || v == y || v == z) v++;
        out.vector(Simd.VMOVUPS_STORE, width, v, 0, RSP, SAVED_VECTOR, false);
        return v;
    }

    private void release(int v) { if (v < program.vectors()) out.vector(Simd.VMOVUPS, width, v, 0, RSP, SAVED_VECTOR, false); }

    private Simd load() { return lanes == 1 ? Simd.VMOVSS : Simd.VMOVUPS; }

    private int reg(Ptr p) { return GENERAL[p.reg()]; }

    private int reg(Int n) { return GENERAL[program.pointers() + n.reg() - inMemory]; }
}
