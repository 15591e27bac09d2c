package dev.lacewing.rewrite;

import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import dev.lacewing.tensor.Shape;
import java.util.List;

/** A mean over rows and columns, or an average pooling whose one window is the whole plane, is global average pooling. */
final class RecogniseGlobalPool implements Rule {
    @Override
    public String name() { return "recognise-global-pool"; }

    @Override
    public Graph apply(Graph graph) {
        Edits edits = new Edits(graph);
        for (Node node : graph.nodes()) {
            if (node.op() instanceof Op.ReduceMean(var axes, var keepDims) && graph.shape(node.input()).rank() == 4 && axes.equals(List.of(2, 3))) {
                if (keepDims) edits.replace(node, node.with(new Op.GlobalAveragePool()));
                else {
                    String pooled = edits.fresh(node.output() + "/pooled");
                    edits.replace(node, new Node(node.name(), new Op.GlobalAveragePool(), node.inputs(), pooled),
                            new Node(node.name() + "/reshape", new Op.Reshape(graph.shape(node.output())), List.of(pooled), node.output()));
                }
            } else if (node.op() instanceof Op.Pool pool && pool.kind() == Op.PoolKind.AVERAGE && coversPlane(pool, graph.shape(node.input())))
                edits.replace(node, node.with(new Op.GlobalAveragePool()));
        }
        return edits.done();
    }

    private static boolean coversPlane(Op.Pool pool, Shape x) {
        var w = pool.window();
        return !w.isPadded() && w.kernelHeight() == x.dim(2) && w.kernelWidth() == x.dim(3) && w.spanHeight() == x.dim(2) && w.spanWidth() == x.dim(3);
    }
}
