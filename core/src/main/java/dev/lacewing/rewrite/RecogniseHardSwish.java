package dev.lacewing.rewrite;

import static dev.lacewing.rewrite.Scaled.near;

import dev.lacewing.graph.Activation;
import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import java.util.List;

/**
 * Hard-swish as {@code x * hardSigmoid(x)} with slope 1/6 and offset 1/2, as {@code x * clip(x + 3, 0, 6) / 6} and as {@code (x / 6) * clip(x + 3, 0, 6)}.
 * Divisions may be products with 1/6; factors may stand in either order.
 */
final class RecogniseHardSwish implements Rule {
    @Override
    public String name() { return "recognise-hard-swish"; }

    @Override
    public Graph apply(Graph graph) {
        Edits edits = new Edits(graph);
        for (Node node : graph.nodes()) {
            if (edits.isTouched(node) || !(node.op() instanceof Op.Binary b) || !(b.activation() instanceof Activation.None)) continue;
            if (b.what() == Op.Arithmetic.MUL)
                for (List<String> factors : List.of(node.inputs(), node.inputs().reversed()))
                    if (!edits.isTouched(node)) product(edits, node, factors.get(0), factors.get(1));
            if (!edits.isTouched(node)) scaledProduct(edits, node);
        }
        return edits.done();
    }

    private static void product(Edits edits, Node node, String x, String gate) {
        Node hard = edits.privateProducer(gate);
        if (hard != null && hard.op() instanceof Op.Activate(Activation.HardSigmoid(float alpha, float beta)) && hard.input().equals(x)
                && near(alpha, 1 / 6f) && near(beta, 0.5f)) {
            edits.remove(hard);
            replace(edits, node, x);
            return;
        }
        var clamp = Scaled.shiftedClamp(edits, gate);
        Node sixth = edits.privateProducer(x);
        var scaled = sixth == null ? null : Scaled.product(edits, sixth);
        if (clamp == null || sixth == null || scaled == null || !isGateOf(scaled.x(), clamp) || !near(scaled.factor(), 1 / 6f)) return;
        clamp.remove(edits);
        edits.remove(sixth);
        replace(edits, node, scaled.x());
    }

    private static void scaledProduct(Edits edits, Node node) {
        var scaled = Scaled.product(edits, node);
        Node product = scaled == null || !near(scaled.factor(), 1 / 6f) ? null : edits.privateProducer(scaled.x());
        if (product == null || !(product.op() instanceof Op.Binary(var what, Activation.None none)) || what != Op.Arithmetic.MUL) return;
        for (List<String> factors : List.of(product.inputs(), product.inputs().reversed())) {
            var clamp = Scaled.shiftedClamp(edits, factors.get(1));
            if (clamp == null || !isGateOf(factors.get(0), clamp)) continue;
            clamp.remove(edits);
            edits.remove(product);
            replace(edits, node, clamp.x());
            return;
        }
    }

    private static boolean isGateOf(String x, Scaled.ShiftedClamp clamp) { return clamp.x().equals(x) && clamp.shift() == 3 && clamp.hi() == 6; }

    private static void replace(Edits edits, Node node, String x) {
        edits.replace(node, new Node(node.name(), new Op.Activate(new Activation.HardSwish()), List.of(x), node.output()));
    }
}
