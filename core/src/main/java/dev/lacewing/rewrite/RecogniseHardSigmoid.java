package dev.lacewing.rewrite;

import static dev.lacewing.rewrite.Scaled.near;

import dev.lacewing.graph.Activation;
import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import java.util.List;

/** {@code clip(x + s, 0, h) / h} and {@code clip(x * a + b, 0, 1)} are hard-sigmoids. */
final class RecogniseHardSigmoid implements Rule {
    @Override
    public String name() { return "recognise-hard-sigmoid"; }

    @Override
    public Graph apply(Graph graph) {
        Edits edits = new Edits(graph);
        for (Node node : graph.nodes()) {
            if (edits.isTouched(node)) continue;
            if (node.op() instanceof Op.Binary b && b.activation() instanceof Activation.None) clampThenScale(edits, node);
            else scaleThenClamp(edits, node);
        }
        return edits.done();
    }

    private static void clampThenScale(Edits edits, Node node) {
        var product = Scaled.product(edits, node);
        var clamp = product == null ? null : Scaled.shiftedClamp(edits, product.x());
        if (product == null || clamp == null || !near(product.factor() * clamp.hi(), 1)) return;
        clamp.remove(edits);
        replace(edits, node, clamp.x(), product.factor(), product.factor() * clamp.shift());
    }

    private static void scaleThenClamp(Edits edits, Node node) {
        var clamp = Scaled.shiftedClamp(edits, node);
        Node scale = clamp == null || clamp.hi() != 1 ? null : edits.privateProducer(clamp.x());
        var product = scale == null ? null : Scaled.product(edits, scale);
        if (clamp == null || scale == null || product == null) return;
        clamp.remove(edits);
        edits.remove(scale);
        replace(edits, node, product.x(), product.factor(), clamp.shift());
    }

    private static void replace(Edits edits, Node node, String x, float alpha, float beta) {
        edits.replace(node, new Node(node.name(), new Op.Activate(new Activation.HardSigmoid(alpha, beta)), List.of(x), node.output()));
    }
}
