package dev.lacewing.general;

import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.program.Kernel;
import dev.lacewing.tensor.Layout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Moves elements without arithmetic: each element of the output is one element of an input or a literal. Held as nested runs: a run is neighbouring
 * output elements whose sources stand a constant step apart, a group is like runs whose sources and targets stand constant jumps apart. Building takes
 * time in proportion to the elements, a kernel holds eight ints for each group.
 *
 * <p>Arguments: the addresses of the inputs' buffers in order, then of the output's. The output must not overlap an input.
 */
public final class MoveKernel implements Kernel {
    /** Where the elements of the output come from. */
    @FunctionalInterface
    interface Mapping {
        /** The source, as {@link MoveKernel#source} packs it, of the output's element with row-major index {@code linear}. */
        long source(int linear);
    }

    private static final int FIELDS = 8, INPUT = 0, FROM = 1, TO = 2, LENGTH = 3, STEP = 4, REPEAT = 5, FROM_JUMP = 6, TO_JUMP = 7;

    private final int inputs;
    private final float[] literals;
    private final int[] groups;

    private MoveKernel(int inputs, float[] literals, int[] groups) {
        this.inputs = inputs;
        this.literals = literals;
        this.groups = groups;
    }

    /** Copies a tensor from one layout to another of the same shape. */
    public static MoveKernel relayout(Layout from, Layout to) {
        if (!from.shape().equals(to.shape())) throw new Invalid("expected layouts of one shape, got " + from.shape() + " and " + to.shape());
        return of(List.of(from), to, new float[0], linear -> source(0, linear));
    }

    /** Copies a tensor whose shape broadcasts to that of {@code to}, as NumPy does. */
    public static MoveKernel broadcast(Layout from, Layout to) {
        int[] strides = from.shape().strides(), dims = to.shape().toArray();
        int missing = dims.length - strides.length;
        return of(List.of(from), to, new float[0], linear -> {
            int sum = 0, rest = linear;
            for (int axis = dims.length - 1; axis >= missing; axis--) {
                if (from.shape().dim(axis - missing) > 1) sum += rest % dims[axis] * strides[axis - missing];
                rest /= dims[axis];
            }
            return source(0, sum);
        });
    }

    /** Element {@code linear} (row-major) of input {@code input}. The input number after the last stands for {@code literals}. */
    static long source(int input, int linear) { return (long) input << 32 | linear; }

    static MoveKernel of(List<Layout> inputs, Layout output, float[] literals, Mapping mapping) {
        Builder builder = new Builder();
        for (int i = 0, size = output.shape().size(); i < size; i++) {
            long source = mapping.source(i);
            int input = (int) (source >>> 32), linear = (int) source;
            builder.add(input, input == inputs.size() ? linear : inputs.get(input).at(linear), output.at(i));
        }
        return new MoveKernel(inputs.size(), literals, builder.finish());
    }

    /**
     * Like runs of neighbouring elements of the output. Offsets in floats from the buffers' starts.
     *
     * @param input the source's number; that after the last input means {@link #literals}
     * @param step between a run's sources
     * @param repeat number of runs
     * @param fromJump between the runs' sources, {@code toJump} between their targets
     */
    public record Group(int input, int from, int to, int length, int step, int repeat, int fromJump, int toJump) {}

    /** All moves, in any order. */
    public List<Group> moves() {
        List<Group> all = new ArrayList<>();
        for (int g = 0; g < groups.length; g += FIELDS)
            all.add(new Group(groups[g + INPUT], groups[g + FROM], groups[g + TO], groups[g + LENGTH], groups[g + STEP], groups[g + REPEAT], groups[g + FROM_JUMP], groups[g + TO_JUMP]));
        return all;
    }

    public List<Float> literals() {
        List<Float> all = new ArrayList<>();
        for (float f : literals) all.add(f);
        return all;
    }

    /** Groups of runs that a run of the kernel walks. */
    int groups() { return groups.length / FIELDS; }

    @Override
    public void run(long arguments) {
        long output = Memory.argument(arguments, inputs);
        for (int g = 0; g < groups.length; g += FIELDS) {
            int input = groups[g + INPUT], length = groups[g + LENGTH], step = groups[g + STEP], repeat = groups[g + REPEAT];
            long to = output + 4L * groups[g + TO], toJump = 4L * groups[g + TO_JUMP];
            if (input == inputs) write(groups[g + FROM], groups[g + FROM_JUMP], step, to, toJump, length, repeat);
            else {
                long from = Memory.argument(arguments, input) + 4L * groups[g + FROM], fromJump = 4L * groups[g + FROM_JUMP];
                if (step == 1) for (int r = 0; r < repeat; r++) Memory.copy(from + r * fromJump, to + r * toJump, length);
                else for (int r = 0; r < repeat; r++) Memory.gather(from + r * fromJump, step, to + r * toJump, length);
            }
        }
    }

    private void write(int from, int fromJump, int step, long to, long toJump, int length, int repeat) {
        for (int r = 0; r < repeat; r++) {
            if (step == 0 || length == 1) Memory.fill(to + r * toJump, length, literals[from + r * fromJump]);
            else for (int i = 0; i < length; i++) Memory.set(to + r * toJump + 4L * i, literals[from + r * fromJump + i * step]);
        }
    }

    /** Joins elements into runs and runs into groups, each as soon as it continues the one before. */
    private static final class Builder {
        private int[] groups = new int[FIELDS * 8];
        private int used;
        private int input, from, to, length, step;

        void add(int input, int from, int to) {
            boolean follows = length > 0 && input == this.input && to == this.to + length;
            if (follows && length == 1) step = from - this.from;
            if (follows && from == this.from + length * step) {
                length++;
                return;
            }
            flush();
            this.input = input;
            this.from = from;
            this.to = to;
            length = 1;
            step = 1;
        }

        int[] finish() {
            flush();
            return Arrays.copyOf(groups, used);
        }

        private void flush() {
            if (length == 0 || joins(used - FIELDS)) return;
            if (used == groups.length) groups = Arrays.copyOf(groups, 2 * used);
            groups[used + INPUT] = input;
            groups[used + FROM] = from;
            groups[used + TO] = to;
            groups[used + LENGTH] = length;
            groups[used + STEP] = step;
            groups[used + REPEAT] = 1;
            used += FIELDS;
        }

        private boolean joins(int g) {
            if (g < 0 || groups[g + INPUT] != input || groups[g + LENGTH] != length || groups[g + STEP] != step) return false;
            int repeat = groups[g + REPEAT];
            if (repeat == 1) {
                groups[g + FROM_JUMP] = from - groups[g + FROM];
                groups[g + TO_JUMP] = to - groups[g + TO];
            } else if (from != groups[g + FROM] + repeat * groups[g + FROM_JUMP] || to != groups[g + TO] + repeat * groups[g + TO_JUMP]) return false;
            groups[g + REPEAT]++;
            return true;
        }
    }
}
