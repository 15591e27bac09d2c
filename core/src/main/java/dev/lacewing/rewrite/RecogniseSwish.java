package dev.lacewing.rewrite;

import dev.lacewing.graph.Activation;
import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import java.util.List;

/** {@code x * sigmoid(x)}, in either order, is swish. */
final class RecogniseSwish implements Rule {
    @Override
    public String name() { return "recognise-swish"; }

    @Override
    public Graph apply(Graph graph) {
        Edits edits = new Edits(graph);
        for (Node node : graph.nodes()) {
            if (!(node.op() instanceof Op.Binary(var what, Activation.None none)) || what != Op.Arithmetic.MUL) continue;
            for (List<String> factors : List.of(node.inputs(), node.inputs().reversed())) {
                Node gate = edits.privateProducer(factors.get(1));
                if (gate == null || !(gate.op() instanceof Op.Activate(Activation.Sigmoid sigmoid)) || !gate.input().equals(factors.get(0))) continue;
                edits.remove(gate);
                edits.replace(node, new Node(node.name(), new Op.Activate(new Activation.Swish()), List.of(factors.get(0)), node.output()));
                break;
            }
        }
        return edits.done();
    }
}
