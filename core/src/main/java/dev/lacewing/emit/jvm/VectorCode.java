package dev.lacewing.emit.jvm;

import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import dev.lacewing.program.Instruction;
import dev.lacewing.program.Instruction.Arithmetic;
import dev.lacewing.program.Instruction.Parity;
import dev.lacewing.program.Int;
import dev.lacewing.program.Program;
import dev.lacewing.program.Ptr;
import dev.lacewing.program.Vec;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Vector API calls at 4, 8 or 16 lanes; each vector register is a local variable that never escapes. */
final class VectorCode extends Code {
    private static final ClassDesc BYTE_ORDER = ClassDesc.of("java.nio.ByteOrder");
    private static final ClassDesc VECTOR = api("Vector"), SPECIES = api("VectorSpecies"), SHUFFLE = api("VectorShuffle"), MASK = api("VectorMask");
    private static final ClassDesc FLOATS = api("FloatVector"), INTS = api("IntVector");
    private static final MethodTypeDesc FLOATS_BINARY = MethodTypeDesc.of(FLOATS, VECTOR), INTS_BINARY = MethodTypeDesc.of(INTS, VECTOR);

    /** Where the bits of clamp limits and masks are kept beside their floats: looked at for every result, they are converted once. */
    private final Map<Vec, Integer> kept = new HashMap<>();

    VectorCode(CodeBuilder out, Program program) {
        super(out, program);
        keep(program.code());
    }

    private void keep(List<Instruction> code) {
        for (Instruction i : code) {
            switch (i) {
                case Instruction.Clamp(Vec v, Vec lo, Vec hi) -> {
                    keep(lo);
                    keep(hi);
                }
                case Instruction.Binary(Arithmetic what, Vec to, Vec a, Vec b) when what == Arithmetic.AND -> keep(b);
                case Instruction.Loop(Int n, int step, List<Instruction> body) -> keep(body);
                default -> { }
            }
        }
    }

    private void keep(Vec v) { if (!kept.containsKey(v)) kept.put(v, firstFreeSlot() + kept.size()); }

    private static ClassDesc api(String name) { return ClassDesc.of("jdk.incubator.vector", name); }

    @Override void load(Ptr at, int disp) {
        vectorConstant("S", SPECIES);
        constant("ALL", SEGMENT);
        address(at, disp);
        constant("ORDER", BYTE_ORDER);
        out.invokestatic(FLOATS, "fromMemorySegment", MethodTypeDesc.of(FLOATS, SPECIES, SEGMENT, CD_long, BYTE_ORDER));
    }

    @Override void splat(Runnable pushFloat) {
        vectorConstant("S", SPECIES);
        pushFloat.run();
        out.invokestatic(FLOATS, "broadcast", MethodTypeDesc.of(FLOATS, SPECIES, CD_float));
    }

    @Override void store(Vec from, Ptr at, int disp) {
        get(from);
        constant("ALL", SEGMENT);
        address(at, disp);
        constant("ORDER", BYTE_ORDER);
        out.invokevirtual(FLOATS, "intoMemorySegment", MethodTypeDesc.of(CD_void, SEGMENT, CD_long, BYTE_ORDER));
    }

    @Override void storeFirst(Vec from, Ptr at, int disp, int count) {
        get(from);
        constant("ALL", SEGMENT);
        address(at, disp);
        constant("ORDER", BYTE_ORDER);
        vectorConstant("S", SPECIES);
        out.loadConstant((1L << count) - 1);
        out.invokestatic(MASK, "fromLong", MethodTypeDesc.of(MASK, SPECIES, CD_long));
        out.invokevirtual(FLOATS, "intoMemorySegment", MethodTypeDesc.of(CD_void, SEGMENT, CD_long, BYTE_ORDER, MASK));
    }

    @Override void fma(Vec acc, Vec x, Vec w) {
        get(x);
        get(w);
        get(acc);
        out.invokevirtual(FLOATS, "fma", MethodTypeDesc.of(FLOATS, VECTOR, VECTOR));
    }

    @Override void binary(Arithmetic what, Vec a, Vec b) {
        if (what == Arithmetic.AND) {
            bits(a);
            and(b);
            floats();
            return;
        }
        get(a);
        get(b);
        out.invokevirtual(FLOATS, what.name().toLowerCase(Locale.ROOT), FLOATS_BINARY);
    }

    /** As integers: Java's float min and max are six instructions each. */
    @Override void clamp(Vec v, Vec lo, Vec hi) {
        clampBits(v, lo, hi);
        floats();
    }

    @Override void clampAnd(Vec v, Vec lo, Vec hi, Vec mask) {
        clampBits(v, lo, hi);
        and(mask);
        floats();
    }

    private void clampBits(Vec v, Vec lo, Vec hi) {
        bits(v);
        bits(lo);
        out.invokevirtual(INTS, "max", INTS_BINARY);
        bits(hi);
        out.invokevirtual(INTS, "min", INTS_BINARY);
    }

    private void and(Vec mask) {
        bits(mask);
        out.invokevirtual(INTS, "and", INTS_BINARY);
    }

    private void floats() { out.invokevirtual(INTS, "reinterpretAsFloats", MethodTypeDesc.of(FLOATS)); }

    private void bits(Vec v) {
        Integer local = kept.get(v);
        if (local != null) {
            out.aload(local);
            return;
        }
        get(v);
        out.invokevirtual(FLOATS, "reinterpretAsInts", MethodTypeDesc.of(INTS));
    }

    /** 512-bit vectors come with a permutation of two tables, a tenth faster here; elsewhere that is no faster or missing. */
    @Override void deinterleave(Parity parity, Vec a, Vec b) {
        if (lanes() == 16) {
            vectorConstant(parity.name(), FLOATS);
            get(a);
            get(b);
            out.invokevirtual(FLOATS, "selectFrom", MethodTypeDesc.of(FLOATS, VECTOR, VECTOR));
        } else {
            get(a);
            vectorConstant(parity.name(), SHUFFLE);
            get(b);
            out.invokevirtual(FLOATS, "rearrange", MethodTypeDesc.of(FLOATS, SHUFFLE, VECTOR));
        }
    }

    @Override void get(Vec v) { out.aload(slot(v)); }

    @Override void set(Vec v) {
        Integer local = kept.get(v);
        if (local != null) out.dup().invokevirtual(FLOATS, "reinterpretAsInts", MethodTypeDesc.of(INTS)).astore(local);
        out.astore(slot(v));
    }
}
