package dev.lacewing.rewrite;

import dev.lacewing.graph.Activation;
import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import dev.lacewing.tensor.Shape;
import dev.lacewing.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A reshape between an op and what could be fused into it moves behind: an activation of every op that takes one, a bias along the last axis of a Gemm
 * whose last axis the reshape keeps.
 */
final class SinkReshapes implements Rule {
    @Override
    public String name() { return "sink-reshapes"; }

    @Override
    public Graph apply(Graph graph) {
        Edits edits = new Edits(graph);
        for (Node node : graph.nodes()) {
            if (node.op() instanceof Op.Activate(var activation)) {
                Node reshape = reshape(edits, node.input());
                if (reshape != null && !(activation instanceof Activation.PRelu)) swap(edits, reshape, node, List.of(reshape.input()));
            } else if (node.op() instanceof Op.Binary)
                for (int side = 0; side < 2 && !edits.isTouched(node); side++) bias(edits, node, side);
        }
        return edits.done();
    }

    private static void bias(Edits edits, Node node, int side) {
        Node reshape = reshape(edits, node.inputs().get(side));
        Tensor constant = edits.constant(node.inputs().get(1 - side));
        if (reshape == null || constant == null) return;
        Node gemm = edits.producer(reshape.input());
        Shape inner = edits.shape(reshape.input()), outer = edits.shape(reshape.output());
        if (gemm == null || !(gemm.op() instanceof Op.Gemm) || inner.dim(-1) != outer.dim(-1) || !outer.equals(edits.shape(node.output()))) return;
        if (IntStream.range(0, constant.shape().rank() - 1).anyMatch(a -> constant.shape().dim(a) != 1)) return;
        String vector = edits.fresh(node.output() + "/bias");
        Node moved = new Node(vector, new Op.Constant(constant.reshape(Shape.of(constant.size()))), List.of(), vector);
        swap(edits, reshape, node, side == 0 ? List.of(reshape.input(), vector) : List.of(vector, reshape.input()), moved);
    }

    /** The reshape that writes {@code value}, if an op that takes an activation and has none stands before it and nobody else reads either. */
    private static @Nullable Node reshape(Edits edits, String value) {
        Node reshape = edits.privateProducer(value);
        if (reshape == null || !(reshape.op() instanceof Op.Reshape)) return null;
        Node before = edits.privateProducer(reshape.input());
        return before != null && Fused.isOpen(before.op()) ? reshape : null;
    }

    /** {@code node} on these inputs, then the reshape; {@code ahead} stands before both. */
    private static void swap(Edits edits, Node reshape, Node node, List<String> inputs, Node... ahead) {
        String inner = edits.fresh(node.output() + "/flat");
        List<Node> nodes = new ArrayList<>(List.of(ahead));
        nodes.add(new Node(node.name(), node.op(), inputs, inner));
        nodes.add(new Node(reshape.name(), reshape.op(), List.of(inner), node.output()));
        edits.remove(reshape);
        edits.replace(node, nodes.toArray(Node[]::new));
    }
}
