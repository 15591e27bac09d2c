package dev.lacewing.program;

import java.util.List;

/** The instruction set of the abstract vector machine. {@code [p + d]} is the memory at pointer p plus d bytes; nothing need be aligned. */
public sealed interface Instruction {
    /** MIN and MAX order -0 below +0, as {@link Math#min} does; of NaN, unspecified. DIV is rounded once. AND is bitwise: with a mask of all ones or all zeros it keeps or clears. */
    enum Arithmetic { ADD, SUB, MUL, DIV, MIN, MAX, AND }

    enum Parity { EVEN, ODD }

    /** to = one vector at [at + disp]. */
    record Load(Vec to, Ptr at, int disp) implements Instruction {}

    /** Every lane of to = the float at [at + disp]. */
    record Splat(Vec to, Ptr at, int disp) implements Instruction {}

    record Store(Vec from, Ptr at, int disp) implements Instruction {}

    /** The first {@code count} lanes, one or more but not all, to [at + disp]; nothing behind them is written. */
    record StoreFirst(Vec from, Ptr at, int disp, int count) implements Instruction {}

    record Constant(Vec to, float value) implements Instruction {}

    record Copy(Vec to, Vec from) implements Instruction {}

    /** acc += x * w; rounded once where the machine has a fused multiply-add. */
    record Fma(Vec acc, Vec x, Vec w) implements Instruction {}

    /** For each i in order: accs[i] += x * the float at [at + disp + 4 i], as {@link Fma}. What scratch holds afterwards is unspecified. */
    record FmaSplats(List<Vec> accs, Vec x, Vec scratch, Ptr at, int disp) implements Instruction {
        public FmaSplats { accs = List.copyOf(accs); }
    }

    /** Nothing, or faster reading: the memory from [at + disp] on, so many bytes, is read soon. */
    record Prefetch(Ptr at, int disp, int bytes) implements Instruction {}

    /** Nothing, or a faster start: the program's own code is read at once, all of it. Stands first, or not at all. */
    record PrefetchCode() implements Instruction {}

    record Binary(Arithmetic what, Vec to, Vec a, Vec b) implements Instruction {}

    /** v = min(max(v, lo), hi), where lo is +0 and hi is positive: then the order of the bits is the order of the floats. Of NaN, unspecified. */
    record Clamp(Vec v, Vec lo, Vec hi) implements Instruction {}

    /** to = elements 0, 2, 4 ... (EVEN) or 1, 3, 5 ... (ODD) of a followed by b. At one lane EVEN is a and ODD is b. */
    record Deinterleave(Parity parity, Vec to, Vec a, Vec b) implements Instruction {}

    /** to = the address in slot {@code slot} (8 bytes each) of the argument block. */
    record Argument(Ptr to, int slot) implements Instruction {}

    /** to = base + the signed 32-bit byte offset at [at + disp]. */
    record Index(Ptr to, Ptr base, Ptr at, int disp) implements Instruction {}

    record Move(Ptr to, Ptr from) implements Instruction {}

    record Advance(Ptr p, int bytes) implements Instruction {}

    /** p += bytes, a distance that stands in a pointer register. */
    record AdvanceBy(Ptr p, Ptr bytes) implements Instruction {}

    /** to = the 32-bit integer at [at + disp], not negative. */
    record Count(Int to, Ptr at, int disp) implements Instruction {}

    /** while (n >= step) { body; n -= step; }. The step is a power of two. */
    record Loop(Int n, int step, List<Instruction> body) implements Instruction {
        public Loop { body = List.copyOf(body); }
    }
}
