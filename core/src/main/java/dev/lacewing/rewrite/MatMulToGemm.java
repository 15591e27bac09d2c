package dev.lacewing.rewrite;

import dev.lacewing.graph.Activation;
import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import dev.lacewing.tensor.Shape;
import dev.lacewing.tensor.Tensor;
import java.util.List;

/** A product with a constant matrix [in, out] on the right has weights: it becomes a Gemm without bias. */
final class MatMulToGemm implements Rule {
    @Override
    public String name() { return "matmul-to-gemm"; }

    @Override
    public Graph apply(Graph graph) {
        Edits edits = new Edits(graph);
        for (Node node : graph.nodes()) {
            if (!(node.op() instanceof Op.MatMul)) continue;
            Tensor matrix = edits.constant(node.inputs().get(1));
            if (matrix == null || matrix.shape().rank() != 2 || edits.constant(node.input()) != null) continue;
            int out = matrix.shape().dim(1);
            Tensor weight = ConstantOps.transpose(matrix, List.of(1, 0), Shape.of(out, matrix.shape().dim(0)));
            edits.replace(node, new Node(node.name(), new Op.Gemm(weight, Tensor.zeros(out), Activation.NONE), List.of(node.input()), node.output()));
        }
        return edits.done();
    }
}
