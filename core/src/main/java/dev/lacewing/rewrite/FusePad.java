package dev.lacewing.rewrite;

import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import dev.lacewing.graph.Window;
import org.jspecify.annotations.Nullable;

/**
 * Zeros added around rows and columns become the padding of the convolution that follows, or of an average pooling without padding of its own (which
 * then counts the padding). A maximum does not see padding as zeros, so a Pad before it stays.
 */
final class FusePad implements Rule {
    @Override
    public String name() { return "fuse-pad"; }

    @Override
    public Graph apply(Graph graph) {
        Edits edits = new Edits(graph);
        for (Node node : graph.nodes()) {
            if (node.inputs().size() != 1) continue;
            Node before = edits.privateProducer(node.input());
            if (before == null || !(before.op() instanceof Op.Pad pad) || !isSpatialZero(pad)) continue;
            Op padded = padded(node.op(), pad);
            if (padded == null) continue;
            edits.remove(before);
            edits.replace(node, new Node(node.name(), padded, before.inputs(), node.output()));
        }
        return edits.done();
    }

    private static boolean isSpatialZero(Op.Pad pad) {
        return pad.mode() == Op.PadMode.CONSTANT && pad.value() == 0 && pad.before().size() == 4
                && pad.before().get(0) == 0 && pad.before().get(1) == 0 && pad.after().get(0) == 0 && pad.after().get(1) == 0;
    }

    private static @Nullable Op padded(Op op, Op.Pad pad) {
        return switch (op) {
            case Op.Conv c -> new Op.Conv(c.weight(), c.bias(), padded(c.window(), pad), c.groups(), c.activation());
            case Op.Pool p -> p.kind() == Op.PoolKind.AVERAGE && !p.ceil() && !p.window().isPadded() ? new Op.Pool(p.kind(), padded(p.window(), pad), false, true) : null;
            default -> null;
        };
    }

    private static Window padded(Window w, Op.Pad pad) {
        return new Window(w.kernelHeight(), w.kernelWidth(), w.strideHeight(), w.strideWidth(), w.dilationHeight(), w.dilationWidth(),
                w.padTop() + pad.before().get(2), w.padLeft() + pad.before().get(3), w.padBottom() + pad.after().get(2), w.padRight() + pad.after().get(3));
    }
}
