package dev.lacewing.plan;

import dev.lacewing.general.General;
import dev.lacewing.general.MoveKernel;
import dev.lacewing.general.MoveKernel.Group;
import dev.lacewing.general.ResizeLinearKernel;
import dev.lacewing.general.Staging;
import dev.lacewing.general.Staging.Axis;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import dev.lacewing.kernel.Bilinear;
import dev.lacewing.kernel.Move;
import dev.lacewing.kernel.Softmax;
import dev.lacewing.plan.ElementwiseLowering.Operand;
import dev.lacewing.plan.Plan.Argument;
import dev.lacewing.plan.Plan.Call;
import dev.lacewing.program.Kernel;
import dev.lacewing.program.Machine;
import dev.lacewing.tensor.Layout;
import java.util.ArrayList;
import java.util.List;

/** The general path where there is no Java to call: programs that do what kernels of {@code general} do, for as many operations as networks for such places have. */
final class PortableLowering {
    private PortableLowering() {}

    static boolean applies(PlanBuilder b) { return b.machine.equals(Machine.WASM); }

    /** Adds the steps for what {@code kernel} does; adds none and returns false if there is no program for it. */
    static boolean lower(PlanBuilder b, Node node, Kernel kernel) {
        if (!(kernel instanceof MoveKernel) && !(kernel instanceof ResizeLinearKernel) && !(node.op() instanceof Op.Softmax)) return false;
        List<Call> calls = new ArrayList<>();
        if (b.isZeroed(node.output())) calls.addAll(b.clear(node.output()));
        switch (kernel) {
            case MoveKernel move -> calls.addAll(moves(b, move, node.inputs().stream().map(b::buffer).toList(), b.buffer(node.output())));
            case ResizeLinearKernel resize -> calls.addAll(resize(b, node, resize));
            default -> calls.add(softmax(b, node, ((Op.Softmax) node.op()).axis()));
        }
        b.single("general", calls.toArray(Call[]::new));
        return true;
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
        else calls.add(PlanBuilder.call(kernel, PlanBuilder.at(from.buffer(), 0), PlanBuilder.at(to.buffer(), 0)));
        b.single(what, calls.toArray(Call[]::new));
    }

    /** All that a kernel moves, by vectors where neighbours stay neighbours. */
    private static List<Call> moves(PlanBuilder b, MoveKernel kernel, List<Integer> inputs, int output) {
        long literals = b.constants.align();
        kernel.literals().forEach(b.constants::add);
        List<Call> calls = new ArrayList<>();
        for (int i = 0; i <= inputs.size(); i++) {
            int input = i;
            List<Group> mine = kernel.moves().stream().filter(g -> g.input() == input).toList();
            if (input < inputs.size()) mine.forEach(g -> checkReach(b, g, inputs.get(input), output));
            calls.addAll(moves(b, mine, input == inputs.size() ? PlanBuilder.constant(literals) : PlanBuilder.at(inputs.get(input), 0), output));
        }
        return calls;
    }

    private static void checkReach(PlanBuilder b, Group g, int input, int output) {
        long from = g.from(), run = (g.length() - 1L) * g.step(), jumps = (g.repeat() - 1L) * g.fromJump();
        b.checkReach("a move reads", input, from + Math.min(0, run) + Math.min(0, jumps), from + Math.max(0, run) + Math.max(0, jumps) + 1);
        long to = g.to(), toJumps = (g.repeat() - 1L) * g.toJump();
        b.checkReach("a move writes", output, to + Math.min(0, toJumps), to + g.length() + Math.max(0, toJumps));
    }

    private static List<Call> moves(PlanBuilder b, List<Group> groups, Argument from, int output) {
        int lanes = b.machine.lanes();
        List<int[]> vectors = new ArrayList<>(), singles = new ArrayList<>();
        for (Group g : groups) {
            int whole = g.step() == 1 ? g.length() / lanes : 0, done = whole * lanes, rest = g.length() - done;
            if (whole > 0) vectors.add(new int[] {g.from(), g.to(), whole, lanes, lanes, g.repeat(), g.fromJump(), g.toJump()});
            if (rest == 0) continue;
            int first = g.from() + done * g.step(), to = g.to() + done;
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
        long table = b.constants.align();
        for (int[] r : records)
            for (int word = 0; word < Move.RECORD; word++) b.constants.add(word == 2 || word == 5 ? r[word] : Math.multiplyExact(Float.BYTES, r[word]));
        return PlanBuilder.call(Move.program(machine), from, PlanBuilder.at(output, 0), PlanBuilder.constant(table), PlanBuilder.number(records.size()), PlanBuilder.number(0));
    }

    /** Planes {@code from} to {@code to} of each phase: all padding first, then the pixels. */
    static List<Call> stage(PlanBuilder b, Staging staging, String input, float fill, int image, int from, int to, int copy) {
        Layout in = b.layout(input);
        long literal = b.constants.align();
        b.constants.add(fill);
        List<Group> padding = new ArrayList<>(), pixels = new ArrayList<>();
        for (int py = 0; py < staging.phaseRows(); py++)
            for (int px = 0; px < staging.phaseColumns(); px++) {
                Axis row = staging.rows(py), column = staging.columns(px);
                int rows = row.end() - row.first(), columns = column.end() - column.first();
                for (int c = from; c < to; c++) {
                    int plane = ((py * staging.phaseColumns() + px) * staging.channels() + c) * staging.planePitch();
                    padding.add(new Group(0, 0, plane, staging.readable(), 0, 1, 0, 0));
                    if (rows > 0 && columns > 0)
                        pixels.add(new Group(0, in.at(image, c, row.from(), column.from()), plane + row.first() * staging.rowPitch() + column.first(), columns, column.step(), rows,
                                row.step() * in.rowPitch(), staging.rowPitch()));
                }
            }
        pixels.forEach(g -> checkReach(b, g, b.buffer(input), copy));
        List<Call> calls = new ArrayList<>(moves(b, padding, PlanBuilder.constant(literal), copy));
        calls.addAll(moves(b, pixels, b.at(input, 0), copy));
        return calls;
    }

    private static List<Call> resize(PlanBuilder b, Node node, ResizeLinearKernel kernel) {
        Layout in = b.layout(node.input()), out = b.layout(node.output());
        long rows = taps(b, kernel.rows(), 4 * in.rowPitch()), columns = taps(b, kernel.columns(), Float.BYTES);
        List<Call> calls = new ArrayList<>();
        for (int n = 0; n < out.images(); n++)
            calls.add(PlanBuilder.call(Bilinear.program(), b.at(node.input(), in.at(n, 0, 0, 0)), b.at(node.output(), out.at(n, 0, 0, 0)), PlanBuilder.number(out.channels()),
                    PlanBuilder.number(4L * in.planePitch()), PlanBuilder.number(4L * out.planePitch()), PlanBuilder.number(out.height()), PlanBuilder.constant(rows),
                    PlanBuilder.number(out.width()), PlanBuilder.constant(columns), PlanBuilder.number(4L * out.rowPitch())));
        return calls;
    }

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
        int length = in.shape().dim(axis), inner = in.shape().strides()[axis], lines = in.shape().size() / length;
        long table = b.constants.align();
        for (int line = 0; line < lines; line++) {
            int first = line / inner * length * inner + line % inner;
            b.constants.add(4 * in.at(first));
            b.constants.add(4 * out.at(first));
        }
        int next = length > 1 ? inner : 0;
        return PlanBuilder.call(Softmax.program(), b.at(node.input(), 0), b.at(node.output(), 0), PlanBuilder.constant(table), PlanBuilder.number(lines), PlanBuilder.number(length),
                PlanBuilder.number(4L * (in.at(next) - in.at(0))), PlanBuilder.number(4L * (out.at(next) - out.at(0))));
    }
}
