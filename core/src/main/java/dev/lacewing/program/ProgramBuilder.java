package dev.lacewing.program;

import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.program.Instruction.Arithmetic;
import dev.lacewing.program.Instruction.Parity;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes a program. A register lives as long as the scope (or loop body) that asked for it, so lexical scope is register allocation. Asking for more
 * vectors than the machine has, and using a vector whose scope has closed, is {@link Invalid}.
 */
public final class ProgramBuilder {
    private static final Ptr ARGUMENTS = new Ptr(0);

    private final Machine machine;
    private final @Nullable Vec[] live;
    /** Of each live register what constant it holds, if any. */
    private final @Nullable Float[] constants;
    private List<Instruction> code = new ArrayList<>();
    private int ids, vectors, pointers = 1, counters;
    private int maxVectors, maxPointers = 1, maxCounters;
    private long slots;

    public ProgramBuilder(Machine machine) {
        this.machine = machine;
        live = new @Nullable Vec[machine.vectors()];
        constants = new @Nullable Float[machine.vectors()];
    }

    public Machine machine() { return machine; }

    public int vectorBytes() { return machine.vectorBytes(); }

    /** Vector registers that are still free here. */
    public int free() { return machine.vectors() - vectors; }

    public Vec vec() {
        if (free() == 0) throw new Invalid("more than " + vectors + " live vectors on " + machine.name() + ": use fewer rows or vectors");
        Vec v = new Vec(ids++, vectors);
        constants[vectors] = null;
        live[vectors++] = v;
        maxVectors = Math.max(maxVectors, vectors);
        return v;
    }

    public Vec[] vecs(int n) {
        Vec[] row = new Vec[n];
        for (int i = 0; i < n; i++) row[i] = vec();
        return row;
    }

    public Vec[][] vecs(int rows, int columns) {
        Vec[][] grid = new Vec[rows][];
        for (int i = 0; i < rows; i++) grid[i] = vecs(columns);
        return grid;
    }

    /** The address of the argument block, to walk over {@code count} slots from {@code first} on, which form a table. Not to be advanced itself. */
    public Ptr arguments(int first, int count) {
        for (int slot = first; slot < first + count; slot++) reads(slot);
        return ARGUMENTS;
    }

    private void reads(int slot) {
        if (slot < 0 || slot >= Long.SIZE) throw new Invalid("an argument block has slots 0 to " + (Long.SIZE - 1) + ", got " + slot);
        slots |= 1L << slot;
    }

    private void readsAt(Ptr at, int disp) {
        if (at.equals(ARGUMENTS)) reads(disp / Long.BYTES);
    }

    public Ptr argument(int slot) {
        Ptr p = ptr();
        reads(slot);
        code.add(new Instruction.Argument(p, slot));
        return p;
    }

    /** The counter in the low half of an argument slot. */
    public Int count(int slot) { return count(ARGUMENTS, Long.BYTES * slot); }

    public Int count(Ptr at, int disp) {
        readsAt(at, disp);
        Int n = new Int(counters++);
        maxCounters = Math.max(maxCounters, counters);
        code.add(new Instruction.Count(n, use(at), disp));
        return n;
    }

    public Ptr index(Ptr base, Ptr at, int disp) {
        readsAt(at, disp);
        Ptr p = ptr();
        code.add(new Instruction.Index(p, use(base), use(at), disp));
        return p;
    }

    public Ptr copy(Ptr from) {
        Ptr p = ptr();
        code.add(new Instruction.Move(p, use(from)));
        return p;
    }

    public void move(Ptr to, Ptr from) { code.add(new Instruction.Move(changing(to), use(from))); }

    public void advance(Ptr p, int bytes) { code.add(new Instruction.Advance(changing(p), bytes)); }

    public void advance(Ptr p, Ptr bytes) { code.add(new Instruction.AdvanceBy(changing(p), use(bytes))); }

    /** p += the distance in an argument slot. */
    public void advanceByArgument(Ptr p, int slot) { scope(() -> advance(p, argument(slot))); }

    public Vec constant(float value) {
        Vec v = vec();
        constant(v, value);
        return v;
    }

    public void constant(Vec v, float value) {
        code.add(new Instruction.Constant(changing(v), value));
        constants[v.reg()] = value;
    }

    public Vec load(Ptr at, int disp) {
        Vec v = vec();
        load(v, at, disp);
        return v;
    }

    public void load(Vec v, Ptr at, int disp) { code.add(new Instruction.Load(changing(v), use(at), disp)); }

    public Vec splat(Ptr at, int disp) {
        Vec v = vec();
        splat(v, at, disp);
        return v;
    }

    public void splat(Vec v, Ptr at, int disp) { code.add(new Instruction.Splat(changing(v), use(at), disp)); }

    public void store(Vec v, Ptr at, int disp) { code.add(new Instruction.Store(use(v), use(at), disp)); }

    /** Stores the first {@code count} lanes, 1 to all. */
    public void storeFirst(Vec v, Ptr at, int disp, int count) {
        if (count < 1 || count > machine.lanes()) throw new Invalid("cannot store " + count + " of " + machine.lanes() + " lanes");
        if (count == machine.lanes()) store(v, at, disp);
        else code.add(new Instruction.StoreFirst(use(v), use(at), disp, count));
    }

    public void copy(Vec to, Vec from) { code.add(new Instruction.Copy(changing(to), use(from))); }

    public Vec copy(Vec from) {
        Vec v = vec();
        copy(v, from);
        return v;
    }

    public void fma(Vec acc, Vec x, Vec w) { code.add(new Instruction.Fma(changing(acc), use(x), use(w))); }

    /**
     * For each i in order: accs[i] += x * the float at [at + disp + 4 i].
     *
     * @throws Invalid if scratch is x or one of the sums
     */
    public void fmaSplats(List<Vec> accs, Vec x, Vec scratch, Ptr at, int disp) {
        if (scratch == x || accs.contains(scratch)) throw new Invalid("vector " + scratch.id() + " is scratch and in use: take another");
        for (Vec acc : accs) changing(acc);
        code.add(new Instruction.FmaSplats(accs, use(x), changing(scratch), use(at), disp));
    }

    /** Says that so many bytes from [at + disp] on are read soon, perhaps from beyond the caches. */
    public void prefetch(Ptr at, int disp, int bytes) { code.add(new Instruction.Prefetch(use(at), disp, bytes)); }

    /** Says that the program's code may stand beyond the caches: for long ones. Must come first. */
    public void prefetchCode() {
        if (!code.isEmpty()) throw new Invalid("code can be prefetched only by the first instruction, not after " + code.size());
        code.add(new Instruction.PrefetchCode());
    }

    public void binary(Arithmetic what, Vec to, Vec a, Vec b) {
        use(a);
        use(b);
        code.add(new Instruction.Binary(what, changing(to), a, b));
    }

    public void add(Vec to, Vec a, Vec b) { binary(Arithmetic.ADD, to, a, b); }

    public void mul(Vec to, Vec a, Vec b) { binary(Arithmetic.MUL, to, a, b); }

    public void div(Vec to, Vec a, Vec b) { binary(Arithmetic.DIV, to, a, b); }

    public void min(Vec to, Vec a, Vec b) { binary(Arithmetic.MIN, to, a, b); }

    public void max(Vec to, Vec a, Vec b) { binary(Arithmetic.MAX, to, a, b); }

    public void and(Vec to, Vec a, Vec b) { binary(Arithmetic.AND, to, a, b); }

    /** @throws Invalid unless lo and hi hold constants, lo +0 and hi positive (infinity is) */
    public void clamp(Vec v, Vec lo, Vec hi) {
        Float low = constants[use(lo).reg()], high = constants[use(hi).reg()];
        if (low == null || high == null) throw new Invalid("clamp needs constants as its limits: use min and max");
        if (Float.floatToRawIntBits(low) != 0 || !(high > 0))
            throw new Invalid("clamp from " + low + " to " + high + ": it needs +0 and a positive limit; use min and max");
        code.add(new Instruction.Clamp(changing(v), lo, hi));
    }

    public Vec even(Vec a, Vec b) { return deinterleave(Parity.EVEN, a, b); }

    public Vec odd(Vec a, Vec b) { return deinterleave(Parity.ODD, a, b); }

    private Vec deinterleave(Parity parity, Vec a, Vec b) {
        Vec v = vec();
        deinterleave(parity, v, a, b);
        return v;
    }

    public void deinterleave(Parity parity, Vec to, Vec a, Vec b) { code.add(new Instruction.Deinterleave(parity, changing(to), use(a), use(b))); }

    /** Runs the body; registers it takes are free again afterwards. */
    public void scope(Runnable body) {
        int v = vectors, p = pointers, c = counters;
        body.run();
        while (vectors > v) live[--vectors] = null;
        pointers = p;
        counters = c;
    }

    /** The counter is below {@code step} afterwards, so that a second loop with a smaller step does the rest. */
    public void loop(Int n, int step, Runnable body) {
        if (step < 1 || Integer.bitCount(step) != 1) throw new Invalid("step " + step + " is no power of two");
        if (n.reg() >= counters) throw new Invalid("a counter is used after its scope has closed");
        List<Instruction> outer = code;
        code = new ArrayList<>();
        scope(body);
        outer.add(new Instruction.Loop(n, step, code));
        code = outer;
    }

    /** {@code step} items at a time as long as there are so many, then one by one; {@code body} writes the code for as many as it is told. */
    public void unrolled(Int n, int step, IntConsumer body) {
        if (step > 1) loop(n, step, () -> body.accept(step));
        loop(n, 1, () -> body.accept(1));
    }

    public Program build(String name) { return new Program(name, machine, maxVectors, maxPointers, maxCounters, slots, code); }

    private Ptr ptr() {
        Ptr p = new Ptr(pointers++);
        maxPointers = Math.max(maxPointers, pointers);
        return p;
    }

    private Vec use(Vec v) {
        if (v != live[v.reg()]) throw new Invalid("vector " + v.id() + " is used after its scope has closed");
        return v;
    }

    private Vec changing(Vec v) {
        use(v);
        constants[v.reg()] = null;
        return v;
    }

    private Ptr use(Ptr p) {
        if (p.reg() >= pointers) throw new Invalid("pointer " + p.reg() + " is used after its scope has closed");
        return p;
    }

    private Ptr changing(Ptr p) {
        if (p.equals(ARGUMENTS)) throw new Invalid("the argument block's address must stay");
        return use(p);
    }
}
