package dev.lacewing.rewrite;

import dev.lacewing.graph.Activation;
import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import dev.lacewing.tensor.Shape;
import dev.lacewing.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code x * gate(layer(middle(layer(globalAveragePool(x)))))}, where a layer is a 1x1 convolution or a Gemm with its activation already fused, and
 * reshapes between [n, c, 1, 1] and [n, c] may stand between; factors in either order.
 */
final class RecogniseSqueezeExcite implements Rule {
    private record Layer(Tensor weight, Tensor bias, Activation activation) {}

    /** Walks from the gate back to the pooling, collecting the nodes that only the gate needs. */
    private static final class Chain {
        final Edits edits;
        final List<Node> nodes = new ArrayList<>();
        String value;

        Chain(Edits edits, String value) {
            this.edits = edits;
            this.value = value;
        }

        @Nullable Node step() {
            Node node = edits.privateProducer(value);
            while (node != null && node.op() instanceof Op.Reshape && keepsChannels(edits.shape(node.input()), edits.shape(value))) {
                nodes.add(node);
                value = node.input();
                node = edits.privateProducer(value);
            }
            if (node != null && !node.inputs().isEmpty()) {
                nodes.add(node);
                value = node.input();
            }
            return node;
        }

        @Nullable Layer layer() {
            Node node = step();
            if (node == null) return null;
            return switch (node.op()) {
                case Op.Conv c when c.isPointwise() && isVector(edits.shape(value)) -> new Layer(matrix(c.weight()), c.bias(), c.activation());
                case Op.Gemm g when edits.shape(value).rank() == 2 -> new Layer(g.weight(), g.bias(), g.activation());
                default -> null;
            };
        }

        private static Tensor matrix(Tensor weight) { return weight.reshape(Shape.of(weight.shape().dim(0), weight.shape().dim(1))); }
    }

    @Override
    public String name() { return "recognise-squeeze-excite"; }

    @Override
    public Graph apply(Graph graph) {
        Edits edits = new Edits(graph);
        for (Node node : graph.nodes()) {
            if (!(node.op() instanceof Op.Binary binary) || binary.what() != Op.Arithmetic.MUL) continue;
            for (List<String> factors : List.of(node.inputs(), node.inputs().reversed())) if (fire(edits, node, binary, factors.get(0), factors.get(1))) break;
        }
        return edits.done();
    }

    private static boolean fire(Edits edits, Node node, Op.Binary product, String x, String gate) {
        Shape shape = edits.shape(x);
        if (shape.rank() != 4 || !edits.shape(gate).equals(Shape.of(shape.dim(0), shape.dim(1), 1, 1))) return false;
        Chain chain = new Chain(edits, gate);
        Layer expand = chain.layer(), reduce = expand == null ? null : chain.layer();
        Node pool = reduce == null ? null : chain.step();
        if (expand == null || reduce == null || pool == null || !(pool.op() instanceof Op.GlobalAveragePool) || !pool.input().equals(x)) return false;
        if (isPerChannel(expand.activation()) || isPerChannel(reduce.activation())) return false;
        for (Node inner : chain.nodes) edits.remove(inner);
        Op op = new Op.SqueezeExcite(reduce.weight(), reduce.bias(), reduce.activation(), expand.weight(), expand.bias(), expand.activation());
        if (product.activation() instanceof Activation.None) edits.replace(node, new Node(node.name(), op, List.of(x), node.output()));
        else {
            String gated = edits.fresh(node.output() + "/gated");
            edits.replace(node, new Node(node.name(), op, List.of(x), gated),
                    new Node(node.name() + "/activation", new Op.Activate(product.activation()), List.of(gated), node.output()));
        }
        return true;
    }

    private static boolean isPerChannel(Activation activation) { return activation instanceof Activation.PRelu; }

    /** Both are [n, c] with or without unit axes behind. */
    private static boolean keepsChannels(Shape a, Shape b) { return isVector(a) && isVector(b) && a.dim(0) == b.dim(0) && a.dim(1) == b.dim(1); }

    private static boolean isVector(Shape s) { return s.rank() == 2 || s.rank() == 4 && s.dim(2) == 1 && s.dim(3) == 1; }
}
