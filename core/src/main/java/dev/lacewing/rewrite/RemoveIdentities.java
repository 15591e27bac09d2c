package dev.lacewing.rewrite;

import dev.lacewing.graph.Activation;
import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import dev.lacewing.tensor.Shape;
import java.util.stream.IntStream;

/**
 * Drops ops that return their input unchanged. Where such an op writes an output of the graph, the node before it writes that output instead; it stays
 * if there is no node before it, or if that one writes another output of the graph.
 */
final class RemoveIdentities implements Rule {
    @Override
    public String name() { return "remove-identities"; }

    @Override
    public Graph apply(Graph graph) {
        Edits edits = new Edits(graph);
        for (Node node : graph.nodes()) {
            if (edits.isTouched(node) || node.inputs().size() != 1 || !isIdentity(node.op(), graph.shape(node.input()), graph.shape(node.output()))) continue;
            if (!edits.isOutput(node.output())) {
                edits.remove(node);
                edits.forward(node.output(), node.input());
                continue;
            }
            Node before = edits.producer(node.input());
            if (before == null || edits.isOutput(node.input())) continue;
            edits.replace(before, new Node(before.name(), before.op(), before.inputs(), node.output()));
            edits.remove(node);
            edits.forward(node.input(), node.output());
        }
        return edits.done();
    }

    private static boolean isIdentity(Op op, Shape in, Shape out) {
        if (!in.equals(out)) return false;
        return switch (op) {
            case Op.Identity i -> true;
            case Op.Reshape r -> true;
            case Op.Activate(var activation) -> activation instanceof Activation.None;
            case Op.Transpose(var permutation) -> permutation.equals(IntStream.range(0, in.rank()).boxed().toList());
            case Op.Slice(var starts, var steps, var sizes) -> IntStream.range(0, in.rank()).allMatch(a -> in.dim(a) == 1 || steps.get(a) == 1);
            case Op.Pad p -> true;
            case Op.Concat c -> true;
            case Op.DepthToSpace d -> d.block() == 1;
            case Op.Pool p -> p.window().kernelHeight() == 1 && p.window().kernelWidth() == 1 && p.window().isUnitStride() && !p.window().isPadded();
            case Op.GlobalAveragePool g -> true;
            case Op.ReduceMean r -> r.axes().stream().allMatch(a -> in.dim(a) == 1);
            default -> false;
        };
    }
}
