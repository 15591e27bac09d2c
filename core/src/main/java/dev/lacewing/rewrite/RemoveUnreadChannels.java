package dev.lacewing.rewrite;

import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import dev.lacewing.graph.Op.Conv;
import dev.lacewing.tensor.Shape;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Drops output channels of a convolution that nobody reads, through depthwise convolutions and global means that follow: sparse training leaves whole filters, and
 * columns of the weights behind them, without a weight. Channels go in aligned groups of 8, 4 or 2 where the writer's weights live in blocks of so many rows.
 */
final class RemoveUnreadChannels implements Rule {
    /** Rows of the largest group. */
    private static final int STRIP = 8;

    @Override
    public String name() { return "remove-unread-channels"; }

    @Override
    public Graph apply(Graph graph) {
        Map<String, List<Node>> readers = new HashMap<>();
        for (Node node : graph.nodes()) for (String in : node.inputs()) readers.computeIfAbsent(in, k -> new ArrayList<>()).add(node);
        Edits edits = new Edits(graph);
        for (Node node : graph.nodes()) {
            if (!(node.op() instanceof Conv conv) || !Channels.isDense(conv) || edits.isTouched(node)) continue;
            List<Node> chain = new ArrayList<>();
            BitSet read = new BitSet();
            if (!follow(node, graph, readers, edits, chain, read)) continue;
            if (read.cardinality() == conv.outChannels()) continue;
            int[] kept = kept(conv, read);
            if (kept.length == conv.outChannels()) continue;
            edits.replace(node, node.with(Channels.withOutputs(conv, kept)));
            for (Node n : chain) edits.replace(n, n.with(narrowed(n.op(), kept)));
        }
        return edits.done();
    }

    /** Collects the readers of a node's output, and those behind readers that keep channels apart, and the channels that are read in the end; false if another op reads, too. */
    private static boolean follow(Node writer, Graph graph, Map<String, List<Node>> readers, Edits edits, List<Node> chain, BitSet read) {
        if (graph.outputs().contains(writer.output())) return false;
        for (Node node : readers.getOrDefault(writer.output(), List.of())) {
            if (edits.isTouched(node) || !isReader(node, graph)) return false;
            chain.add(node);
            if (Channels.mixes(node.op())) {
                for (int c = 0; c < Channels.inputs(node.op()); c++) if (!read.get(c) && Channels.reads(node.op(), c)) read.set(c);
            } else if (!follow(node, graph, readers, edits, chain, read)) return false;
        }
        return !chain.isEmpty();
    }

    private static boolean isReader(Node node, Graph graph) {
        return switch (node.op()) {
            case Conv conv -> Channels.isDense(conv) || conv.isDepthwise();
            case Op.Gemm g -> graph.shape(node.input()).rank() == 2;
            default -> Channels.passes(node, graph);
        };
    }

    private static Op narrowed(Op op, int[] kept) {
        return switch (op) {
            case Conv conv when conv.isDepthwise() -> Channels.withOutputs(conv, kept);
            case Op.Reshape(Shape shape) -> new Op.Reshape(Shape.of(shape.dim(0), kept.length));
            case Op.GlobalAveragePool g -> g;
            default -> Channels.withInputs(op, kept);
        };
    }

    private static int[] kept(Conv writer, BitSet read) {
        int group = group(writer), channels = writer.outChannels();
        BitSet kept = new BitSet();
        for (int c = read.nextSetBit(0); c >= 0; c = read.nextSetBit(c + 1)) kept.set(c / group * group, c / group * group + group);
        if (kept.isEmpty()) kept.set(0, group);
        return kept.stream().filter(c -> c < channels).toArray();
    }

    /** Rows that live or die together in the weights, near enough, if a sparse kernel is to be expected. */
    private static int group(Conv conv) {
        int rows = conv.outChannels();
        long[] blocks = blocks(conv.weight().values(), rows);
        if (blocks[0] > 0.75 * conv.weight().size()) return 1;
        for (int s = blocks.length - 1; s > 0; s--) if (rows % (1 << s) == 0 && (double) blocks[0] / Math.max(1, blocks[s] << s) >= 0.9) return 1 << s;
        return 1;
    }

    /** Blocks of 1, 2, 4 and 8 rows and one column that are not all zero. */
    private static long[] blocks(float[] values, int rows) {
        long[] blocks = new long[4];
        int columns = values.length / rows;
        int[] masks = new int[columns];
        for (int row = 0; row < rows; row++) {
            for (int c = 0, at = row * columns, bit = 1 << row % STRIP; c < columns; c++) if (values[at + c] != 0) masks[c] |= bit;
            if (row % STRIP == STRIP - 1 || row == rows - 1) count(masks, blocks);
        }
        return blocks;
    }

    private static void count(int[] masks, long[] blocks) {
        for (int c = 0; c < masks.length; c++) {
            int two = masks[c] | masks[c] >> 1, four = two | two >> 2;
            blocks[0] += Integer.bitCount(masks[c]);
            blocks[1] += Integer.bitCount(two & 0x55);
            blocks[2] += Integer.bitCount(four & 0x11);
            if (masks[c] != 0) blocks[3]++;
            masks[c] = 0;
        }
    }
}
