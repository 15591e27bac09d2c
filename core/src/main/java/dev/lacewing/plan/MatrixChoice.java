package dev.lacewing.plan;

import java.util.List;
import java.util.Locale;

/**
 * Sparse or dense, and in which blocks: decided by predicted time.
 *
 * @param rows output channels that a block spans, N
 * @param stored weights that the kernel multiplies, zeros among them included
 * @param nanos predicted, one thread, one image
 * @param denseNanos predicted for the best dense kernel
 */
record MatrixChoice(boolean sparse, int rows, long stored, double nanos, double denseNanos, String reason) {
    /** @param vectors of output pixels in a plane */
    static MatrixChoice of(List<Matrix> groups, int vectors, ProductLowering kernels, boolean forceDense) {
        int denseRows = kernels.denseRows();
        long outputs = groups.stream().mapToLong(Matrix::rows).sum(), weights = groups.stream().mapToLong(m -> (long) m.rows() * m.columns()).sum();
        long nonzeros = groups.stream().mapToLong(Matrix::nonzeros).sum();
        double dense = groups.stream().mapToDouble(m -> CostModel.gemm(denseRows, kernels.tile(false, denseRows), m.columns(), m.rows(), vectors)).sum();
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
        double fill = (double) nonzeros / best.stored;
        return new MatrixChoice(true, best.rows, best.stored, best.nanos, dense,
                String.format(Locale.ROOT, "%.0f %% zeros, blocks of %dx1 are %.0f %% full: predicted %.1f times the dense speed", 100 * sparsity, best.rows, 100 * fill, dense / best.nanos));
    }
}
