package dev.lacewing.program;

import dev.lacewing.program.Instruction.*;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;

/** Runs a program instruction by instruction: the oracle, to the bit but for NaN. Slow; safe to share between threads. */
public final class Interpreter implements Kernel {
    private static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

    /** Sees every access to memory before it is made; may throw. */
    @FunctionalInterface
    public interface Watch {
        void access(long address, int bytes, boolean write);
    }

    private final Program program;
    private final Watch watch;

    public Interpreter(Program program) { this(program, (_, _, _) -> {}); }

    public Interpreter(Program program, Watch watch) {
        this.program = program;
        this.watch = watch;
    }

    @Override public void run(long arguments) {
        Registers registers = new Registers(program, watch);
        registers.ptr[0] = arguments;
        registers.run(program.code());
    }

    private static final class Registers {
        final float[][] vec;
        final long[] ptr;
        final int[] counter;
        final int lanes;
        final Watch watch;

        Registers(Program program, Watch watch) {
            this.watch = watch;
            lanes = program.machine().lanes();
            vec = new float[program.vectors()][lanes];
            ptr = new long[program.pointers()];
            counter = new int[program.counters()];
        }

        void run(List<Instruction> code) { for (Instruction i : code) run(i); }

        private void run(Instruction instruction) {
            switch (instruction) {
                case Load(Vec to, Ptr at, int disp) -> {
                    watch.access(of(at) + disp, 4 * lanes, false);
                    for (int i = 0; i < lanes; i++) of(to)[i] = ALL.get(FLOAT, of(at) + disp + 4L * i);
                }
                case Splat(Vec to, Ptr at, int disp) -> {
                    watch.access(of(at) + disp, 4, false);
                    Arrays.fill(of(to), ALL.get(FLOAT, of(at) + disp));
                }
                case Store(Vec from, Ptr at, int disp) -> {
                    watch.access(of(at) + disp, 4 * lanes, true);
                    for (int i = 0; i < lanes; i++) ALL.set(FLOAT, of(at) + disp + 4L * i, of(from)[i]);
                }
                case StoreFirst(Vec from, Ptr at, int disp, int count) -> {
                    watch.access(of(at) + disp, 4 * count, true);
                    for (int i = 0; i < count; i++) ALL.set(FLOAT, of(at) + disp + 4L * i, of(from)[i]);
                }
                case Constant(Vec to, float value) -> Arrays.fill(of(to), value);
                case Copy(Vec to, Vec from) -> System.arraycopy(of(from), 0, of(to), 0, lanes);
                case Fma(Vec acc, Vec x, Vec w) -> { for (int i = 0; i < lanes; i++) of(acc)[i] = Math.fma(of(x)[i], of(w)[i], of(acc)[i]); }
                case FmaSplats(List<Vec> accs, Vec x, Vec _, Ptr at, int disp) -> {
                    for (int i = 0; i < accs.size(); i++) {
                        watch.access(of(at) + disp + 4L * i, 4, false);
                        float w = ALL.get(FLOAT, of(at) + disp + 4L * i);
                        for (int j = 0; j < lanes; j++) of(accs.get(i))[j] = Math.fma(of(x)[j], w, of(accs.get(i))[j]);
                    }
                }
                case Prefetch _, PrefetchCode _ -> { }
                case Binary(Arithmetic what, Vec to, Vec a, Vec b) -> { for (int i = 0; i < lanes; i++) of(to)[i] = apply(what, of(a)[i], of(b)[i]); }
                case Clamp(Vec v, Vec lo, Vec hi) -> { for (int i = 0; i < lanes; i++) of(v)[i] = Math.min(Math.max(of(v)[i], of(lo)[i]), of(hi)[i]); }
                case Deinterleave(Parity parity, Vec to, Vec a, Vec b) -> deinterleave(parity.ordinal(), of(to), of(a), of(b));
                case Argument(Ptr to, int slot) -> {
                    watch.access(ptr[0] + 8L * slot, 8, false);
                    ptr[to.reg()] = ALL.get(LONG, ptr[0] + 8L * slot);
                }
                case Index(Ptr to, Ptr base, Ptr at, int disp) -> ptr[to.reg()] = of(base) + word(at, disp);
                case Move(Ptr to, Ptr from) -> ptr[to.reg()] = of(from);
                case Advance(Ptr p, int bytes) -> ptr[p.reg()] += bytes;
                case AdvanceBy(Ptr p, Ptr bytes) -> ptr[p.reg()] += of(bytes);
                case Count(Int to, Ptr at, int disp) -> counter[to.reg()] = word(at, disp);
                case Loop(Int n, int step, List<Instruction> body) -> { for (; counter[n.reg()] >= step; counter[n.reg()] -= step) run(body); }
            }
        }

        private float[] of(Vec v) { return vec[v.reg()]; }

        private long of(Ptr p) { return ptr[p.reg()]; }

        private int word(Ptr at, int disp) {
            watch.access(of(at) + disp, 4, false);
            return ALL.get(INT, of(at) + disp);
        }

        private void deinterleave(int first, float[] to, float[] a, float[] b) {
            float[] both = Arrays.copyOf(a, 2 * lanes);
            System.arraycopy(b, 0, both, lanes, lanes);
            for (int i = 0; i < lanes; i++) to[i] = both[2 * i + first];
        }

        private static float apply(Arithmetic what, float a, float b) {
            return switch (what) {
                case ADD -> a + b;
                case SUB -> a - b;
                case MUL -> a * b;
                case DIV -> a / b;
                case MIN -> Math.min(a, b);
                case MAX -> Math.max(a, b);
                case AND -> Float.intBitsToFloat(Float.floatToRawIntBits(a) & Float.floatToRawIntBits(b));
            };
        }
    }
}
