package dev.lacewing.plan;

import static dev.lacewing.plan.PlanBuilder.bytes;
import static dev.lacewing.plan.PlanBuilder.constant;
import static dev.lacewing.plan.PlanBuilder.number;

import dev.lacewing.graph.Activation;
import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import dev.lacewing.graph.Op.PoolKind;
import dev.lacewing.graph.Window;
import dev.lacewing.kernel.Pool;
import dev.lacewing.kernel.WindowPool;
import dev.lacewing.plan.Plan.Argument;
import dev.lacewing.plan.Plan.Call;
import dev.lacewing.program.ArgumentBlock;
import dev.lacewing.program.Program;
import dev.lacewing.tensor.Layout;
import dev.lacewing.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Pooling by small windows straight from the input's rows; padding is read from a halo of zeros. */
final class WindowPoolLowering {
    private WindowPoolLowering() {}

    /** Zeros may stand for the padding, and there is a kernel. */
    static boolean applies(Graph graph, Node node, Op.Pool pool) {
        Window w = pool.window();
        Shape in = graph.shape(node.input());
        if (!LayoutPlanner.isPlanes(in) || !LayoutPlanner.isPlanes(graph.shape(node.output()))) return false;
        if (!WindowPool.isBuilt(w.kernelHeight(), w.kernelWidth(), w.strideWidth()) || Math.max(w.dilationHeight(), w.dilationWidth()) > 1) return false;
        Window reach = reach(graph, node, pool);
        boolean inside = Math.max(reach.padTop(), reach.padBottom()) < w.kernelHeight() && Math.max(reach.padLeft(), reach.padRight()) < w.kernelWidth();
        return inside && (!reach.isPadded() || pool.kind() == PoolKind.AVERAGE || isNotNegative(graph.producer(node.input())));
    }

    /** The window, padded below and on the right by as much as the last windows reach past the image. */
    static Window reach(Graph graph, Node node, Op.Pool pool) {
        Window w = pool.window();
        Shape in = graph.shape(node.input()), out = graph.shape(node.output());
        return new Window(w.kernelHeight(), w.kernelWidth(), w.strideHeight(), w.strideWidth(), 1, 1, w.padTop(), w.padLeft(),
                Math.max(0, (out.dim(2) - 1) * w.strideHeight() + w.kernelHeight() - w.padTop() - in.dim(2)),
                Math.max(0, (out.dim(3) - 1) * w.strideWidth() + w.kernelWidth() - w.padLeft() - in.dim(3)));
    }

    private static boolean isNotNegative(@Nullable Node producer) {
        Activation last = producer == null ? Activation.NONE : switch (producer.op()) {
            case Op.Conv conv -> conv.activation();
            case Op.Binary binary -> binary.activation();
            case Op.Activate(var activation) -> activation;
            default -> Activation.NONE;
        };
        return last instanceof Activation.Clamp(float lo, float hi) && lo >= 0 && hi >= 0;
    }

    static LayerReport lower(PlanBuilder b, Node node, Op.Pool pool) {
        Layout in = b.layout(node.input()), out = b.layout(node.output());
        Window w = pool.window();
        boolean average = pool.kind() == PoolKind.AVERAGE, zeroed = b.isZeroed(node.output());
        int lanes = b.machine.lanes(), vectors = Math.ceilDiv(out.width(), lanes), channels = out.channels(), stride = w.strideWidth();
        Program program = WindowPool.program(average ? Pool.Kind.SUM : Pool.Kind.MAX, w.kernelHeight(), w.kernelWidth(), stride, average, zeroed, b.machine);
        long mask = zeroed ? b.rowMask(out) : 0, scales = average ? PoolLowering.scales(b, pool, in, out) : 0;
        for (int i = 0; i < lanes; i++) b.constants.add(0);   // the last row's last vector reads past its scales
        long loads = (long) w.kernelHeight() * (stride == 1 ? w.kernelWidth() : (w.kernelWidth() + 1) / 2 * 2);
        double planeNanos = b.costs.pass(CostModel.POOL, 1, loads * out.height() * vectors) + b.costs.fetch(4L * (in.planePitch() + out.planePitch()));
        long rowStep = (long) w.strideHeight() * in.rowPitch(), done = (long) vectors * lanes;
        b.step("pool", t -> {
            int from = b.split(channels, t), to = b.split(channels, t + 1);
            List<Call> calls = new ArrayList<>(out.rowPitch() > done ? b.clearPlanes(node.output(), t, from, to) : b.clearBelow(node.output(), t, from, to));
            for (int n = 0; n < in.images() && to > from; n++) {
                int image = n;
                long x = in.at(n, from, -w.padTop(), -w.padLeft()), y = out.at(n, from, 0, 0);
                long lastRow = (to - from - 1L) * in.planePitch() + (out.height() - 1) * rowStep + (w.kernelHeight() - 1L) * in.rowPitch();
                b.checkReach("a pooling window", b.buffer(node.input()), x, x + lastRow + done * stride + w.kernelWidth());
                b.checkReach("a pooled row", b.buffer(node.output()), y, y + (to - from - 1L) * out.planePitch() + (out.height() - 1L) * out.rowPitch() + done);
                calls.addAll(Pieces.of(from, to, planeNanos, (i, j) -> PlanBuilder.call(new ArgumentBlock<Argument>(program)
                        .set(WindowPool.X, b.at(node.input(), in.at(image, i, -w.padTop(), -w.padLeft())))
                        .set(WindowPool.Y, b.at(node.output(), out.at(image, i, 0, 0)))
                        .set(WindowPool.PLANES, number(j - i)).set(WindowPool.ROWS, number(out.height())).set(WindowPool.VECTORS, number(vectors))
                        .set(WindowPool.X_ROW, bytes(in.rowPitch())).set(WindowPool.X_NEXT, bytes(rowStep - done * stride))
                        .set(WindowPool.Y_NEXT, bytes(out.rowPitch() - done)).set(WindowPool.X_PLANE, bytes(in.planePitch() - out.height() * rowStep))
                        .set(WindowPool.Y_PLANE, bytes((long) out.planePitch() - out.planeFloats()))
                        .set(WindowPool.MASK, constant(mask)).set(WindowPool.SCALE, constant(scales)).set(WindowPool.SCALE_NEXT, bytes(out.rowPitch() - done)))));
            }
            return calls;
        });
        double nanos = b.costs.pass(CostModel.POOL, (long) in.images() * channels, (long) out.height() * vectors * loads) + b.fetchPlanes(in, out);
        String op = pool.kind().name().toLowerCase(Locale.ROOT) + " pool " + w.kernelHeight() + "x" + w.kernelWidth();
        return LayerReport.plain(b, node, op, program.name(), nanos, "one pass over the input");
    }
}
