package dev.lacewing.cli.experiment;

import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import java.util.Set;

/**
 * How evenly the kept blocks of a network's layers are shared out to two threads if block rows are cut in half by number; Lacewing itself cuts them by work. Blocks are those that
 * the kernels read: at one kernel position each.
 */
final class Balance {
    private Balance() {}

    /**
     * Kept blocks of the fuller half of the block rows over the mean of both halves, each layer's summed over the layers; NaN if {@code n} is 0.
     *
     * @param scope names of the layers that count
     * @param n output channels in a block
     */
    static double of(Graph graph, Set<String> scope, int n) {
        double most = 0, mean = 0;
        if (n == 0) return Double.NaN;
        for (Node node : graph.nodes()) {
            if (!scope.contains(node.name()) || !(node.op() instanceof Op.Conv c)) continue;
            int[] kept = kept(c, n);
            int half = Math.ceilDiv(kept.length, 2), first = 0, second = 0;
            for (int r = 0; r < kept.length; r++) {
                if (r < half) first += kept[r];
                else second += kept[r];
            }
            most += Math.max(first, second);
            mean += (first + second) / 2.0;
        }
        return most / mean;
    }

    /** Blocks in each block row that are not all zero. */
    static int[] kept(Op.Conv c, int n) {
        int out = c.weight().shape().dim(0), columns = c.weight().size() / out;
        int[] kept = new int[Math.ceilDiv(out, n)];
        for (int row = 0; row < kept.length; row++)
            for (int i = 0; i < columns; i++) {
                boolean live = false;
                for (int o = row * n; o < Math.min(out, row * n + n); o++) live |= c.weight().values()[o * columns + i] != 0;
                if (live) kept[row]++;
            }
        return kept;
    }
}
