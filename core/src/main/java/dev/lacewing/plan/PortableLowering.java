package dev.lacewing.plan;

import static dev.lacewing.plan.PlanBuilder.bytes;
import static dev.lacewing.plan.PlanBuilder.constant;
import static dev.lacewing.plan.PlanBuilder.number;

import dev.lacewing.general.General;
import dev.lacewing.general.MoveKernel.Group;
import dev.lacewing.general.MoveKernel;
import dev.lacewing.general.ResizeLinearKernel;
import dev.lacewing.general.Staging.Axis;
import dev.lacewing.general.Staging;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import dev.lacewing.kernel.Bilinear;
import dev.lacewing.kernel.Move;
import dev.lacewing.kernel.Softmax;
import dev.lacewing.plan.ElementwiseLowering.Operand;
import dev.lacewing.plan.Plan.Argument;
import dev.lacewing.plan.Plan.Call;
import dev.lacewing.program.ArgumentBlock;
import dev.lacewing.program.Kernel;
import dev.lacewing.program.Machine;
import dev.lacewing.tensor.Layout;
import dev.lacewing.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The general path where there is no Java to call: programs that do what kernels of {@code general} do, for as many operations as networks for such places
 * have.
 */
final class PortableLowering {
    private PortableLowering() {}

    static boolean applies(PlanBuilder b) { return b.machine.isWithoutJava(); }

    /** Adds the steps for what {@code kernel} does and returns the program's name; adds none and returns null if there is no program for it. */
    static @Nullable String lower(PlanBuilder b, Node node, Kernel kernel) {
        if (!(kernel instanceof MoveKernel) && !(kernel instanceof ResizeLinearKernel) && !(node.op() instanceof Op.Softmax)) return null;
        List<Call> calls = new ArrayList<>();
        if (b.isZeroed(node.output())) calls.addAll(b.clear(node.output()));
        switch (kernel) {
            case MoveKernel move -> calls.addAll(moves(b, move, node.inputs().stream().map(b::buffer).toList(), b.buffer(node.output())));
            case ResizeLinearKernel resize -> calls.addAll(resize(b, node, resize));
            default -> calls.add(softmax(b, node, ((Op.Softmax) node.op()).axis()));
        }
        String name = kernel instanceof MoveKernel ? "move" : kernel instanceof ResizeLinearKernel ? "bilinear" : "softmax";
        b.single(name, calls.toArray(Call[]::new));
        return name;
    }

    /** The value itself if it has the shape of {@code y}; else a copy that has. */
    static Operand broadcast(PlanBuilder b, String value, Operand y) {
        if (b.graph.shape(value).equals(y.layout().shape())) return Operand.of(b, value);
        int copy = b.scratch(value + " broadcast", y.layout().size());
        b.single("broadcast", moves(b, MoveKernel.broadcast(b.layout(value), y.layout()), List.of(b.buffer(value)), copy).toArray(Call[]::new));
        return new Operand(copy, y.layout(), null);
    }

    /** Adds a step for an operation that moves elements, by a program if the machine asks for it. */
    static void step(PlanBuilder b, String what, Op op, Operand from, Operand to) {
        List<Call> calls = new ArrayList<>();
        if (to.value() != null && b.isZeroed(to.value())) calls.addAll(b.clear(to.value()));
        Kernel kernel = General.kernel(op, List.of(from.layout()), to.layout());
        if (applies(b) && kernel instanceof MoveKernel move) calls.addAll(moves(b, move, List.of(from.buffer()), to.buffer()));
        else calls.add(b.call(kernel, PlanBuilder.at(from.buffer(), 0), PlanBuilder.at(to.buffer(), 0)));
        b.single(what, calls.toArray(Call[]::new));
    }

    /** All that a kernel moves, by vectors where neighbours stay neighbours. */
    private static List<Call> moves(PlanBuilder b, MoveKernel kernel, List<Integer> inputs, int output) {
        boolean fill = kernel.literals().size() == 1;
        long literals = b.constants.align();
        for (int i = 0; i < (fill ? b.machine.lanes() : 1); i++) kernel.literals().forEach(b.constants::add);
        List<Call> calls = new ArrayList<>();
        for (int i = 0; i <= inputs.size(); i++) {
            int input = i;
            List<Group> mine = kernel.moves().stream().filter(g -> g.input() == input).toList();
            if (i < inputs.size()) mine.forEach(g -> b.checkReads(g, inputs.get(input)));
            calls.addAll(i < inputs.size() ? moves(b, mine, PlanBuilder.at(inputs.get(i), 0), output, false) : moves(b, mine, constant(literals), output, fill));
        }
        return calls;
    }

    /** @param fill {@code from} is a vector of the one value that all groups write */
    private static List<Call> moves(PlanBuilder b, List<Group> groups, Argument from, int output, boolean fill) {
        int lanes = b.machine.lanes();
        List<int[]> vectors = new ArrayList<>(), singles = new ArrayList<>();
        for (Group g : groups) {
            b.checkWrites(g, output);
            int whole = fill || g.step() == 1 ? g.length() / lanes : 0, done = whole * lanes, rest = g.length() - done;
            if (whole > 0) vectors.add(new int[] {g.from(), g.to(), whole, fill ? 0 : lanes, lanes, g.repeat(), g.fromJump(), g.toJump()});
            if (rest == 0) continue;
            int first = fill ? 0 : g.from() + done * g.step(), to = g.to() + done;
            if (rest >= g.repeat()) singles.add(new int[] {first, to, rest, g.step(), 1, g.repeat(), g.fromJump(), g.toJump()});
            else singles.add(new int[] {first, to, g.repeat(), g.fromJump(), g.toJump(), rest, g.step(), 1});
        }
        List<Call> calls = new ArrayList<>();
        if (!vectors.isEmpty()) calls.add(move(b, vectors, b.machine, from, output));
        if (!singles.isEmpty()) calls.add(move(b, singles, Machine.SCALAR, from, output));
        return calls;
    }

    /** @param records as in {@link Move}, in floats */
    private static Call move(PlanBuilder b, List<int[]> records, Machine machine, Argument from, int output) {
        int period = period(records), times = records.size() / period;
        long table = b.constants.align();
        for (int[] r : records.subList(0, period))
            for (int word = 0; word < Move.RECORD; word++) b.constants.add(word == 2 || word == 5 ? r[word] : Math.multiplyExact(Float.BYTES, r[word]));
        int[] first = records.getFirst(), next = times > 1 ? records.get(period) : first;
        return PlanBuilder.call(new ArgumentBlock<Argument>(Move.program(machine)).set(Move.X, from).set(Move.Y, PlanBuilder.at(output, 0))
                .set(Move.TABLE, constant(table)).set(Move.GROUPS, number(period)).set(Move.ZERO, number(0)).set(Move.TIMES, number(times))
                .set(Move.X_JUMP, bytes(next[0] - first[0])).set(Move.Y_JUMP, bytes(next[1] - first[1])));
    }

    /** So many first records make all, moved on by the same distances again and again. */
    private static int period(List<int[]> records) {
        int n = records.size();
        for (int p = 1; p <= n / 2; p++) if (n % p == 0 && isPeriod(records, p)) return p;
        return n;
    }

    private static boolean isPeriod(List<int[]> records, int p) {
        int[] first = records.getFirst(), next = records.get(p);
        for (int i = p; i < records.size(); i++) {
            int[] a = records.get(i - p), c = records.get(i);
            if (c[0] - a[0] != next[0] - first[0] || c[1] - a[1] != next[1] - first[1] || !Arrays.equals(a, 2, a.length, c, 2, c.length)) return false;
        }
        return true;
    }

    /** Planes {@code from} to {@code to} of each phase: all padding first, then the pixels. */
    static List<Call> stage(PlanBuilder b, Staging staging, String input, float fill, int image, int from, int to, int copy) {
        long literal = b.constants.align();
        for (int i = 0; i < b.machine.lanes(); i++) b.constants.add(fill);
        List<Call> calls = new ArrayList<>();
        for (int py = 0; py < staging.phaseRows(); py++)
            for (int px = 0; px < staging.phaseColumns(); px++) {
                List<Group> pixels = pixels(staging, b.layout(input), image, from, to, py, px);
                pixels.forEach(g -> b.checkReads(g, b.buffer(input)));
                int phase = (py * staging.phaseColumns() + px) * staging.channels();
                Group padding = new Group(0, 0, (phase + from) * staging.planePitch(), staging.readable(), 0, to - from, 0, staging.planePitch());
                calls.addAll(moves(b, List.of(padding), constant(literal), copy, true));
                calls.addAll(moves(b, pixels, b.at(input, 0), copy, false));
            }
        return calls;
    }

    /** What is copied of one phase of the channels. */
    private static List<Group> pixels(Staging staging, Layout in, int image, int from, int to, int py, int px) {
        Axis row = staging.rows(py), column = staging.columns(px);
        int rows = row.end() - row.first(), columns = column.end() - column.first(), phase = (py * staging.phaseColumns() + px) * staging.channels();
        List<Group> pixels = new ArrayList<>();
        for (int c = from; c < to && rows > 0 && columns > 0; c++)
            pixels.add(new Group(0, in.at(image, c, row.from(), column.from()), (phase + c) * staging.planePitch() + row.first() * staging.rowPitch() + column.first(),
                    columns, column.step(), rows, row.step() * in.rowPitch(), staging.rowPitch()));
        return pixels;
    }

    /** The checks of what {@link Staging#kernel} touches. */
    static void check(PlanBuilder b, Staging staging, String input, int image, int from, int to, int copy) {
        b.checkReach("staging writes", copy, 0, staging.floats());
        for (int py = 0; py < staging.phaseRows(); py++)
            for (int px = 0; px < staging.phaseColumns(); px++) pixels(staging, b.layout(input), image, from, to, py, px).forEach(g -> b.checkReads(g, b.buffer(input)));
    }

    private static List<Call> resize(PlanBuilder b, Node node, ResizeLinearKernel kernel) {
        Layout in = b.layout(node.input()), out = b.layout(node.output());
        long rows = taps(b, kernel.rows(), 4 * in.rowPitch()), columns = taps(b, kernel.columns(), Float.BYTES);
        int lowest = last(kernel.rows()), rightmost = last(kernel.columns());
        b.checkReach("resizing reads", b.buffer(node.input()), in.origin(), in.at(in.images() - 1, in.channels() - 1, lowest, rightmost) + 1L);
        b.checkReach("resizing writes", b.buffer(node.output()), out.origin(), out.at(out.shape().size() - 1) + 1L);
        List<Call> calls = new ArrayList<>();
        for (int n = 0; n < out.images(); n++)
            calls.add(PlanBuilder.call(new ArgumentBlock<Argument>(Bilinear.program()).set(Bilinear.PLANES, number(out.channels()))
                    .set(Bilinear.X, b.at(node.input(), in.at(n, 0, 0, 0))).set(Bilinear.X_PLANE, bytes(in.planePitch()))
                    .set(Bilinear.Y, b.at(node.output(), out.at(n, 0, 0, 0))).set(Bilinear.Y_PLANE, bytes(out.planePitch()))
                    .set(Bilinear.Y_ROW, bytes(out.rowPitch())).set(Bilinear.ROWS, number(out.height())).set(Bilinear.ROW_TABLE, constant(rows))
                    .set(Bilinear.COLUMNS, number(out.width())).set(Bilinear.COLUMN_TABLE, constant(columns))));
        return calls;
    }

    private static int last(ResizeLinearKernel.Taps taps) { return Math.max(Arrays.stream(taps.first()).max().orElse(0), Arrays.stream(taps.second()).max().orElse(0)); }

    private static long taps(PlanBuilder b, ResizeLinearKernel.Taps taps, int pitch) {
        long at = b.constants.align();
        for (int i = 0; i < taps.first().length; i++) {
            b.constants.add(taps.first()[i] * pitch);
            b.constants.add(taps.second()[i] * pitch);
            b.constants.add(1 - taps.share()[i]);
            b.constants.add(taps.share()[i]);
        }
        return at;
    }

    private static Call softmax(PlanBuilder b, Node node, int axis) {
        Layout in = b.layout(node.input()), out = b.layout(node.output());
        Shape shape = in.shape();
        for (String value : List.of(node.input(), node.output())) b.checkReach("softmax", b.buffer(value), 0, b.layout(value).at(shape.size() - 1) + 1L);
        ArgumentBlock<Argument> block = new ArgumentBlock<Argument>(Softmax.program()).set(Softmax.X, b.at(node.input(), in.at(0)))
                .set(Softmax.Y, b.at(node.output(), out.at(0))).set(Softmax.N, number(shape.dim(axis)));
        if (shape.rank() == 4) {
            int[] from = {in.imagePitch(), in.planePitch(), in.rowPitch(), 1}, to = {out.imagePitch(), out.planePitch(), out.rowPitch(), 1};
            block.set(Softmax.X_STEP, bytes(from[axis])).set(Softmax.Y_STEP, bytes(to[axis]));
            for (int level = 0, a = 0; a < 4; a++) if (a != axis) nest(block, level++, shape.dim(a), from[a], to[a]);
        } else {   // contiguous
            int inner = shape.strides()[axis], outer = shape.dim(axis) * inner;
            block.set(Softmax.X_STEP, bytes(inner)).set(Softmax.Y_STEP, bytes(inner));
            nest(block, 0, 1, 0, 0);
            nest(block, 1, shape.size() / outer, outer, outer);
            nest(block, 2, inner, 1, 1);
        }
        return PlanBuilder.call(block);
    }

    private static void nest(ArgumentBlock<Argument> block, int level, int count, int from, int to) {
        int slot = Softmax.LEVELS + 3 * level;
        block.set(slot, number(count)).set(slot + 1, bytes(from)).set(slot + 2, bytes(to));
    }
}
