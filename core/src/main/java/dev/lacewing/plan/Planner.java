package dev.lacewing.plan;

import dev.lacewing.general.General;
import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import dev.lacewing.program.Kernel;
import dev.lacewing.program.Machine;
import dev.lacewing.rewrite.Rewrites;
import dev.lacewing.tensor.Layout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** From a graph to a plan: rewrite, lay out, then lower each node by one exhaustive switch. */
public final class Planner {
    private Planner() {}

    /** With the rates that Lacewing brings along, whatever this machine is: the same plan everywhere. */
    public static Plan plan(Graph graph, Machine machine, int threads, boolean dense) { return plan(graph, CostModel.shipped(machine), threads, dense, Map.of()); }

    /**
     * @param costs of the machine that will run the plan
     * @param threads that share a run, at least 1
     * @param dense treat zeros as numbers
     * @param decisions made before, by the layer's name after the rewrites. One is followed if the machine has a kernel with that many rows, unless {@code dense}
     *     forbids it; else the planner decides anew. Names of other layers have no effect
     */
    public static Plan plan(Graph graph, CostModel costs, int threads, boolean dense, Map<String, Decision> decisions) {
        Graph simplified = Rewrites.apply(graph), rewritten = dense ? simplified : Rewrites.dropDeadChannels(simplified);
        Map<String, Residual> residuals = Residual.find(rewritten);
        PlanBuilder b = new PlanBuilder(rewritten, costs, threads, LayoutPlanner.plan(rewritten, costs.machine()), decisions, residuals.keySet());
        Map<String, String> added = new HashMap<>();
        for (Node node : rewritten.nodes()) {
            Residual residual = residuals.get(node.output());
            if (residual != null) added.put(residual.add().output(), node.name());
            String conv = added.get(node.output());
            b.layer(conv == null ? lower(b, node, dense, residual) : addedIn(b, node, conv));
        }
        return b.build();
    }

    private static LayerReport lower(PlanBuilder b, Node node, boolean dense, @Nullable Residual residual) {
        return switch (node.op()) {
            case Op.Conv conv -> ConvLowering.lower(b, dense, node, conv, residual);
            case Op.Gemm(var weight, var bias, var activation) -> VectorLowering.lower(b, dense, node, weight, bias, activation);
            case Op.GlobalAveragePool g -> AverageLowering.lower(b, node);
            case Op.SqueezeExcite s -> AverageLowering.squeezeExcite(b, dense, node, s);
            case Op.Activate(var activation) -> ElementwiseLowering.activate(b, node, activation);
            case Op.BatchNormalization bn -> ElementwiseLowering.batchNormalization(b, node, bn);
            case Op.Binary binary when ElementwiseLowering.isFlat(b, node, binary) -> ElementwiseLowering.binary(b, node, binary);
            case Op.Pool pool -> PoolLowering.lower(b, node, pool);
            case Op.Binary x -> general(b, node);
            case Op.MatMul x -> general(b, node);
            case Op.Constant x -> general(b, node);
            case Op.ReduceMean(var axes, var keepDims) -> AverageLowering.reduce(b, node, axes);
            case Op.Concat concat when CopyLowering.applies(b, node, concat) -> CopyLowering.concat(b, node);
            case Op.Reshape x when CopyLowering.applies(b, node) -> CopyLowering.reshape(b, node);
            case Op.Concat x -> general(b, node);
            case Op.Reshape x -> general(b, node);
            case Op.Transpose x -> general(b, node);
            case Op.Slice x -> general(b, node);
            case Op.Pad x -> general(b, node);
            case Op.DepthToSpace x -> general(b, node);
            case Op.Resize x -> general(b, node);
            case Op.Softmax x -> general(b, node);
            case Op.Identity x -> general(b, node);
        };
    }

    /** Of an addition that a convolution has done. */
    private static LayerReport addedIn(PlanBuilder b, Node node, String conv) { return LayerReport.plain(b, node, "add", "none", 0, "added in the store of " + conv); }

    static LayerReport general(PlanBuilder b, Node node) {
        Layout out = b.layout(node.output());
        Kernel kernel = General.kernel(node.op(), node.inputs().stream().map(b::layout).toList(), out);
        String program = PortableLowering.applies(b) ? PortableLowering.lower(b, node, kernel) : null;
        if (program == null) {
            List<Plan.Call> calls = new ArrayList<>();
            if (b.isZeroed(node.output())) calls.addAll(b.clear(node.output()));
            calls.add(b.call(kernel, Stream.concat(node.inputs().stream(), Stream.of(node.output())).map(value -> b.at(value, 0)).toArray(Plan.Argument.Memory[]::new)));
            b.single("general", calls.toArray(Plan.Call[]::new));
        }
        return LayerReport.plain(b, node, node.op().getClass().getSimpleName(), program == null ? "general" : program, b.costs.general(out.shape().size()), "moves or combines data, has no weights");
    }
}
