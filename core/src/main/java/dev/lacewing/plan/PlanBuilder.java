package dev.lacewing.plan;

import dev.lacewing.general.MoveKernel;
import dev.lacewing.general.MoveKernel.Group;
import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import dev.lacewing.kernel.Clear;
import dev.lacewing.plan.Plan.Argument;
import dev.lacewing.plan.Plan.Buffer;
import dev.lacewing.plan.Plan.Call;
import dev.lacewing.plan.Plan.Code;
import dev.lacewing.plan.Plan.Step;
import dev.lacewing.program.ArgumentBlock;
import dev.lacewing.program.Kernel;
import dev.lacewing.program.Machine;
import dev.lacewing.tensor.Layout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Collects steps, buffers and constants while the layers are lowered one by one. A buffer lives from the first step that names it to the last. */
final class PlanBuilder {
    /** Vectors of a plane for each thread that make it worth sharing by rows. */
    private static final int LARGE = 48;

    final Graph graph;
    final Machine machine;
    final int threads;
    final CostModel costs;
    private final Map<String, Layout> layouts;
    private final Set<String> zeroed, withoutHalo;
    private final Map<String, Integer> values = new HashMap<>();
    private final List<Buffer> buffers = new ArrayList<>();
    private final List<Step> steps = new ArrayList<>();
    private final List<LayerReport> layers = new ArrayList<>();
    private final Map<List<Integer>, Long> masks = new HashMap<>();
    private final Map<String, Decision> stored, decided = new LinkedHashMap<>();
    private final Map<String, Sums> sums = new HashMap<>();
    private final Map<String, Op.Conv> gated;
    private final Map<String, Gate> gates = new HashMap<>();
    private @Nullable List<Call> gathered;
    private long codeBytes;
    final Words constants = new Words();

    /** @param added values that never stand in memory, since something is added to them first */
    PlanBuilder(Graph graph, CostModel costs, int threads, LayoutPlanner.Result planned, Map<String, Decision> stored, Set<String> added) {
        gated = Gate.find(graph);
        Set<String> unwritten = new HashSet<>(added);
        unwritten.addAll(gated.keySet());
        this.stored = stored;
        this.graph = graph;
        this.costs = costs;
        machine = costs.machine();
        this.threads = threads;
        layouts = planned.layouts();
        zeroed = planned.zeroed();
        withoutHalo = planned.withoutHalo();
        graph.shapes().forEach((value, shape) -> { if (!unwritten.contains(value)) values.put(value, scratch(value, layout(value).size())); });
        graph.inputs().forEach(in -> touch(buffer(in.name()), 0));
    }

    /** What was decided before about the layer of this name. */
    @Nullable Decision stored(String layer) { return stored.get(layer); }

    void decided(String layer, Decision decision) { decided.put(layer, decision); }

    /** Machine code of baked patterns so far, about. */
    long codeBytes() { return codeBytes; }

    void addCode(long bytes) { codeBytes += bytes; }

    Layout layout(String value) { return Objects.requireNonNull(layouts.get(value)); }

    int buffer(String value) { return Objects.requireNonNull(values.get(value)); }

    /** Sums that were made with a value. */
    void keep(String value, Sums made) { sums.put(value, made); }

    @Nullable Sums sums(String value) { return sums.get(value); }

    /** The convolution that reads what stands before the multiplication that makes this value, if one does. */
    Op.@Nullable Conv gated(String value) { return gated.get(value); }

    void keep(String value, Gate made) { gates.put(value, made); }

    @Nullable Gate gate(String value) { return gates.get(value); }

    /** Memory for the steps that name it. */
    int scratch(String name, int floats) {
        buffers.add(new Buffer(name, 0, floats, Integer.MAX_VALUE, -1));
        return buffers.size() - 1;
    }

    /** Gaps and halos of this value must be zero. */
    boolean isZeroed(String value) { return zeroed.contains(value); }

    /** This depthwise layer's input has no halo beside its planes for it. */
    boolean readsWithoutHalo(Node node) { return withoutHalo.contains(node.output()); }

    /** Whole vectors in a plane, the last of which may reach past the plane's end. */
    int vectors(Layout layout) { return Math.ceilDiv(layout.planeFloats(), machine.lanes()); }

    /** Kernels must clear the lanes between rows and after the last row of this value. */
    boolean isMasked(String value) {
        Layout l = layout(value);
        return isZeroed(value) && (l.rowPitch() > l.width() || l.planeFloats() % machine.lanes() != 0);
    }

    /** All bits set for a pixel, none for a gap: one word for each float of a plane, up to a multiple of 16. */
    long planeMask(Layout l) { return mask(l.width(), l.rowPitch(), l.height()); }

    /** One row with its gap, up to a multiple of 16. */
    long rowMask(Layout l) { return mask(l.width(), Math.ceilDiv(l.rowPitch(), Layout.ALIGN) * Layout.ALIGN, 1); }

    private long mask(int width, int pitch, int height) {
        return masks.computeIfAbsent(List.of(width, pitch, height), k -> {
            long at = constants.align();
            for (int y = 0; y < height; y++) for (int x = 0; x < pitch; x++) constants.add(x < width ? -1 : 0);
            constants.align();
            return at;
        });
    }

    /** Nanoseconds that a layer waits for activations larger than the caches. */
    double fetchPlanes(Layout... layouts) { return Arrays.stream(layouts).mapToDouble(l -> costs.fetchPlanes(4L * l.images() * l.imagePitch())).sum(); }

    static Argument number(long value) { return new Argument.Scalar(value); }

    /** A distance in bytes. */
    static Argument bytes(long floats) { return number(4 * floats); }

    static Argument constant(long bytes) { return new Argument.Constant(bytes); }

    static Argument.Memory at(int buffer, long floats) { return new Argument.Memory(buffer, 4 * floats); }

    Argument.Memory at(String value, long floats) { return at(buffer(value), floats); }

    /** What the block leaves out is 0. */
    static Call call(ArgumentBlock<Argument> block) { return new Call(new Code.Generated(block.program()), block.values(number(0))); }

    /**
     * What a {@link MoveKernel} moves, from wherever the op's indices lead to, is checked against the buffers.
     *
     * @param arguments the starts of the kernel's inputs, then of its output
     */
    Call call(Kernel kernel, Argument.Memory... arguments) {
        if (kernel instanceof MoveKernel move)
            for (Group g : move.moves()) {
                if (g.input() < arguments.length - 1) checkReads(g, arguments[g.input()].buffer());
                checkWrites(g, arguments[arguments.length - 1].buffer());
            }
        return new Call(new Code.Plain(kernel), List.of(arguments));
    }

    void checkReads(Group g, int input) {
        long from = g.from(), run = (g.length() - 1L) * g.step(), jumps = (g.repeat() - 1L) * g.fromJump();
        checkReach("a move reads", input, from + Math.min(0, run) + Math.min(0, jumps), from + Math.max(0, run) + Math.max(0, jumps) + 1);
    }

    void checkWrites(Group g, int output) {
        long jumps = (g.repeat() - 1L) * g.toJump();
        checkReach("a move writes", output, g.to() + Math.min(0, jumps), g.to() + g.length() + Math.max(0, jumps));
    }

    /**
     * Kernels run unchecked: what they may touch is checked here, when the plan is built.
     *
     * @param first float of the buffer that is read or written
     * @param end after the last
     * @throws IllegalStateException if the buffer is not that large: a mistake of the planner's
     */
    void checkReach(String what, int buffer, long first, long end) {
        Buffer b = buffers.get(buffer);
        if (first < 0 || end > b.floats()) throw new IllegalStateException(what + " touches floats " + first + " to " + end + " of " + b.name() + ", which has 0 to " + b.floats());
    }

    /** As {@link #checkReach(String, int, long, long)}, for {@code vectors} from the start of each plane of channels {@code first} to {@code end} of an image on. */
    void checkPlanes(String what, int buffer, Layout l, int image, int first, int end, long vectors) {
        checkReach(what, buffer, l.at(image, first, 0, 0), l.at(image, end - 1, 0, 0) + vectors * machine.lanes());
    }

    /** Adds a step; shares without a call are allowed. Every address must lie in its buffer. */
    void step(String what, List<List<Call>> shares) {
        if (gathered != null) {
            shares.forEach(gathered::addAll);
            return;
        }
        int step = steps.size();
        for (List<Call> share : shares)
            for (Call call : share)
                for (Argument a : call.arguments())
                    if (a instanceof Argument.Memory(int buffer, long bytes)) {
                        checkReach(what, buffer, bytes / 4, bytes / 4 + 1);
                        touch(buffer, step);
                    }
        steps.add(new Step(layers.size(), what, shares.stream().map(List::copyOf).toList()));
    }

    void step(String what, IntFunction<List<Call>> share) {
        List<List<Call>> shares = new ArrayList<>();
        for (int t = 0; t < threads; t++) shares.add(share.apply(t));
        step(what, shares);
    }

    /** A step of one thread. */
    void single(String what, Call... calls) { step(what, List.of(List.of(calls))); }

    /** What {@code steps} adds becomes one step of one thread: for work that takes less time than the threads' meeting. */
    <T> T alone(String what, Supplier<T> steps) {
        List<Call> calls = new ArrayList<>();
        gathered = calls;
        T result = steps.get();
        gathered = null;
        single(what, calls.toArray(Call[]::new));
        return result;
    }

    /** First item of thread {@code t}'s share of {@code count} items. */
    int split(int count, int t) { return (int) ((long) count * t / threads); }

    /**
     * Threads share the rows of planes of this layout, all channels of them, so that what one thread writes the same one reads in the next layer: a line that another
     * core has in its cache takes far longer. Small planes are shared by channels instead: there the lines between two shares, and those that a processor fetches
     * ahead, are too many.
     */
    boolean sharesRows(Layout l) { return threads > 1 && l.height() >= 2 * threads && vectors(l) >= LARGE * threads; }

    /** Ends a layer: the steps since the last are its own. */
    void layer(LayerReport report) { layers.add(report); }

    /** Zeroes the rows above and below the planes of a value, for the share of thread {@code t}; rows' own gaps are their writer's. */
    List<Call> clearMargins(String value, int t) {
        Layout l = layout(value);
        if (!isZeroed(value)) return List.of();
        int lanes = machine.lanes(), end = vectors(l) * lanes, margin = l.planePitch() - end;
        List<Call> calls = new ArrayList<>();
        int planes = l.images() * l.channels(), from = split(planes, t), to = split(planes, t + 1);
        if (t == 0 && l.origin() > 0) calls.addAll(clear(at(value, 0), 1, l.origin() / lanes, 0));
        if (to > from && margin > 0) calls.addAll(clear(at(value, l.at(0, 0, 0, 0) + (long) from * l.planePitch() + end), to - from, margin / lanes, l.planePitch()));
        return calls;
    }

    /**
     * As {@link #clearMargins}, for a kernel that works by rows and may end before or after the last vector of a plane: from within the last row on, in channels
     * {@code from} to {@code to} of every image. The kernel must come after, in the same share.
     */
    List<Call> clearBelow(String value, int t, int from, int to) {
        Layout l = layout(value);
        return clearFrom((l.planeFloats() - l.rowPitch() + l.width()) / machine.lanes() * machine.lanes(), value, t, from, to);
    }

    /** As {@link #clearBelow}, and the planes themselves: for a kernel whose rows may leave a part of the gap between them. */
    List<Call> clearPlanes(String value, int t, int from, int to) { return clearFrom(0, value, t, from, to); }

    private List<Call> clearFrom(int start, String value, int t, int from, int to) {
        Layout l = layout(value);
        if (!isZeroed(value)) return List.of();
        List<Call> calls = new ArrayList<>();
        if (t == 0 && l.origin() > 0) calls.addAll(clear(at(value, 0), 1, l.origin() / machine.lanes(), 0));
        for (int n = 0; n < l.images() && to > from; n++)
            calls.addAll(clear(at(value, l.at(n, from, 0, 0) + start), to - from, (l.planePitch() - start) / machine.lanes(), l.planePitch()));
        return calls;
    }

    /** Zeroes all of a value, halo and gaps included. */
    List<Call> clear(String value) { return clear(at(value, 0), 1, layout(value).size() / machine.lanes(), 0); }

    private List<Call> clear(Argument.Memory at, int regions, int vectors, int pitch) {
        checkReach("clearing", at.buffer(), at.bytes() / 4, at.bytes() / 4 + (regions - 1L) * pitch + (long) vectors * machine.lanes());
        double each = costs.fetch(2L * machine.vectorBytes());   // a line that is written comes in first
        if (regions == 1) return Pieces.of(0, vectors, each, (from, to) -> clear(at, (long) from * machine.lanes(), 1, to - from, 0));
        return Pieces.of(0, regions, vectors * each, (from, to) -> clear(at, (long) from * pitch, to - from, vectors, pitch));
    }

    private Call clear(Argument.Memory at, long floats, int regions, int vectors, int pitch) {
        return call(new ArgumentBlock<Argument>(Clear.program(machine)).set(Clear.Y, new Argument.Memory(at.buffer(), at.bytes() + 4 * floats))
                .set(Clear.COUNT, number(regions)).set(Clear.VECTORS, number(vectors)).set(Clear.PITCH, bytes(pitch)));
    }

    /** Inputs live throughout: nothing else is ever written to their gaps and halos, which are zero from the start. */
    Plan build() {
        graph.inputs().forEach(in -> touch(buffer(in.name()), Math.max(0, steps.size() - 1)));
        graph.outputs().forEach(out -> touch(buffer(out), Math.max(0, steps.size() - 1)));
        for (int i = 0; i < buffers.size(); i++) if (buffers.get(i).last() < 0) touch(i, 0);
        List<Buffer> placed = ArenaPlanner.place(buffers);
        return new Plan(graph, machine.lanes(), threads, layouts, Map.copyOf(values), placed, ArenaPlanner.size(placed), constants, List.copyOf(steps), List.copyOf(layers),
                Collections.unmodifiableMap(decided));
    }

    private void touch(int buffer, int step) {
        Buffer b = buffers.get(buffer);
        buffers.set(buffer, new Buffer(b.name(), 0, b.floats(), Math.min(b.first(), step), Math.max(b.last(), step)));
    }
}
