package dev.lacewing.rewrite;

import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import dev.lacewing.graph.Value;
import dev.lacewing.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/** The same network for another number of images: every input's first dimension replaced, and with it the shapes that name it. */
public final class Rebatch {
    private Rebatch() {}

    /** @throws Invalid if the network's inputs disagree about the batch, or if an op does not treat the images of a batch alike */
    public static Graph apply(Graph graph, int batch) {
        if (batch < 1) throw new Invalid("a batch has at least 1 image, got " + batch);
        int before = graph.inputs().getFirst().shape().rank() == 0 ? 0 : graph.inputs().getFirst().shape().dim(0);
        if (before == batch) return graph;
        if (graph.inputs().stream().anyMatch(v -> v.shape().rank() == 0 || v.shape().dim(0) != before))
            throw new Invalid("the inputs " + graph.inputs() + " do not share their first dimension: the batch cannot be changed");
        List<Value> inputs = graph.inputs().stream().map(v -> new Value(v.name(), v.shape().with(0, batch))).toList();
        List<Node> nodes = new ArrayList<>();
        for (Node node : graph.nodes()) nodes.add(node.with(op(graph, node, before, batch)));
        Graph result = new Graph(graph.name(), inputs, nodes, graph.outputs(), graph.metadata());
        for (String output : graph.outputs()) {
            Shape was = graph.shape(output), is = result.shape(output);
            if (was.rank() == 0 || was.dim(0) != before || !is.equals(was.with(0, batch)))
                throw new Invalid("output " + output + " of shape " + was + " would become " + is + ": the batch cannot be changed");
        }
        return result;
    }

    private static Op op(Graph graph, Node node, int before, int batch) {
        return switch (node.op()) {
            case Op.Reshape(Shape shape) when shape.rank() > 0 && shape.dim(0) == before && startsWith(graph, node, before) -> new Op.Reshape(shape.with(0, batch));
            case Op.Slice s when startsWith(graph, node, before) && s.sizes().getFirst() == before -> new Op.Slice(s.starts(), s.steps(), replaceFirst(s.sizes(), batch));
            default -> node.op();
        };
    }

    private static boolean startsWith(Graph graph, Node node, int before) {
        Shape shape = graph.shape(node.input());
        return shape.rank() > 0 && shape.dim(0) == before;
    }

    private static List<Integer> replaceFirst(List<Integer> list, int value) {
        List<Integer> copy = new ArrayList<>(list);
        copy.set(0, value);
        return copy;
    }
}
