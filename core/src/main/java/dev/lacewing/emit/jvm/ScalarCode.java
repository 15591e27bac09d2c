package dev.lacewing.emit.jvm;

import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
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

/** Plain float bytecode: a vector of one lane is a float. */
final class ScalarCode extends Code {
    private static final ClassDesc MATH = ClassDesc.of("java.lang.Math"), FLOAT = ClassDesc.of("java.lang.Float");

    ScalarCode(CodeBuilder out, Program program) { super(out, program); }

    @Override void load(Ptr at, int disp) { read("FLOAT", at, disp); }

    @Override void splat(Runnable pushFloat) { pushFloat.run(); }

    @Override void storeFirst(Vec from, Ptr at, int disp, int count) { throw new IllegalArgumentException("one lane has no part"); }

    @Override void store(Vec from, Ptr at, int disp) {
        constant("ALL", SEGMENT);
        constant("FLOAT", layout("FLOAT"));
        address(at, disp);
        get(from);
        out.invokeinterface(SEGMENT, "set", MethodTypeDesc.of(CD_void, layout("FLOAT"), CD_long, CD_float));
    }

    @Override void fma(Vec acc, Vec x, Vec w) {
        get(x);
        get(w);
        get(acc);
        out.invokestatic(MATH, "fma", MethodTypeDesc.of(CD_float, CD_float, CD_float, CD_float));
    }

    @Override void binary(Arithmetic what, Vec a, Vec b) {
        if (what == Arithmetic.AND) {
            bits(a);
            bits(b);
            out.iand().invokestatic(FLOAT, "intBitsToFloat", MethodTypeDesc.of(CD_float, CD_int));
            return;
        }
        get(a);
        get(b);
        apply(what);
    }

    private void bits(Vec v) {
        get(v);
        out.invokestatic(FLOAT, "floatToRawIntBits", MethodTypeDesc.of(CD_int, CD_float));
    }

    @Override void clamp(Vec v, Vec lo, Vec hi) {
        binary(Arithmetic.MAX, v, lo);
        get(hi);
        apply(Arithmetic.MIN);
    }

    @Override void clampAnd(Vec v, Vec lo, Vec hi, Vec mask) {
        clamp(v, lo, hi);
        out.invokestatic(FLOAT, "floatToRawIntBits", MethodTypeDesc.of(CD_int, CD_float));
        bits(mask);
        out.iand().invokestatic(FLOAT, "intBitsToFloat", MethodTypeDesc.of(CD_float, CD_int));
    }

    private void apply(Arithmetic what) {
        switch (what) {
            case ADD -> out.fadd();
            case SUB -> out.fsub();
            case MUL -> out.fmul();
            case DIV -> out.fdiv();
            case MIN, MAX -> out.invokestatic(MATH, what.name().toLowerCase(Locale.ROOT), MethodTypeDesc.of(CD_float, CD_float, CD_float));
            case AND -> throw new IllegalArgumentException("works on bits");
        }
    }

    @Override void deinterleave(Parity parity, Vec a, Vec b) {
        get(switch (parity) {
            case EVEN -> a;
            case ODD -> b;
        });
    }

    @Override void get(Vec v) { out.fload(slot(v)); }

    @Override void set(Vec v) { out.fstore(slot(v)); }
}
