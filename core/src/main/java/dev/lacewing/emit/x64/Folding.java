package dev.lacewing.emit.x64;

import dev.lacewing.program.Instruction;
import dev.lacewing.program.Instruction.*;
import dev.lacewing.program.Int;
import dev.lacewing.program.Program;
import dev.lacewing.program.Ptr;
import dev.lacewing.program.Vec;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which loads, splats and constants become memory operands of the one instruction that reads them. Between the two there is no store, no loop and no
 * change of the pointer. Two walks over the program, whatever its length.
 */
final class Folding {
    private final int lanes;
    private final boolean evex;
    private byte[] reads = new byte[64], writes = new byte[64];
    private @Nullable Instruction[] definitions = new @Nullable Instruction[64];
    private final Set<Parity> parities = EnumSet.noneOf(Parity.class);
    private final int[] defined;
    private final boolean[] folded;
    private final int[] moved;
    private int position, lastStore = -1, lastEdge = -1;

    /** @param evex operands may be one float for every lane */
    Folding(Program program, boolean evex) {
        lanes = program.machine().lanes();
        this.evex = evex;
        count(program.code());
        defined = new int[reads.length];
        folded = new boolean[reads.length];
        moved = new int[program.pointers()];
        Arrays.fill(moved, -1);
        fold(program.code());
    }

    /** The load, splat or constant that stands as operand where {@code v} is read, and nowhere else; else null. */
    @Nullable Instruction operand(Vec v) { return folded[v.id()] ? definitions[v.id()] : null; }

    /** What v holds, always; null if that is not known. */
    @Nullable Constant constant(Vec v) { return writes[v.id()] == 1 && definitions[v.id()] instanceof Constant c ? c : null; }

    /** Those that the program deinterleaves by. */
    Set<Parity> parities() { return parities; }

    private void count(List<Instruction> code) {
        for (Instruction i : code) {
            switch (i) {
                case Load(Vec to, Ptr _, int _) -> write(to, i);
                case Splat(Vec to, Ptr _, int _) -> write(to, i);
                case Constant(Vec to, float _) -> write(to, i);
                case Store(Vec from, Ptr _, int _) -> read(from);
                case StoreFirst(Vec from, Ptr _, int _, int _) -> read(from);
                case Copy(Vec to, Vec from) -> { read(from); write(to, i); }
                case Fma(Vec acc, Vec x, Vec w) -> { read(acc); read(x); read(w); write(acc, i); }
                case FmaSplats(List<Vec> accs, Vec x, Vec scratch, Ptr _, int _) -> {
                    for (Vec acc : accs) { read(acc); write(acc, i); }
                    read(x);
                    write(scratch, i);
                }
                case Binary(Arithmetic _, Vec to, Vec a, Vec b) -> { read(a); read(b); write(to, i); }
                case Clamp(Vec v, Vec lo, Vec hi) -> { read(v); read(lo); read(hi); write(v, i); }
                case Deinterleave(Parity parity, Vec to, Vec a, Vec b) -> { read(a); read(b); write(to, i); parities.add(parity); }
                case Loop(Int _, int _, List<Instruction> body) -> count(body);
                case Argument _, Index _, Move _, Advance _, AdvanceBy _, Count _, Prefetch _, PrefetchCode _ -> { }
            }
        }
    }

    private void read(Vec v) {
        grow(v.id());
        if (reads[v.id()] < 2) reads[v.id()]++;
    }

    private void write(Vec v, Instruction by) {
        grow(v.id());
        if (writes[v.id()] < 2) writes[v.id()]++;
        definitions[v.id()] = by;
    }

    private void grow(int id) {
        if (id < reads.length) return;
        int length = Math.max(id + 1, 2 * reads.length);
        reads = Arrays.copyOf(reads, length);
        writes = Arrays.copyOf(writes, length);
        definitions = Arrays.copyOf(definitions, length);
    }

    private void fold(List<Instruction> code) {
        for (Instruction i : code) {
            position++;
            switch (i) {
                case Load(Vec to, Ptr _, int _) -> defined[to.id()] = position;
                case Splat(Vec to, Ptr _, int _) -> defined[to.id()] = position;
                case Constant(Vec to, float _) -> defined[to.id()] = position;
                case Store _, StoreFirst _ -> lastStore = position;
                case Fma(Vec _, Vec x, Vec w) -> { if (!fold(w, false)) fold(x, false); }
                case Binary(Arithmetic what, Vec _, Vec a, Vec b) -> fold(what, a, b);
                case Argument(Ptr to, int _) -> moved[to.reg()] = position;
                case Index(Ptr to, Ptr _, Ptr _, int _) -> moved[to.reg()] = position;
                case Move(Ptr to, Ptr _) -> moved[to.reg()] = position;
                case Advance(Ptr p, int _) -> moved[p.reg()] = position;
                case AdvanceBy(Ptr p, Ptr _) -> moved[p.reg()] = position;
                case Loop(Int _, int _, List<Instruction> body) -> {
                    lastEdge = position;
                    fold(body);
                    lastEdge = ++position;
                }
                case FmaSplats _, Copy _, Clamp _, Deinterleave _, Count _, Prefetch _, PrefetchCode _ -> { }
            }
        }
    }

    /** Subtraction and division take their second operand from memory, the others either; an exact minimum or maximum only where it is one instruction. */
    private void fold(Arithmetic what, Vec a, Vec b) {
        boolean bits = what == Arithmetic.AND;
        switch (what) {
            case SUB, DIV -> fold(b, false);
            case ADD, MUL, AND -> { if (!fold(b, bits)) fold(a, bits); }
            case MIN, MAX -> { if (evex && constant(a) == null && constant(b) == null && !fold(b, false)) fold(a, false); }
        }
    }

    /** @param bits the reader has no form for one lane: its operand is a vector, or with EVEX a float for every lane */
    private boolean fold(Vec v, boolean bits) {
        int id = v.id(), at = defined[id];
        if (reads[id] != 1 || writes[id] != 1 || at <= lastEdge) return false;
        folded[id] = switch (definitions[id]) {
            case Load(Vec _, Ptr p, int _) -> at > lastStore && at > moved[p.reg()] && (evex || lanes > 1 || !bits);
            case Splat(Vec _, Ptr p, int _) -> at > lastStore && at > moved[p.reg()] && (evex || lanes == 1 && !bits);
            case Constant _ -> evex || lanes == 1 && !bits;
            case null, default -> false;
        };
        return folded[id];
    }
}
