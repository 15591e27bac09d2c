package dev.lacewing.plan;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Sparse or dense, and in which blocks: decided by predicted time.
 *
 * @param rows output channels that a block spans, N
 * @param stored weights that the kernel multiplies, zeros among them included
 * @param nanos predicted, one thread, one image
 * @param denseNanos predicted for the best dense kernel
 */
record MatrixChoice(boolean sparse, int rows, long stored, double nanos, double denseNanos, String reason) {
    static final String STORED = "as stored in the file: ";

    /**
     * @param vectors of output pixels in a plane
     * @param stored a decision made before, to follow where there is a kernel for it
     */
    static MatrixChoice of(List<Matrix> groups, int vectors, ProductLowering kernels, boolean forceDense, @Nullable Decision stored) {
        if (forceDense || stored == null) return of(groups, vectors, kernels, forceDense);
        if (kernels.hasKernel(stored)) return follow(stored, groups, vectors, kernels);
        MatrixChoice own = of(groups, vectors, kernels, false);
        return new MatrixChoice(own.sparse, own.rows, own.stored, own.nanos, own.denseNanos, own.reason + without(stored));
    }

    static String without(Decision stored) { return " (the file says " + stored + ", for which this machine has no kernel)"; }

    private static MatrixChoice follow(Decision stored, List<Matrix> groups, int vectors, ProductLowering kernels) {
        int n = stored.rows();
        double dense = dense(groups, vectors, kernels, stored.sparse() ? kernels.denseRows() : n);
        long weights = groups.stream().mapToLong(m -> (long) m.rows() * m.columns()).sum(), nonzeros = groups.stream().mapToLong(Matrix::nonzeros).sum();
        if (!stored.sparse()) return new MatrixChoice(false, n, weights, dense, dense, STORED + "dense");
        long outputs = groups.stream().mapToLong(Matrix::rows).sum(), blocks = groups.stream().mapToLong(m -> m.blocks(n)).sum();
        MatrixChoice choice = new MatrixChoice(true, n, groups.stream().mapToLong(m -> m.stored(n)).sum(),
                CostModel.spmm(n, kernels.tile(true, n), blocks, outputs, vectors), dense, "");
        return choice.because(STORED, weights, nonzeros);
    }

    private static double dense(List<Matrix> groups, int vectors, ProductLowering kernels, int rows) {
        return groups.stream().mapToDouble(m -> CostModel.gemm(rows, kernels.tile(false, rows), m.columns(), m.rows(), vectors)).sum();
    }

    private MatrixChoice because(String why, long weights, long nonzeros) {
        return new MatrixChoice(sparse, rows, stored, nanos, denseNanos, String.format(Locale.ROOT, "%s%.0f %% zeros, blocks of %dx1 are %.0f %% full: predicted %.1f times the dense speed",
                why, 100 * (1 - (double) nonzeros / weights), rows, 100.0 * nonzeros / Math.max(1, stored), denseNanos / nanos));
    }

    private static MatrixChoice of(List<Matrix> groups, int vectors, ProductLowering kernels, boolean forceDense) {
        int denseRows = kernels.denseRows();
        long outputs = groups.stream().mapToLong(Matrix::rows).sum(), weights = groups.stream().mapToLong(m -> (long) m.rows() * m.columns()).sum();
        long nonzeros = groups.stream().mapToLong(Matrix::nonzeros).sum();
        double dense = dense(groups, vectors, kernels, denseRows);
        if (forceDense) return new MatrixChoice(false, denseRows, weights, dense, dense, "dense by request");
        if (nonzeros == weights) return new MatrixChoice(false, denseRows, weights, dense, dense, "dense: no weight is zero");
        MatrixChoice best = null;
        for (int n : kernels.blockHeights()) {
            long blocks = groups.stream().mapToLong(m -> m.blocks(n)).sum();
            double nanos = CostModel.spmm(n, kernels.tile(true, n), blocks, outputs, vectors);
            if (best == null || nanos < best.nanos) best = new MatrixChoice(true, n, groups.stream().mapToLong(m -> m.stored(n)).sum(), nanos, dense, "");
        }
        double sparsity = 1 - (double) nonzeros / weights;
        if (best == null || best.nanos >= dense) {
            double closest = best == null ? dense : best.nanos;
            return new MatrixChoice(false, denseRows, weights, dense, dense,
                    String.format(Locale.ROOT, "dense: at %.0f %% zeros the best sparse kernel would take %.2f times as long", 100 * sparsity, closest / dense));
        }
        return best.because("", weights, nonzeros);
    }
}
