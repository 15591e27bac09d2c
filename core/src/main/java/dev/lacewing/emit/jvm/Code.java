package dev.lacewing.emit.jvm;

import static java.lang.constant.ConstantDescs.CD_long;

import dev.lacewing.program.Instruction;
import dev.lacewing.program.Instruction.*;
import dev.lacewing.program.Int;
import dev.lacewing.program.Program;
import dev.lacewing.program.Ptr;
import dev.lacewing.program.Vec;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Locale;

/** The body of a kernel's method. Addresses, counters and loops are the same at every width and stand here; vectors are left to the two forms. */
abstract sealed class Code permits VectorCode, ScalarCode {
    static final ClassDesc SEGMENT = ClassDesc.of(MemorySegment.class.getName());
    private static final ClassDesc CONSTANTS = ClassDesc.of(Constants.class.getPackageName(), "Constants");

    final CodeBuilder out;
    private final Program program;

    Code(CodeBuilder out, Program program) {
        this.out = out;
        this.program = program;
    }

    abstract void load(Ptr at, int disp);

    abstract void splat(Runnable pushFloat);

    abstract void store(Vec from, Ptr at, int disp);

    abstract void storeFirst(Vec from, Ptr at, int disp, int count);

    abstract void fma(Vec acc, Vec x, Vec w);

    abstract void binary(Arithmetic what, Vec a, Vec b);

    abstract void clamp(Vec v, Vec lo, Vec hi);

    /** A clamp and the mask after it: together, because C1 gives up a method of too many calls, and C2 then never sees it. */
    abstract void clampAnd(Vec v, Vec lo, Vec hi, Vec mask);

    abstract void deinterleave(Parity parity, Vec a, Vec b);

    abstract void get(Vec v);

    abstract void set(Vec v);

    final void emit(List<Instruction> code) {
        for (int i = 0; i < code.size(); i++) {
            if (code.get(i) instanceof Clamp(Vec v, Vec lo, Vec hi) && i + 1 < code.size() && code.get(i + 1) instanceof Binary(Arithmetic what, Vec to, Vec a, Vec mask)
                    && what == Arithmetic.AND && a.equals(v) && to.equals(v) && !mask.equals(v)) {
                clampAnd(v, lo, hi, mask);
                set(to);
                i++;
            } else {
                emit(code.get(i));
            }
        }
    }

    private void emit(Instruction instruction) {
        switch (instruction) {
            case Load(Vec to, Ptr at, int disp) -> { load(at, disp); set(to); }
            case Splat(Vec to, Ptr at, int disp) -> { splat(() -> read("FLOAT", at, disp)); set(to); }
            case Constant(Vec to, float value) -> { splat(() -> out.loadConstant(value)); set(to); }
            case Copy(Vec to, Vec from) -> { get(from); set(to); }
            case Store(Vec from, Ptr at, int disp) -> store(from, at, disp);
            case StoreFirst(Vec from, Ptr at, int disp, int count) -> storeFirst(from, at, disp, count);
            case Fma(Vec acc, Vec x, Vec w) -> { fma(acc, x, w); set(acc); }
            case FmaSplats(List<Vec> accs, Vec x, Vec scratch, Ptr at, int disp) -> {
                for (int i = 0; i < accs.size(); i++) {
                    emit(new Splat(scratch, at, disp + Float.BYTES * i));
                    emit(new Fma(accs.get(i), x, scratch));
                }
            }
            case Prefetch _, PrefetchCode _ -> { }
            case Binary(Arithmetic what, Vec to, Vec a, Vec b) -> { binary(what, a, b); set(to); }
            case Clamp(Vec v, Vec lo, Vec hi) -> { clamp(v, lo, hi); set(v); }
            case Deinterleave(Parity parity, Vec to, Vec a, Vec b) -> { deinterleave(parity, a, b); set(to); }
            case Argument(Ptr to, int slot) -> { read("LONG", new Ptr(0), Long.BYTES * slot); set(to); }
            case Index(Ptr to, Ptr base, Ptr at, int disp) -> { get(base); read("INT", at, disp); out.i2l().ladd(); set(to); }
            case Move(Ptr to, Ptr from) -> { get(from); set(to); }
            case Advance(Ptr p, int bytes) -> { address(p, bytes); set(p); }
            case AdvanceBy(Ptr p, Ptr bytes) -> { get(p); get(bytes); out.ladd(); set(p); }
            case Count(Int to, Ptr at, int disp) -> { read("INT", at, disp); out.istore(slot(to)); }
            case Loop(Int n, int step, List<Instruction> body) -> loop(n, step, body);
        }
    }

    /**
     * The mask says n >= step for any n >= 0 (step is a power of two), and hides from C2 that the loop is counted. A counted loop would be split in
     * three, with some 200 instructions of range-check arithmetic before each, at two thirds of the speed on rows of 25 to 50 non-zeros.
     */
    private void loop(Int n, int step, List<Instruction> body) {
        Label top = out.newLabel(), end = out.newLabel();
        out.labelBinding(top).iload(slot(n)).loadConstant(Integer.MAX_VALUE & -step).iand().ifeq(end);
        emit(body);
        out.iinc(slot(n), -step).goto_(top).labelBinding(end);
    }

    /** Pushes the int, long or float at [at + disp]. */
    final void read(String layout, Ptr at, int disp) {
        constant("ALL", SEGMENT);
        constant(layout, layout(layout));
        address(at, disp);
        ClassDesc type = ClassDesc.ofDescriptor(switch (layout) { case "INT" -> "I"; case "LONG" -> "J"; default -> "F"; });
        out.invokeinterface(SEGMENT, "get", MethodTypeDesc.of(type, layout(layout), CD_long));
    }

    static ClassDesc layout(String name) {
        return ClassDesc.of("java.lang.foreign.ValueLayout").nested("Of" + name.charAt(0) + name.substring(1).toLowerCase(Locale.ROOT));
    }

    final void address(Ptr at, int disp) {
        get(at);
        if (disp != 0) out.loadConstant((long) disp).ladd();
    }

    final void constant(String name, ClassDesc type) { out.getstatic(CONSTANTS, name, type); }

    final void vectorConstant(String name, ClassDesc type) { out.getstatic(CONSTANTS.nested("Vectors"), name + lanes(), type); }

    final int lanes() { return program.machine().lanes(); }

    final int slot(Vec v) { return 1 + 2 * program.pointers() + program.counters() + v.reg(); }

    /** Of the method's local variables. */
    final int firstFreeSlot() { return 1 + 2 * program.pointers() + program.counters() + program.vectors(); }

    private void get(Ptr p) { out.lload(slot(p)); }

    private void set(Ptr p) { out.lstore(slot(p)); }

    private static int slot(Ptr p) { return 1 + 2 * p.reg(); }

    private int slot(Int n) { return 1 + 2 * program.pointers() + n.reg(); }
}
