package dev.lacewing.plan;

import static dev.lacewing.plan.PlanBuilder.bytes;
import static dev.lacewing.plan.PlanBuilder.constant;
import static dev.lacewing.plan.PlanBuilder.number;

import dev.lacewing.general.Staging;
import dev.lacewing.graph.Activation;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import dev.lacewing.graph.Op.PoolKind;
import dev.lacewing.graph.Window;
import dev.lacewing.kernel.Pool;
import dev.lacewing.plan.ElementwiseLowering.Operand;
import dev.lacewing.plan.Plan.Argument;
import dev.lacewing.plan.Plan.Call;
import dev.lacewing.program.ArgumentBlock;
import dev.lacewing.program.Machine;
import dev.lacewing.program.Program;
import dev.lacewing.tensor.Layout;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Windowed maximum and average: the input is copied, padded and split by stride phase, then each tap of the window is a shifted flat plane. An output of one pixel is a plane of one float. */
final class PoolLowering {
    /** Vectors that share the walk over the taps. */
    private static final int TILE = 4;

    private PoolLowering() {}

    static LayerReport lower(PlanBuilder b, Node node, Op.Pool pool) {
        Layout in = b.layout(node.input()), out = b.layout(node.output());
        if (WindowPoolLowering.applies(b.graph, node, pool)) return WindowPoolLowering.lower(b, node, pool);
        Window w = pool.window();
        boolean max = pool.kind() == PoolKind.MAX;
        boolean single = !LayoutPlanner.isPlanes(out.shape());
        int pitch = Math.max(out.rowPitch(), Staging.minimumPitch(w, in.width(), out.width()));
        Staging staging = new Staging(w, in.channels(), in.height(), in.width(), out.height(), out.width(), pitch);
        int copy = b.scratch(node.name() + " staged", staging.floats());
        long taps = taps(b, w, staging), scale = max ? 0 : scales(b, pool, in, out);
        Machine machine = single ? Machine.SCALAR.atMost(b.machine.vectors()) : b.machine;
        Program wide = Pool.program(max ? Pool.Kind.MAX : Pool.Kind.SUM, TILE, !max, machine), narrow = Pool.program(max ? Pool.Kind.MAX : Pool.Kind.SUM, 1, !max, machine);
        int lanes = machine.lanes(), vectors = single ? 1 : b.vectors(out), tiles = vectors / TILE, rest = vectors % TILE;
        long plane = staging.planePitch(), reach = farthest(w, staging) + (long) vectors * lanes;
        double planeNanos = b.costs.pass(CostModel.POOL, 1, (long) vectors * w.kernelHeight() * w.kernelWidth()) + b.costs.fetch(4 * (plane + out.planePitch()));
        StagingLowering stage = new StagingLowering(b, node.input(), staging, max ? Float.NEGATIVE_INFINITY : 0, copy);
        for (int image = 0; image < in.images(); image++) {
            int n = image;
            stage.step(n);
            b.step("pool", t -> {
                List<Call> calls = new ArrayList<>(b.clearMargins(node.output(), t));
                int from = b.split(in.channels(), t), to = b.split(in.channels(), t + 1);
                if (to > from) {
                    b.checkReach("pooling reads", copy, from * plane, (to - 1) * plane + reach);
                    b.checkReach("pooling writes", b.buffer(node.output()), out.at(n, from, 0, 0), out.at(n, to - 1, 0, 0) + (long) vectors * lanes);
                }
                for (boolean isWide : new boolean[] {true, false}) {
                    if (from == to || (isWide ? tiles : rest) == 0) continue;
                    long pixel = isWide ? 0 : (long) tiles * TILE * lanes;
                    calls.addAll(Pieces.of(from, to, planeNanos, (i, j) -> PlanBuilder.call(new ArgumentBlock<Argument>(isWide ? wide : narrow)
                            .set(Pool.X, PlanBuilder.at(copy, i * plane + pixel)).set(Pool.X_PLANE, bytes(plane))
                            .set(Pool.Y, b.at(node.output(), out.at(n, i, 0, 0) + pixel)).set(Pool.Y_PLANE, bytes(out.planePitch()))
                            .set(Pool.TAPS, constant(taps)).set(Pool.SCALE, constant(scale + 4 * pixel))
                            .set(Pool.CHANNELS, number(j - i)).set(Pool.TILES, number(isWide ? tiles : rest)))));
                }
                return calls;
            });
        }
        if (!single && b.isMasked(node.output())) ElementwiseLowering.inPlace(b, Operand.of(b, node.output()), Activation.NONE);
        double nanos = in.images() * stage.nanos() + b.costs.pass(CostModel.POOL, (long) in.images() * in.channels(), (long) vectors * w.kernelHeight() * w.kernelWidth()) + b.fetchPlanes(in, out);
        String op = pool.kind().name().toLowerCase(Locale.ROOT) + " pool " + w.kernelHeight() + "x" + w.kernelWidth();
        return LayerReport.plain(b, node, op, (single ? narrow : wide).name(), nanos, "a pass over the input for each tap of the window");
    }

    /** Where the tap that reads farthest reads for output pixel 0 of the first channel. */
    private static long farthest(Window w, Staging staging) {
        long most = 0;
        for (int ky = 0; ky < w.kernelHeight(); ky++) for (int kx = 0; kx < w.kernelWidth(); kx++) most = Math.max(most, staging.offset(0, ky, kx));
        return most;
    }

    private static long taps(PlanBuilder b, Window w, Staging staging) {
        long at = b.constants.align();
        b.constants.add(w.kernelHeight() * w.kernelWidth());
        for (int ky = 0; ky < w.kernelHeight(); ky++) for (int kx = 0; kx < w.kernelWidth(); kx++) b.constants.add(Math.toIntExact(4L * staging.offset(0, ky, kx)));
        return at;
    }

    /** 1 / (number of inputs) for each output pixel, 0 in the gaps. */
    static long scales(PlanBuilder b, Op.Pool pool, Layout in, Layout out) {
        Window w = pool.window();
        long at = b.constants.align();
        for (int y = 0; y < out.height(); y++)
            for (int x = 0; x < out.rowPitch(); x++) {
                int rows = inside(y, w.strideHeight(), w.padTop(), w.kernelHeight(), w.dilationHeight(), in.height(), pool.countPadding() ? w.padBottom() : -1);
                int columns = inside(x, w.strideWidth(), w.padLeft(), w.kernelWidth(), w.dilationWidth(), in.width(), pool.countPadding() ? w.padRight() : -1);
                b.constants.add(x < out.width() ? 1f / Math.max(1, rows * columns) : 0);
            }
        b.constants.align();
        return at;
    }

    /** Taps along one axis that count; {@code padAfter} is -1 where padding does not. */
    private static int inside(int at, int stride, int padBefore, int kernel, int dilation, int extent, int padAfter) {
        long start = (long) at * stride - padBefore, first = padAfter >= 0 ? 0 : Math.max(0, Math.ceilDiv(-start, dilation));
        long end = Math.min(kernel, Math.ceilDiv((long) extent + Math.max(0, padAfter) - start, dilation));
        return (int) Math.max(0, end - first);
    }
}
