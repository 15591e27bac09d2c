package dev.lacewing.plan;

import static dev.lacewing.plan.PlanBuilder.bytes;
import static dev.lacewing.plan.PlanBuilder.constant;
import static dev.lacewing.plan.PlanBuilder.number;

import dev.lacewing.graph.Costs;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import dev.lacewing.kernel.ElementFunction;
import dev.lacewing.kernel.LaneSum;
import dev.lacewing.kernel.PlaneSum;
import dev.lacewing.plan.ElementwiseLowering.Operand;
import dev.lacewing.plan.Plan.Argument;
import dev.lacewing.plan.Plan.Call;
import dev.lacewing.plan.VectorLowering.Choice;
import dev.lacewing.program.ArgumentBlock;
import dev.lacewing.program.Machine;
import dev.lacewing.program.Program;
import dev.lacewing.tensor.Layout;
import dev.lacewing.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** Means over whole planes and over any axes, and squeeze-and-excitation, which starts with them. */
final class AverageLowering {
    /** Multiply-adds that one thread does while threads would meet. */
    private static final int ALONE = 1 << 16;
    /** Floats of sums that a thread makes before it uses their memory again. */
    private static final int PIECE = 1 << 16;

    private AverageLowering() {}

    static LayerReport lower(PlanBuilder b, Node node) {
        Layout in = b.layout(node.input());
        if (!LayoutPlanner.isPlanes(in.shape())) return Planner.general(b, node.with(new Op.Identity()));
        means(b, node, b.buffer(node.output()));
        if (b.sums(node.input()) != null) return LayerReport.plain(b, node, "GlobalAveragePool", "lane-sum", lanesNanos(b, in), "summed up where the values were written");
        return LayerReport.plain(b, node, "GlobalAveragePool", "plane-sum", nanos(b, in), "one pass over the values");
    }

    /** Over any axes: those become the last ones, and what they span a plane of one row. */
    static LayerReport reduce(PlanBuilder b, Node node, List<Integer> axes) {
        Operand x = Operand.of(b, node.input()), y = Operand.of(b, node.output());
        Shape shape = x.layout().shape();
        List<Integer> inOrder = IntStream.range(0, shape.rank()).boxed().toList(), order = new ArrayList<>(inOrder);
        order.removeAll(axes);
        order.addAll(axes);
        Layout planes = Layout.contiguous(Shape.of(1, y.layout().shape().size(), 1, shape.size() / y.layout().shape().size()));
        Operand values = new Operand(x.buffer(), planes, null);
        boolean stands = x.layout().isContiguous() && order.equals(inOrder), straight = y.layout().isContiguous();
        if (!stands) {
            values = new Operand(b.scratch(node.name() + " ordered", planes.size()), planes, null);
            Layout ordered = Layout.contiguous(new Shape(order.stream().map(shape::dim).toList()));
            PortableLowering.step(b, "transpose", new Op.Transpose(order), x, new Operand(values.buffer(), ordered, null));
        }
        Layout vector = Layout.contiguous(y.layout().shape());
        Operand means = straight ? y : new Operand(b.scratch(node.name() + " means", vector.size()), vector, null);
        means(b, node.name(), values, means.buffer());
        if (!straight) PortableLowering.step(b, "copy", new Op.Identity(), means, y);
        double moves = (stands ? 0 : b.costs.general(shape.size())) + (straight ? 0 : b.costs.general(vector.shape().size()));
        return LayerReport.plain(b, node, "ReduceMean", "plane-sum", moves + nanos(b, planes), stands ? "one pass over the values" : "a copy that brings together what is summed up");
    }

    private static void means(PlanBuilder b, Node node, int to) {
        Sums kept = b.sums(node.input());
        if (kept != null) lanes(b, kept, b.layout(node.input()), to);
        else means(b, node.name(), Operand.of(b, node.input()), to);
    }

    /** The mean of each plane: image n's channel c at n * channels + c. */
    private static void means(PlanBuilder b, String name, Operand x, int to) {
        Layout in = x.layout();
        int lanes = b.machine.lanes(), count = in.images() * in.channels(), blocks = Math.ceilDiv(count, lanes);
        int room = Math.min(PIECE / (lanes * lanes), Math.ceilDiv(blocks, b.threads)), sums = b.scratch(name + " sums", b.threads * room * lanes * lanes);
        boolean masked = in.rowPitch() > in.width() || in.planeFloats() % lanes != 0;
        Program planes = PlaneSum.program(masked, b.machine);
        long mask = masked ? b.planeMask(in) : 0, scale = scale(b, in);
        b.checkReach("means", to, 0, (long) blocks * lanes);
        b.step("mean", t -> {
            List<Call> calls = new ArrayList<>();
            long start = in.at(0, 0, 0, 0);
            double planeNanos = b.costs.pass(CostModel.PLANE_SUM, 1, b.vectors(in)) + b.costs.fetch(4L * in.planePitch());
            for (int from = b.split(blocks, t), end = b.split(blocks, t + 1), next; from < end; from = next) {
                next = Math.min(end, from + room);
                int first = from * lanes, last = Math.min(count, next * lanes), own = first - t * room * lanes;
                b.checkReach("means read", x.buffer(), start + (long) first * in.planePitch(), start + (last - 1L) * in.planePitch() + (long) b.vectors(in) * lanes);
                b.checkReach("sums", sums, (long) (first - own) * lanes, (long) (first - own + (next - from) * lanes) * lanes);
                calls.addAll(Pieces.of(first, last, planeNanos, (i, j) -> PlanBuilder.call(new ArgumentBlock<Argument>(planes)
                        .set(PlaneSum.X, PlanBuilder.at(x.buffer(), start + (long) i * in.planePitch())).set(PlaneSum.X_PLANE, bytes(in.planePitch()))
                        .set(PlaneSum.Y, PlanBuilder.at(sums, (long) (i - own) * lanes))
                        .set(PlaneSum.CHANNELS, number(j - i)).set(PlaneSum.VECTORS, number(b.vectors(in))).set(PlaneSum.MASK, constant(mask)))));
                calls.add(laneSum(b.machine, PlanBuilder.at(sums, (long) (first - own) * lanes), PlanBuilder.at(to, first), scale, next - from));
            }
            return calls;
        });
    }

    /** From sums that the layer before has kept. */
    private static void lanes(PlanBuilder b, Sums sums, Layout in, int to) {
        int lanes = sums.machine().lanes(), blocks = Math.ceilDiv(in.images() * in.channels(), lanes);
        long scale = scale(b, in);
        b.checkReach("means", to, 0, (long) blocks * lanes);
        b.single("mean", laneSum(sums.machine(), PlanBuilder.at(sums.buffer(), 0), PlanBuilder.at(to, 0), scale, blocks));
    }

    private static Call laneSum(Machine machine, Argument from, Argument to, long scale, int blocks) {
        return PlanBuilder.call(new ArgumentBlock<Argument>(LaneSum.program(machine)).set(LaneSum.X, from).set(LaneSum.Y, to)
                .set(LaneSum.SCALE, constant(scale)).set(LaneSum.BLOCKS, number(blocks)));
    }

    private static long scale(PlanBuilder b, Layout in) {
        long at = b.constants.align();
        b.constants.add(1f / (in.height() * in.width()));
        return at;
    }

    static LayerReport squeezeExcite(PlanBuilder b, boolean dense, Node node, Op.SqueezeExcite s) {
        Operand x = Operand.of(b, node.input());
        Op.Conv reader = b.gated(node.output());
        Operand y = reader == null ? Operand.of(b, node.output()) : x;
        int images = x.layout().images(), channels = x.layout().channels();
        Operand mean = vectors(b, node, "mean", images, channels), middle = vectors(b, node, "reduced", images, s.reduceBias().size()), gate = vectors(b, node, "gate", images, channels);
        boolean kept = b.sums(node.input()) != null, tiny = (long) images * (s.reduce().size() + s.expand().size()) <= ALONE;
        if (x.isPlanes() && !kept) means(b, node, mean.buffer());
        Supplier<Choice> reduce = () -> {
            if (kept) means(b, node, mean.buffer());
            return VectorLowering.lower(b, dense, x.isPlanes() ? mean : x, middle, s.reduce(), s.reduceBias(), s.middle(), null);
        };
        Supplier<Choice> expand = () -> VectorLowering.lower(b, dense, middle, gate, s.expand(), s.expandBias(), s.gate(), null);
        List<Choice> choices = tiny ? b.alone("squeeze and excite", () -> List.of(reduce.get(), expand.get()))
                : List.of((long) images * s.reduce().size() <= ALONE ? b.alone("squeeze", reduce) : reduce.get(), expand.get());
        Choice first = choices.getFirst(), second = choices.getLast();
        double scale = ElementwiseLowering.nanos(b, new ElementFunction.Scale(), x.layout());
        boolean scalesWeights = reader != null && Gate.scalesWeights(b, reader, x, dense, scale);
        if (!scalesWeights) ElementwiseLowering.scale(b, x, gate, y);
        if (reader != null) b.keep(node.output(), new Gate(node.input(), gate, scalesWeights));
        double passes = (kept ? lanesNanos(b, x.layout()) : nanos(b, x.layout())) + (scalesWeights ? 0 : scale);
        long nonzeros = (long) s.reduce().nonzeros() + s.expand().nonzeros(), weights = (long) s.reduce().size() + s.expand().size();
        return new LayerReport(node.name(), "SqueezeExcite", x.layout().shape(), b.graph.shape(node.output()), Costs.multiplyAdds(b.graph, node), 1 - (double) nonzeros / weights,
                (double) nonzeros / Math.max(1, first.stored() + second.stored()), first.kernel() + ", " + second.kernel(), (first.nanos() + second.nanos() + passes) / 1e6, Double.NaN,
                (first.denseNanos() + second.denseNanos() + passes) / 1e6, (kept ? "" : "mean, ") + "two fully connected layers" + (scalesWeights ? "" : ", scale") + "; the first: " + first.reason());
    }

    private static Operand vectors(PlanBuilder b, Node node, String name, int images, int channels) {
        Layout layout = Layout.contiguous(Shape.of(images, channels));
        return new Operand(b.scratch(node.name() + " " + name, layout.size()), layout, null);
    }

    private static double nanos(PlanBuilder b, Layout in) {
        return b.costs.pass(CostModel.PLANE_SUM, (long) in.images() * in.channels(), b.vectors(in))
                + lanesNanos(b, in) + b.fetchPlanes(in);
    }

    private static double lanesNanos(PlanBuilder b, Layout in) { return b.costs.pass(CostModel.LANE_SUM, (long) in.images() * in.channels(), 1); }
}
