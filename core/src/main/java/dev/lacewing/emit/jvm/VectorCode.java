package dev.lacewing.emit.jvm;

import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import dev.lacewing.program.Instruction.Arithmetic;
import dev.lacewing.program.Instruction.Parity;
import dev.lacewing.program.Program;
import dev.lacewing.program.Ptr;
import dev.lacewing.program.Vec;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.Locale;

/** Vector API calls at 4, 8 or 16 lanes; each vector register is a local variable that never escapes. */
final class VectorCode extends Code {
    private static final ClassDesc BYTE_ORDER = ClassDesc.of("java.nio.ByteOrder");
    private static final ClassDesc VECTOR = api("Vector"), SPECIES = api("VectorSpecies"), SHUFFLE = api("VectorShuffle"), FLOATS = api("FloatVector"), INTS = api("IntVector");
    private static final MethodTypeDesc FLOATS_BINARY = MethodTypeDesc.of(FLOATS, VECTOR), INTS_BINARY = MethodTypeDesc.of(INTS, VECTOR);

    VectorCode(CodeBuilder out, Program program) { super(out, program); }

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

    @Override void fma(Vec acc, Vec x, Vec w) {
        get(x);
        get(w);
        get(acc);
        out.invokevirtual(FLOATS, "fma", MethodTypeDesc.of(FLOATS, VECTOR, VECTOR));
    }

    @Override void binary(Arithmetic what, Vec a, Vec b) {
        get(a);
        get(b);
        out.invokevirtual(FLOATS, what.name().toLowerCase(Locale.ROOT), FLOATS_BINARY);
    }

    /** As integers: Java's float min and max are six instructions each. */
    @Override void clamp(Vec v, Vec lo, Vec hi) {
        bits(v);
        bits(lo);
        out.invokevirtual(INTS, "max", INTS_BINARY);
        bits(hi);
        out.invokevirtual(INTS, "min", INTS_BINARY).invokevirtual(INTS, "reinterpretAsFloats", MethodTypeDesc.of(FLOATS));
    }

    private void bits(Vec v) {
        get(v);
        out.invokevirtual(FLOATS, "reinterpretAsInts", MethodTypeDesc.of(INTS));
    }

    @Override void deinterleave(Parity parity, Vec a, Vec b) {
        get(a);
        vectorConstant(parity.name(), SHUFFLE);
        get(b);
        out.invokevirtual(FLOATS, "rearrange", MethodTypeDesc.of(FLOATS, SHUFFLE, VECTOR));
    }

    @Override void get(Vec v) { out.aload(slot(v)); }

    @Override void set(Vec v) { out.astore(slot(v)); }
}
