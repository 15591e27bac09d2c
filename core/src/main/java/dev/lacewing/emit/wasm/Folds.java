package dev.lacewing.emit.wasm;

import dev.lacewing.program.Instruction.*;
import dev.lacewing.program.Instruction;
import dev.lacewing.program.Program;
import dev.lacewing.program.Ptr;
import dev.lacewing.program.Vec;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The instructions whose vector is read once, further down in the same straight line, where computing it gives the same: they stand there on the stack machine's stack, and their
 * local is not used. A sum of products is not computed inside of another one: all its factors would have to be loaded first.
 */
final class Folds {
    /** Instead of the place of the instruction that reads a vector before it is written anew. */
    private static final int NONE = -1, SEVERAL = -2;

    private final Map<List<Instruction>, BitSet> folded = new IdentityHashMap<>();

    Folds(Program program) { fold(program.code(), Set.of()); }

    /** The instructions of a straight line, the program's or a loop's, by their places in it. */
    BitSet in(List<Instruction> code) { return folded.getOrDefault(code, new BitSet()); }

    /**
     * The vectors that are read from here on before they are written.
     *
     * @param after those that are after the code
     */
    private static Set<Integer> live(List<Instruction> code, Set<Integer> after) {
        Set<Integer> live = new HashSet<>(after);
        for (Instruction i : code.reversed()) {
            for (Vec v : writes(i)) live.remove(v.id());
            for (Vec v : reads(i)) live.add(v.id());
            if (i instanceof Loop loop) live.addAll(live(loop.body(), live));   // what its next round reads is among it
        }
        return live;
    }

    /**
     * Backwards, since what goes into an instruction stands where that one stands in the end.
     *
     * @param after the vectors that are read after the code
     */
    private void fold(List<Instruction> code, Set<Integer> after) {
        BitSet here = new BitSet();
        int[] place = new int[code.size()];
        Map<Integer, Integer> readers = new HashMap<>();
        for (int id : after) readers.put(id, SEVERAL);
        for (int i = code.size() - 1; i >= 0; i--) {
            Instruction instruction = code.get(i);
            place[i] = i;
            if (instruction instanceof Loop loop) {
                Set<Integer> next = new HashSet<>(readers.keySet());
                next.addAll(live(loop.body(), next));
                fold(loop.body(), next);
                for (int id : next) readers.put(id, SEVERAL);
                continue;
            }
            Vec v = value(instruction);
            int reader = v == null ? NONE : readers.getOrDefault(v.id(), NONE);
            if (v != null && reader >= 0 && takes(code.get(reader), v, instruction) && stays(code, i, place[reader])) {
                place[i] = place[reader];
                here.set(i);
            }
            for (Vec written : writes(instruction)) readers.remove(written.id());
            for (Vec read : reads(instruction)) readers.merge(read.id(), i, (_, _) -> SEVERAL);
        }
        folded.put(code, here);
    }

    private static boolean takes(Instruction reader, Vec v, Instruction value) {
        return switch (reader) {
            case StoreFirst _, FmaSplats _, Copy _ -> false;
            case Fma fma when fma.acc().equals(v) -> value instanceof Constant || value instanceof Copy;
            default -> true;
        };
    }

    /** Nothing that the instruction reads changes from its place to the other. */
    private static boolean stays(List<Instruction> code, int from, int to) {
        Instruction value = code.get(from);
        List<Vec> reads = reads(value);
        Ptr at = value instanceof Load load ? load.at() : value instanceof Splat splat ? splat.at() : null;
        for (Instruction i : code.subList(from + 1, to)) {
            if (i instanceof Loop) return false;
            for (Vec written : writes(i)) for (Vec read : reads) if (written.reg() == read.reg()) return false;
            if (at != null && (i instanceof Store || i instanceof StoreFirst || at.equals(pointer(i)))) return false;
        }
        return true;
    }

    /** What is computed, where that is one vector. */
    private static @Nullable Vec value(Instruction i) { return i instanceof FmaSplats || writes(i).isEmpty() ? null : writes(i).getFirst(); }

    static List<Vec> writes(Instruction instruction) {
        return switch (instruction) {
            case Load i -> List.of(i.to());
            case Splat i -> List.of(i.to());
            case Constant i -> List.of(i.to());
            case Copy i -> List.of(i.to());
            case Fma i -> List.of(i.acc());
            case FmaSplats i -> Stream.concat(i.accs().stream(), Stream.of(i.scratch())).toList();
            case Binary i -> List.of(i.to());
            case Clamp i -> List.of(i.v());
            case Deinterleave i -> List.of(i.to());
            case Store _, StoreFirst _, Prefetch _, PrefetchCode _, Argument _, Index _, Move _, Advance _, AdvanceBy _, Count _, Loop _ -> List.of();
        };
    }

    static List<Vec> reads(Instruction instruction) {
        return switch (instruction) {
            case Store i -> List.of(i.from());
            case StoreFirst i -> List.of(i.from());
            case Copy i -> List.of(i.from());
            case Fma i -> List.of(i.acc(), i.x(), i.w());
            case FmaSplats i -> Stream.concat(i.accs().stream(), Stream.of(i.x())).toList();
            case Binary i -> List.of(i.a(), i.b());
            case Clamp i -> List.of(i.v(), i.lo(), i.hi());
            case Deinterleave i -> List.of(i.a(), i.b());
            case Load _, Splat _, Constant _, Prefetch _, PrefetchCode _, Argument _, Index _, Move _, Advance _, AdvanceBy _, Count _, Loop _ -> List.of();
        };
    }

    private static @Nullable Ptr pointer(Instruction instruction) {
        return switch (instruction) {
            case Argument i -> i.to();
            case Index i -> i.to();
            case Move i -> i.to();
            case Advance i -> i.p();
            case AdvanceBy i -> i.p();
            default -> null;
        };
    }
}
