package dev.lacewing.plan;

import dev.lacewing.graph.Costs;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op.Conv;
import dev.lacewing.graph.Window;
import dev.lacewing.kernel.Depthwise;
import dev.lacewing.kernel.Depthwise.Rows;
import dev.lacewing.kernel.Depthwise.Strips;
import dev.lacewing.kernel.Epilogue;
import dev.lacewing.plan.Plan.Call;
import dev.lacewing.program.Machine;
import dev.lacewing.program.Program;
import dev.lacewing.tensor.Layout;
import java.util.ArrayList;
import java.util.List;

/** Depthwise convolutions, by column walk over haloed planes; threads share the channels. */
final class DepthwiseLowering {
    /** Lanes of vectors that are halved for planes no wider than that: half the work where they are done in two halves, and never more. */
    private static final int HALVED = 16;

    private final PlanBuilder b;
    private final Node node;
    private final Conv conv;
    private final Window window;
    private final Layout in, out;

    private DepthwiseLowering(PlanBuilder b, Node node, Conv conv) {
        this.b = b;
        this.node = node;
        this.conv = conv;
        window = conv.window();
        in = b.layout(node.input());
        out = b.layout(node.output());
    }

    static LayerReport lower(PlanBuilder b, Node node, Conv conv) { return new DepthwiseLowering(b, node, conv).lower(); }

    private LayerReport lower() {
        int k = window.kernelHeight(), s = window.strideHeight(), channels = conv.outChannels();
        long weights = weights(k * k);
        boolean inPlace = Activations.isSeparate(conv.activation()), zeroed = b.isZeroed(node.output());
        int columns = zeroed ? out.rowPitch() : out.width();
        Machine machine = b.machine.lanes() == HALVED && 2 * columns <= HALVED ? b.machine.halved() : b.machine;
        Strips strips = Strips.of(Math.ceilDiv(columns, machine.lanes()), k, s, machine);
        Rows rows = new Rows(in.height(), out.height(), window.padTop());
        Sums sums = inPlace ? null : Sums.of(b, node, machine);
        boolean masked = zeroed || sums != null && columns % machine.lanes() != 0;
        boolean plane = strips.count() == 1 && rows.isWorthCode(k, s, machine);
        Epilogue epilogue = Activations.epilogue(conv.activation());
        Program program = plane ? Depthwise.plane(k, s, rows, strips.width(), epilogue, masked, sums != null, machine)
                : Depthwise.program(k, s, strips, epilogue, masked, sums != null, machine);
        int last = (strips.vectors() - strips.width()) * machine.lanes(), top = plane ? 0 : -window.padTop();
        long mask = masked ? b.rowMask(out) : 0;
        b.step("depthwise", t -> {
            int from = b.split(channels, t), to = b.split(channels, t + 1);
            List<Call> calls = new ArrayList<>(b.clearBelow(node.output(), t, from, to));
            for (int n = 0; n < in.images() && to > from; n++)
                calls.add(PlanBuilder.call(program,
                        b.at(node.input(), in.at(n, from, top, last * s - window.padLeft())), b.at(node.output(), out.at(n, from, 0, last)),
                        PlanBuilder.constant(weights + 4L * from * (k * k + 1)), PlanBuilder.number(to - from), PlanBuilder.number(strips.wide()), PlanBuilder.number(strips.narrow()),
                        PlanBuilder.number(4L * in.rowPitch()), PlanBuilder.number(4L * in.planePitch()), PlanBuilder.number(4L * out.planePitch()), PlanBuilder.constant(mask + 4L * last),
                        PlanBuilder.number(2), PlanBuilder.number(Depthwise.warmUp(k, s, machine)), PlanBuilder.number(0), PlanBuilder.number(out.height()),
                        PlanBuilder.number(4L * out.rowPitch()), sums == null ? PlanBuilder.number(0) : sums.from(n, from)));
            return calls;
        });
        if (inPlace) ElementwiseLowering.inPlace(b, ElementwiseLowering.Operand.of(b, node.output()), conv.activation());
        long planes = (long) channels * in.images();
        double walk = plane ? b.costs.depthwisePlane(k, s, strips.width(), machine != b.machine, planes, out.height()) : b.costs.depthwise(k, s, strips, planes, out.height());
        double nanos = walk + b.fetchPlanes(in, out)
                + (inPlace ? ElementwiseLowering.nanos(b, conv.activation(), out) : b.costs.epilogue(epilogue, planes * strips.vectors() * out.height()));
        return new LayerReport(node.name(), ConvLowering.name(conv), in.shape(), out.shape(), Costs.multiplyAdds(b.graph, node), conv.weight().sparsity(), 1 - conv.weight().sparsity(),
                program.name(), nanos / 1e6, Double.NaN, nanos / 1e6, "dense: a depthwise filter is too small for sparsity to pay");
    }

    /** The taps of each channel, then its bias. */
    private long weights(int taps) {
        long at = b.constants.align();
        for (int c = 0; c < conv.outChannels(); c++) {
            for (int i = 0; i < taps; i++) b.constants.add(conv.weight().values()[c * taps + i]);
            b.constants.add(conv.bias().values()[c]);
        }
        return at;
    }
}
