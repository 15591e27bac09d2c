package dev.lacewing.emit.wasm;

import static dev.lacewing.emit.wasm.Opcode.*;

import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.program.Instruction.*;
import dev.lacewing.program.Instruction;
import dev.lacewing.program.Int;
import dev.lacewing.program.Program;
import dev.lacewing.program.Ptr;
import dev.lacewing.program.Vec;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A program as the body of a function with one parameter. Every register is a local: pointers, counters, vectors, and then constants, which are set at the start. */
final class Encoder {
    private static final int LANES = 4;

    private final Bytes out = new Bytes();
    private final Program program;
    private final Features features;
    private final boolean scalar;
    /** Of the last {@code local.set}. */
    private int setAt, setEnd, setLocal;
    private final Known known;
    private final Folds folds;
    /** What is computed where it is read, by the vector; the latest first, which may itself read the one before. */
    private final Map<Integer, Deque<Instruction>> awaited = new HashMap<>();
    /** The bits, in the order of their locals. */
    private final List<Integer> constants;

    /** Indices of the globals that hold some of the constants, by the bits. */
    private final Map<Integer, Integer> globals;

    private Encoder(Program program, Features features, Map<Integer, Integer> globals) {
        this.program = program;
        this.globals = globals;
        this.features = features;
        int lanes = program.machine().lanes();
        scalar = lanes == 1;
        known = new Known(program);
        folds = new Folds(program);
        constants = List.copyOf(constants(program));
        if (!scalar && lanes != features.machine().lanes())
            throw new Invalid("kernel " + program.name() + " has " + lanes + " lanes, and a module of " + features + " takes "
                    + (features == Features.SCALAR ? "1" : features.machine().lanes() + " or 1") + ": plan for another machine");
    }

    /**
     * @param globals indices of the globals that hold vectors of a constant, by its bits; others are made where they are needed
     * @throws Invalid if the program has more than one lane and not those of the features
     */
    static Bytes encode(Program program, Features features, Map<Integer, Integer> globals) { return new Encoder(program, features, globals).function(); }

    /** The bits of the constants that vectors are made of, in the order of their locals. */
    static Set<Integer> constants(Program program) { return program.machine().lanes() == 1 ? Set.of() : constants(program.code(), new LinkedHashSet<>()); }

    private Bytes function() {
        int integers = program.pointers() - 1 + program.counters(), vectors = program.vectors() + constants.size();
        out.unsigned((integers > 0 ? 1 : 0) + (vectors > 0 ? 1 : 0));
        if (integers > 0) out.unsigned(integers).put(I32);
        if (vectors > 0) out.unsigned(vectors).put(scalar ? F32 : V128);
        for (int i = 0; i < constants.size(); i++) {
            if (constants.get(i) == 0) continue;   // as locals are
            Integer global = globals.get(constants.get(i));
            if (global != null) {
                out.put(GLOBAL_GET).unsigned(global);
            } else {
                op(F32_CONST);
                out.put32(constants.get(i));
                simd(F32X4_SPLAT);
            }
            set(program.pointers() + program.counters() + program.vectors() + i);
        }
        encode(program.code());
        return out.put(END);
    }

    private static Set<Integer> constants(List<Instruction> code, Set<Integer> found) {
        for (Instruction i : code)
            if (i instanceof Constant(_, float value)) found.add(Float.floatToRawIntBits(value));
            else if (i instanceof Loop loop) constants(loop.body(), found);
        return found;
    }

    private void encode(List<Instruction> code) {
        BitSet folded = folds.in(code);
        for (int i = 0; i < code.size(); i++) {
            Instruction instruction = code.get(i);
            if (folded.get(i)) awaited(Folds.writes(instruction).getFirst()).push(instruction);
            else encode(instruction);
        }
        if (awaited.values().stream().anyMatch(waiting -> !waiting.isEmpty())) throw new IllegalStateException("kernel " + program.name() + " does not read what was folded");
    }

    private void encode(Instruction instruction) {
        switch (instruction) {
            case Load(Vec to, _, _) -> value(instruction).set(local(to));
            case Splat(Vec to, _, _) -> value(instruction).set(local(to));
            case Constant(Vec to, _) -> { if (known.constant(to) == null) value(instruction).set(local(to)); }
            case Copy(Vec to, Vec from) -> { if (local(to) != local(from)) value(instruction).set(local(to)); }
            case Fma(Vec acc, _, _) -> value(instruction).set(local(acc));
            case Binary(_, Vec to, _, _) -> value(instruction).set(local(to));
            case Clamp(Vec v, _, _) -> value(instruction).set(local(v));
            case Deinterleave(_, Vec to, _, _) -> value(instruction).set(local(to));
            case Store(Vec from, Ptr at, int disp) -> {
                int offset = base(at, disp);
                push(from);
                if (scalar) op(F32_STORE); else simd(V128_STORE);
                memory(offset);
            }
            case StoreFirst(Vec from, Ptr at, int disp, int count) -> storeFirst(from, at, disp, count);
            case FmaSplats(List<Vec> accs, Vec x, Vec _, Ptr at, int disp) -> {
                for (int i = 0; i < accs.size(); i++) {
                    int element = disp + Float.BYTES * i;
                    fma(accs.get(i), x, () -> splat(at, element));
                    set(local(accs.get(i)));
                }
            }
            case Prefetch _, PrefetchCode _ -> { }
            case Argument(Ptr to, int slot) -> get(0).op(I32_LOAD).memory(WasmModule.SLOT_BYTES * slot).set(local(to));
            case Index(Ptr to, Ptr base, Ptr at, int disp) -> { get(local(base)); load32(at, disp); op(I32_ADD).set(local(to)); }
            case Move(Ptr to, Ptr from) -> { if (!to.equals(from)) get(local(from)).set(local(to)); }
            case Advance(Ptr p, int bytes) -> { if (bytes != 0) get(local(p)).integer(bytes).op(I32_ADD).set(local(p)); }
            case AdvanceBy(Ptr p, Ptr bytes) -> {
                boolean swap = isJustSet(local(bytes));
                get(local(swap ? bytes : p)).get(local(swap ? p : bytes)).op(I32_ADD).set(local(p));
            }
            case Count(Int to, Ptr at, int disp) -> { load32(at, disp); set(local(to)); }
            case Loop(Int n, int step, List<Instruction> body) -> loop(local(n), step, body);
        }
    }

    /** Pushes the vector that an instruction computes. */
    private Encoder value(Instruction instruction) {
        switch (instruction) {
            case Load(_, Ptr at, int disp) -> {
                int offset = base(at, disp);
                if (scalar) op(F32_LOAD); else simd(V128_LOAD);
                memory(offset);
            }
            case Splat(_, Ptr at, int disp) -> splat(at, disp);
            case Constant(_, float value) -> constant(value);
            case Copy(_, Vec from) -> push(from);
            case Fma(Vec acc, Vec x, Vec w) -> {
                boolean swap = isJustSet(w);
                fma(acc, swap ? w : x, () -> push(swap ? x : w));
            }
            case Binary(Arithmetic what, _, Vec a, Vec b) -> {
                boolean swap = (what == Arithmetic.ADD || what == Arithmetic.MUL) && isJustSet(b);
                binary(what, swap ? b : a, swap ? a : b);
            }
            case Clamp(Vec v, Vec lo, Vec hi) -> clamp(v, lo, hi);
            case Deinterleave(Parity parity, _, Vec a, Vec b) -> deinterleave(parity, a, b);
            default -> throw new IllegalStateException("no vector is computed by " + instruction);
        }
        return this;
    }

    private void splat(Ptr at, int disp) {
        int offset = base(at, disp);
        if (scalar) op(F32_LOAD); else simd(V128_LOAD32_SPLAT);
        memory(offset);
    }

    private void storeFirst(Vec from, Ptr at, int disp, int count) {
        if (scalar) throw new Invalid("one lane has no part to store");
        int pairs = count / 2;
        if (pairs > 0) storeLane(V128_STORE64_LANE, from, at, disp, 0);
        if (count % 2 > 0) storeLane(V128_STORE32_LANE, from, at, disp + 2 * Float.BYTES * pairs, 2 * pairs);
    }

    private void storeLane(int opcode, Vec from, Ptr at, int disp, int lane) {
        int offset = base(at, disp);
        push(from).simd(opcode).memory(offset);
        out.put(lane);
    }

    private void constant(float value) {
        int bits = Float.floatToRawIntBits(value);
        if (scalar) {
            op(F32_CONST);
            out.put32(bits);
        } else {
            get(program.pointers() + program.counters() + program.vectors() + constants.indexOf(bits));
        }
    }

    private void fma(Vec acc, Vec x, Runnable w) {
        boolean relaxed = !scalar && features == Features.RELAXED;
        if (!relaxed) push(acc);
        push(x);
        w.run();
        if (relaxed) push(acc).simd(F32X4_RELAXED_MADD);
        else if (scalar) op(F32_MUL, F32_ADD);
        else simd(F32X4_MUL).simd(F32X4_ADD);
    }

    private void binary(Arithmetic what, Vec a, Vec b) {
        if (scalar && what == Arithmetic.AND) {
            push(a).op(I32_REINTERPRET_F32).push(b).op(I32_REINTERPRET_F32, I32_AND, F32_REINTERPRET_I32);
            return;
        }
        boolean extreme = what == Arithmetic.MIN || what == Arithmetic.MAX;
        if (extreme && !scalar && (known.constant(a) != null || known.constant(b) != null)) {
            extreme(what == Arithmetic.MAX, a, b);
            return;
        }
        push(a).push(b);
        switch (what) {
            case ADD -> either(F32_ADD, F32X4_ADD);
            case SUB -> either(F32_SUB, F32X4_SUB);
            case MUL -> either(F32_MUL, F32X4_MUL);
            case DIV -> either(F32_DIV, F32X4_DIV);
            case MIN -> either(F32_MIN, F32X4_MIN);
            case MAX -> either(F32_MAX, F32X4_MAX);
            case AND -> simd(V128_AND);
        }
    }

    /** With a constant: of a pseudo-minimum or maximum, which is one instruction. It gives its first operand if both are zero, which must then be the one to prefer. */
    private void extreme(boolean max, Vec a, Vec b) {
        Float value = known.constant(a) != null ? known.constant(a) : known.constant(b);
        Vec constant = known.constant(a) != null ? a : b, other = constant == a ? b : a;
        boolean constantFirst = value != null && Float.floatToRawIntBits(value) == (max ? 0 : 0x80000000);
        push(constantFirst ? constant : other).push(constantFirst ? other : constant).simd(max ? F32X4_PMAX : F32X4_PMIN);
    }

    private void either(int one, int four) {
        if (scalar) op(one); else simd(four);
    }

    /** The pseudo-maximum is its first operand if both are zero: +0, the lower limit. */
    private void clamp(Vec v, Vec lo, Vec hi) {
        push(hi).push(lo).push(v);
        if (scalar) op(F32_MAX, F32_MIN); else simd(F32X4_PMAX).simd(F32X4_PMIN);
    }

    private void deinterleave(Parity parity, Vec a, Vec b) {
        if (scalar) {
            push(parity == Parity.EVEN ? a : b);
            drop(parity == Parity.EVEN ? b : a);
            return;
        }
        push(a).push(b).simd(I8X16_SHUFFLE);
        for (int lane = parity.ordinal(); lane < 2 * LANES; lane += 2) for (int i = 0; i < Float.BYTES; i++) out.put(Float.BYTES * lane + i);
    }

    private void loop(int n, int step, List<Instruction> body) {
        op(BLOCK, VOID).get(n).integer(step).op(I32_LT_S, BR_IF, 0, LOOP, VOID);
        encode(body);
        get(n).integer(-step).op(I32_ADD, LOCAL_TEE);
        out.unsigned(n);
        if (step > 1) integer(step).op(I32_GE_S);   // of step 1, n itself is the condition
        op(BR_IF, 0, END, END);
    }

    /** Pushes an address; the rest of the displacement is returned, since an instruction's own offset is not negative. */
    private int base(Ptr at, int disp) {
        get(local(at));
        if (disp >= 0) return disp;
        integer(disp).op(I32_ADD);
        return 0;
    }

    private void load32(Ptr at, int disp) {
        int offset = base(at, disp);
        op(I32_LOAD).memory(offset);
    }

    /** Log2 of the alignment to expect, a hint, and the offset. Everything but a pair of lanes is a multiple of four bytes. */
    private Encoder memory(int offset) {
        out.put(2).unsigned(offset);
        return this;
    }

    private Encoder integer(int value) {
        out.put(I32_CONST).signed(value);
        return this;
    }

    private Encoder simd(int opcode) {
        out.put(SIMD).unsigned(opcode);
        return this;
    }

    private Encoder op(int... bytes) {
        out.put(bytes);
        return this;
    }

    /** Pushes a vector's value. */
    private Encoder push(Vec v) {
        Float constant = known.constant(v);
        Instruction instruction = take(v);
        if (constant != null) constant(constant);
        else if (instruction != null) value(instruction);
        else get(local(v));
        return this;
    }

    /** So that a {@link #get} costs nothing. */
    private boolean isJustSet(int local) { return out.size() == setEnd && local == setLocal; }

    private boolean isJustSet(Vec v) { return isJustSet(local(v)) && known.constant(v) == null && awaited(v).isEmpty(); }

    private Deque<Instruction> awaited(Vec v) { return awaited.computeIfAbsent(v.id(), _ -> new ArrayDeque<>()); }

    /** What is awaited of a vector now is so no longer. */
    private @Nullable Instruction take(Vec v) { return awaited(v).poll(); }

    /** Instead of {@link #push}: what was to be computed for this vector alone is not computed. */
    private void drop(Vec v) {
        Instruction instruction = take(v);
        if (instruction != null) Folds.reads(instruction).forEach(this::drop);
    }

    /** Right after {@link #set} of the same local the value stays where it is. */
    private Encoder get(int local) {
        if (isJustSet(local)) {
            out.replace(setAt, LOCAL_TEE);
            setEnd = 0;
        } else {
            out.put(LOCAL_GET).unsigned(local);
        }
        return this;
    }

    private Encoder set(int local) {
        setAt = out.size();
        setLocal = local;
        out.put(LOCAL_SET).unsigned(local);
        setEnd = out.size();
        return this;
    }

    private int local(Ptr p) { return p.reg(); }

    private int local(Int n) { return program.pointers() + n.reg(); }

    private int local(Vec v) { return program.pointers() + program.counters() + v.reg(); }
}
