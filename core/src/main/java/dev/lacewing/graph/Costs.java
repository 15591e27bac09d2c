package dev.lacewing.graph;

import dev.lacewing.tensor.Tensor;
import java.util.List;

/** Size of the work and of the weights, both counted as if every weight were dense. */
public final class Costs {
    private Costs() {}

    /**
     * Multiplications that are each followed by an addition, for the whole batch that the graph's shapes state: convolutions (windows over padding
     * counted in full), matrix products and the two matrix products of squeeze-and-excitation. 0 for every other op.
     */
    public static long multiplyAdds(Graph graph, Node node) {
        long outputs = graph.shape(node.output()).size();
        return switch (node.op()) {
            case Op.Conv conv -> outputs * (conv.weight().size() / conv.outChannels());
            case Op.Gemm gemm -> outputs * gemm.weight().shape().dim(1);
            case Op.MatMul m -> outputs * graph.shape(node.input()).dim(-1);
            case Op.SqueezeExcite s -> (long) graph.shape(node.output()).dim(0) * (s.reduce().size() + s.expand().size());
            case Op.BatchNormalization b -> 0;
            case Op.Activate a -> 0;
            case Op.Binary b -> 0;
            case Op.Constant c -> 0;
            case Op.Pool p -> 0;
            case Op.GlobalAveragePool p -> 0;
            case Op.ReduceMean r -> 0;
            case Op.Concat c -> 0;
            case Op.Reshape r -> 0;
            case Op.Transpose t -> 0;
            case Op.Slice s -> 0;
            case Op.Pad p -> 0;
            case Op.DepthToSpace d -> 0;
            case Op.Resize r -> 0;
            case Op.Softmax s -> 0;
            case Op.Identity i -> 0;
        };
    }

    public static long multiplyAdds(Graph graph) { return graph.nodes().stream().mapToLong(n -> multiplyAdds(graph, n)).sum(); }

    /** Number of constants inside the op: weights, biases, normalisation statistics, slopes. */
    public static long parameters(Op op) { return tensors(op).stream().mapToLong(Tensor::size).sum() + slopes(op); }

    public static long parameters(Graph graph) { return graph.nodes().stream().mapToLong(n -> parameters(n.op())).sum(); }

    private static List<Tensor> tensors(Op op) {
        return switch (op) {
            case Op.Conv conv -> List.of(conv.weight(), conv.bias());
            case Op.Gemm gemm -> List.of(gemm.weight(), gemm.bias());
            case Op.SqueezeExcite s -> List.of(s.reduce(), s.reduceBias(), s.expand(), s.expandBias());
            case Op.BatchNormalization b -> List.of(b.scale(), b.shift(), b.mean(), b.variance());
            case Op.Constant(var value) -> List.of(value);
            default -> List.of();
        };
    }

    private static long slopes(Op op) {
        Activation activation = switch (op) {
            case Op.Conv conv -> conv.activation();
            case Op.Gemm gemm -> gemm.activation();
            case Op.Activate(var a) -> a;
            case Op.Binary b -> b.activation();
            default -> Activation.NONE;
        };
        return activation instanceof Activation.PRelu(var slopes) ? slopes.size() : 0;
    }
}
