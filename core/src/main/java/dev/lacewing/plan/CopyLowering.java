package dev.lacewing.plan;

import static dev.lacewing.plan.PlanBuilder.bytes;
import static dev.lacewing.plan.PlanBuilder.constant;
import static dev.lacewing.plan.PlanBuilder.number;

import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import dev.lacewing.kernel.ElementFunction;
import dev.lacewing.kernel.Elementwise;
import dev.lacewing.kernel.Epilogue;
import dev.lacewing.plan.Plan.Argument;
import dev.lacewing.plan.Plan.Call;
import dev.lacewing.program.ArgumentBlock;
import dev.lacewing.program.Program;
import dev.lacewing.tensor.Layout;
import java.util.ArrayList;
import java.util.List;

/** Copies that keep the order of elements: channels put together, and vectors that change their shape only. By whole vectors. */
final class CopyLowering {
    private CopyLowering() {}

    /** Channels of planes with one row pitch. */
    static boolean applies(PlanBuilder b, Node node, Op.Concat concat) {
        Layout out = b.layout(node.output());
        return concat.axis() == 1 && LayoutPlanner.isPlanes(out.shape()) && node.inputs().stream().allMatch(in -> b.layout(in).rowPitch() == out.rowPitch());
    }

    /** No element moves. */
    static boolean applies(PlanBuilder b, Node node) { return b.layout(node.input()).isContiguous() && b.layout(node.output()).isContiguous() && !b.isZeroed(node.output()); }

    static LayerReport concat(PlanBuilder b, Node node) {
        Layout out = b.layout(node.output());
        boolean masked = b.isMasked(node.output());
        Program copy = Elementwise.program(new ElementFunction.Apply(Epilogue.NONE), masked, b.machine);
        Argument mask = masked ? constant(b.planeMask(out)) : number(0);
        int vectors = b.vectors(out);
        b.step("concat", t -> {
            int from = b.split(out.channels(), t), to = b.split(out.channels(), t + 1);
            List<Call> calls = new ArrayList<>(b.clearMargins(node.output(), t));
            for (int n = 0; n < out.images(); n++) {
                int first = 0;
                for (String input : node.inputs()) {
                    Layout in = b.layout(input);
                    int low = Math.max(from, first), high = Math.min(to, first + in.channels());
                    if (low < high) {
                        b.checkPlanes("concat reads", b.buffer(input), in, n, low - first, high - first, vectors);
                        b.checkPlanes("concat writes", b.buffer(node.output()), out, n, low, high, vectors);
                        int image = n, before = first;
                        calls.addAll(Pieces.of(low, high, b.costs.pass(new ElementFunction.Apply(Epilogue.NONE), 1, vectors) + b.costs.fetch(8L * out.planePitch()),
                                (i, j) -> PlanBuilder.call(new ArgumentBlock<Argument>(copy)
                                        .set(Elementwise.X, b.at(input, in.at(image, i - before, 0, 0))).set(Elementwise.X_PLANE, bytes(in.planePitch()))
                                        .set(Elementwise.Y, b.at(node.output(), out.at(image, i, 0, 0))).set(Elementwise.Y_PLANE, bytes(out.planePitch()))
                                        .set(Elementwise.CHANNELS, number(j - i)).set(Elementwise.VECTORS, number(vectors)).set(Elementwise.MASK, mask))));
                    }
                    first += in.channels();
                }
            }
            return calls;
        });
        return report(b, node, (long) vectors * out.channels());
    }

    static LayerReport reshape(PlanBuilder b, Node node) {
        int vectors = Math.ceilDiv(b.layout(node.output()).shape().size(), b.machine.lanes());
        Program copy = Elementwise.program(new ElementFunction.Apply(Epilogue.NONE), false, b.machine);
        for (String value : List.of(node.input(), node.output())) b.checkReach("reshape", b.buffer(value), 0, (long) vectors * b.machine.lanes());
        b.single("reshape", PlanBuilder.call(new ArgumentBlock<Argument>(copy).set(Elementwise.X, b.at(node.input(), 0)).set(Elementwise.X_PLANE, number(0))
                .set(Elementwise.Y, b.at(node.output(), 0)).set(Elementwise.Y_PLANE, number(0)).set(Elementwise.CHANNELS, number(1))
                .set(Elementwise.VECTORS, number(vectors))));
        return report(b, node, vectors);
    }

    private static LayerReport report(PlanBuilder b, Node node, long vectors) {
        return LayerReport.plain(b, node, node.op().getClass().getSimpleName(), "copy", b.costs.pass(new ElementFunction.Apply(Epilogue.NONE), 1, vectors), "moves data by whole vectors, has no weights");
    }
}
