package dev.lacewing.program;

import dev.lacewing.program.Instruction.*;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A program as text, one instruction a line: vectors v0, pointers p0 (the argument block), counters n0. */
public final class ProgramPrinter {
    private final StringBuilder out = new StringBuilder();

    private ProgramPrinter() {}

    public static String print(Program program) {
        ProgramPrinter printer = new ProgramPrinter();
        printer.out.append(String.format(Locale.ROOT, "%s on %s: %d vectors, %d pointers, %d counters%n", program.name(), program.machine().name(),
                program.vectors(), program.pointers(), program.counters()).replace(System.lineSeparator(), "\n"));
        printer.print(program.code(), 1);
        return printer.out.toString();
    }

    private void print(List<Instruction> code, int depth) {
        for (Instruction i : code) {
            out.repeat("  ", depth).append(text(i)).append('\n');
            if (i instanceof Loop loop) {
                print(loop.body(), depth + 1);
                out.repeat("  ", depth).append("}\n");
            }
        }
    }

    private static String text(Instruction instruction) {
        return switch (instruction) {
            case Load(Vec to, Ptr at, int disp) -> "load " + t(to) + ", " + t(at, disp);
            case Splat(Vec to, Ptr at, int disp) -> "splat " + t(to) + ", " + t(at, disp);
            case Store(Vec from, Ptr at, int disp) -> "store " + t(at, disp) + ", " + t(from);
            case StoreFirst(Vec from, Ptr at, int disp, int count) -> "store " + t(at, disp) + ", first " + count + " of " + t(from);
            case Constant(Vec to, float value) -> "constant " + t(to) + ", " + value;
            case Copy(Vec to, Vec from) -> "copy " + t(to) + ", " + t(from);
            case Fma(Vec acc, Vec x, Vec w) -> "fma " + t(acc) + ", " + t(x) + ", " + t(w);
            case FmaSplats(List<Vec> accs, Vec x, Vec _, Ptr at, int disp) -> "fma " + accs.stream().map(ProgramPrinter::t).collect(Collectors.joining(" ")) + ", " + t(x) + ", splats " + t(at, disp);
            case Prefetch(Ptr at, int disp, int bytes) -> "prefetch " + t(at, disp) + ", " + bytes;
            case PrefetchCode() -> "prefetch code";
            case Binary(Arithmetic what, Vec to, Vec a, Vec b) -> name(what) + " " + t(to) + ", " + t(a) + ", " + t(b);
            case Clamp(Vec v, Vec lo, Vec hi) -> "clamp " + t(v) + ", " + t(lo) + ", " + t(hi);
            case Deinterleave(Parity parity, Vec to, Vec a, Vec b) -> name(parity) + " " + t(to) + ", " + t(a) + ", " + t(b);
            case Argument(Ptr to, int slot) -> "argument " + t(to) + ", " + slot;
            case Index(Ptr to, Ptr base, Ptr at, int disp) -> "index " + t(to) + ", " + t(base) + ", " + t(at, disp);
            case Move(Ptr to, Ptr from) -> "move " + t(to) + ", " + t(from);
            case Advance(Ptr p, int bytes) -> "advance " + t(p) + ", " + bytes;
            case AdvanceBy(Ptr p, Ptr bytes) -> "advance " + t(p) + ", " + t(bytes);
            case Count(Int to, Ptr at, int disp) -> "count " + t(to) + ", " + t(at, disp);
            case Loop(Int n, int step, List<Instruction> _) -> "loop " + t(n) + ", " + step + " {";
        };
    }

    private static String name(Enum<?> e) { return e.name().toLowerCase(Locale.ROOT); }

    private static String t(Vec v) { return "v" + v.reg(); }

    private static String t(Ptr p) { return "p" + p.reg(); }

    private static String t(Int n) { return "n" + n.reg(); }

    private static String t(Ptr at, int disp) { return "[" + t(at) + (disp == 0 ? "" : disp > 0 ? " + " + disp : " - " + -disp) + "]"; }
}
