package dev.lacewing.web;

import dev.lacewing.emit.wasm.WasmModule;
import dev.lacewing.program.Instruction;
import dev.lacewing.program.Instruction.*;
import dev.lacewing.program.Machine;
import dev.lacewing.program.Program;
import dev.lacewing.program.Ptr;
import dev.lacewing.program.Vec;
import java.util.ArrayList;
import java.util.List;

/** A program of several lanes as one of a single lane that does the same to the same memory: each vector register becomes a register for each lane. */
final class Scalars {
    private final int lanes;

    private Scalars(int lanes) { this.lanes = lanes; }

    static List<WasmModule.Layer> of(List<WasmModule.Layer> layers) {
        return layers.stream().map(l -> new WasmModule.Layer(l.name(), l.shares().stream().map(Scalars::ofCalls).toList())).toList();
    }

    private static List<WasmModule.Call> ofCalls(List<WasmModule.Call> calls) {
        return calls.stream().map(c -> new WasmModule.Call(of(c.program()), c.arguments())).toList();
    }

    static Program of(Program program) {
        int lanes = program.machine().lanes();
        if (lanes == 1) return program;
        List<Instruction> code = new Scalars(lanes).all(program.code(), program.vectors());
        return new Program(program.name() + "-by" + lanes, Machine.SCALAR, program.vectors() * lanes + lanes, program.pointers(), program.counters(), program.slots(), code);
    }

    /** @param spare the first register that the program does not use */
    private List<Instruction> all(List<Instruction> code, int spare) {
        List<Instruction> out = new ArrayList<>();
        for (Instruction i : code) add(out, i, spare);
        return out;
    }

    private Vec lane(Vec v, int lane) { return new Vec(v.id() * lanes + lane, v.reg() * lanes + lane); }

    private void add(List<Instruction> out, Instruction instruction, int spare) {
        switch (instruction) {
            case Load(var to, var at, int disp) -> { for (int l = 0; l < lanes; l++) out.add(new Load(lane(to, l), at, disp + Float.BYTES * l)); }
            case Splat(var to, var at, int disp) -> {
                out.add(new Splat(lane(to, 0), at, disp));
                for (int l = 1; l < lanes; l++) out.add(new Copy(lane(to, l), lane(to, 0)));
            }
            case Store(var from, var at, int disp) -> store(out, from, at, disp, lanes);
            case StoreFirst(var from, var at, int disp, int count) -> store(out, from, at, disp, count);
            case Constant(var to, float value) -> { for (int l = 0; l < lanes; l++) out.add(new Constant(lane(to, l), value)); }
            case Copy(var to, var from) -> { for (int l = 0; l < lanes; l++) out.add(new Copy(lane(to, l), lane(from, l))); }
            case Fma(var acc, var x, var w) -> { for (int l = 0; l < lanes; l++) out.add(new Fma(lane(acc, l), lane(x, l), lane(w, l))); }
            case FmaSplats(var accs, var x, var scratch, var at, int disp) -> {
                for (int i = 0; i < accs.size(); i++) {
                    add(out, new Splat(scratch, at, disp + Float.BYTES * i), spare);
                    add(out, new Fma(accs.get(i), x, scratch), spare);
                }
            }
            case Binary(var what, var to, var a, var b) -> { for (int l = 0; l < lanes; l++) out.add(new Binary(what, lane(to, l), lane(a, l), lane(b, l))); }
            case Clamp(var v, var lo, var hi) -> { for (int l = 0; l < lanes; l++) out.add(new Clamp(lane(v, l), lane(lo, l), lane(hi, l))); }
            case Deinterleave(var parity, var to, var a, var b) -> {
                Vec kept = new Vec(-1, spare);   // to may be a or b
                for (int l = 0; l < lanes; l++) {
                    int from = 2 * l + parity.ordinal();
                    out.add(new Copy(lane(kept, l), lane(from < lanes ? a : b, from % lanes)));
                }
                add(out, new Copy(to, kept), spare);
            }
            case Loop(var n, int step, var body) -> out.add(new Loop(n, step, all(body, spare)));
            case Prefetch p -> out.add(p);
            case PrefetchCode p -> out.add(p);
            case Argument a -> out.add(a);
            case Index i -> out.add(i);
            case Move m -> out.add(m);
            case Advance a -> out.add(a);
            case AdvanceBy a -> out.add(a);
            case Count c -> out.add(c);
        }
    }

    private void store(List<Instruction> out, Vec from, Ptr at, int disp, int count) {
        for (int l = 0; l < count; l++) out.add(new Store(lane(from, l), at, disp + Float.BYTES * l));
    }
}
