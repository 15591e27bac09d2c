package dev.lacewing.plan;

import dev.lacewing.kernel.Baked;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Sparse, baked or dense, and in which blocks: decided by predicted time.
 *
 * @param rows output channels that a block spans, N; if baked, those of the largest tile
 * @param stored weights that the kernel multiplies, zeros among them included
 * @param codeBytes machine code of the pattern, about, if baked
 * @param nanos predicted, one thread, one image
 * @param denseNanos predicted for the best dense kernel
 */
record MatrixChoice(Format format, int rows, long stored, long codeBytes, double nanos, double denseNanos, String reason) {
    MatrixChoice(Format format, int rows, long stored, double nanos, double denseNanos, String reason) { this(format, rows, stored, 0, nanos, denseNanos, reason); }

    static final String STORED = "as stored in the file: ";

    boolean sparse() { return format != Format.DENSE; }

    Decision decision() { return new Decision(format, format == Format.BAKED ? 1 : rows); }

    /**
     * @param vectors of output pixels in a plane
     * @param stored a decision made before, to follow where there is a kernel for it
     */
    static MatrixChoice of(List<Matrix> groups, int vectors, ProductLowering kernels, boolean forceDense, @Nullable Decision stored) {
        if (forceDense || stored == null) return of(groups, vectors, kernels, forceDense);
        if (!kernels.hasKernel(stored)) return of(groups, vectors, kernels, false).adding(without(stored));
        if (stored.format() != Format.BAKED) return follow(stored, groups, vectors, kernels);
        MatrixChoice baked = baked(groups, vectors, kernels, dense(groups, vectors, kernels, kernels.denseRows()));
        if (kernels.hasRoom(baked.codeBytes)) return baked.because(STORED, groups);
        return of(groups, vectors, kernels, false).adding(" (the file says " + stored + ")");
    }

    private MatrixChoice adding(String remark) { return new MatrixChoice(format, rows, stored, codeBytes, nanos, denseNanos, reason + remark); }

    static String without(Decision stored) { return " (the file says " + stored + ", for which this machine has no kernel)"; }

    private static MatrixChoice follow(Decision stored, List<Matrix> groups, int vectors, ProductLowering kernels) {
        int n = stored.rows();
        double dense = dense(groups, vectors, kernels, stored.sparse() ? kernels.denseRows() : n);
        long weights = weights(groups);
        if (!stored.sparse()) return new MatrixChoice(Format.DENSE, n, weights, dense, dense, STORED + "dense");
        long outputs = groups.stream().mapToLong(Matrix::rows).sum(), blocks = groups.stream().mapToLong(m -> m.blocks(n)).sum();
        MatrixChoice choice = new MatrixChoice(Format.SPARSE, n, groups.stream().mapToLong(m -> m.stored(n)).sum(),
                CostModel.spmm(n, kernels.tile(true, n), blocks, outputs, vectors), dense, "");
        return choice.because(STORED, groups);
    }

    private static double dense(List<Matrix> groups, int vectors, ProductLowering kernels, int rows) {
        return groups.stream().mapToDouble(m -> CostModel.gemm(rows, kernels.tile(false, rows), m.columns(), m.rows(), vectors)).sum();
    }

    private static MatrixChoice baked(List<Matrix> groups, int vectors, ProductLowering kernels, double dense) {
        int rows = kernels.bakedRows();
        long nonzeros = nonzeros(groups), outputs = groups.stream().mapToLong(Matrix::rows).sum();
        long columns = groups.stream().mapToLong(m -> m.usedColumns(rows)).sum();
        return new MatrixChoice(Format.BAKED, rows, nonzeros, Baked.Pattern.codeBytes(outputs, columns, nonzeros),
                CostModel.baked(rows, nonzeros, columns, outputs, vectors), dense, "");
    }

    private static long weights(List<Matrix> groups) { return groups.stream().mapToLong(m -> (long) m.rows() * m.columns()).sum(); }

    private static long nonzeros(List<Matrix> groups) { return groups.stream().mapToLong(Matrix::nonzeros).sum(); }

    private MatrixChoice because(String why, List<Matrix> groups) {
        long weights = weights(groups), nonzeros = nonzeros(groups);
        String how = format == Format.BAKED ? String.format(Locale.ROOT, "the pattern is %d KB of code", Math.ceilDiv(codeBytes, 1024))
                : String.format(Locale.ROOT, "blocks of %dx1 are %.0f %% full", rows, 100.0 * nonzeros / Math.max(1, stored));
        return adding(String.format(Locale.ROOT, "%s%.0f %% zeros, %s: predicted %.1f times the dense speed", why, 100 * (1 - (double) nonzeros / weights), how, denseNanos / nanos));
    }

    private static MatrixChoice of(List<Matrix> groups, int vectors, ProductLowering kernels, boolean forceDense) {
        int denseRows = kernels.denseRows();
        long outputs = groups.stream().mapToLong(Matrix::rows).sum(), weights = weights(groups), nonzeros = nonzeros(groups);
        double dense = dense(groups, vectors, kernels, denseRows);
        if (forceDense) return new MatrixChoice(Format.DENSE, denseRows, weights, dense, dense, "dense by request");
        if (nonzeros == weights) return new MatrixChoice(Format.DENSE, denseRows, weights, dense, dense, "dense: no weight is zero");
        MatrixChoice best = null;
        for (int n : kernels.blockHeights()) {
            long blocks = groups.stream().mapToLong(m -> m.blocks(n)).sum();
            double nanos = CostModel.spmm(n, kernels.tile(true, n), blocks, outputs, vectors);
            if (best == null || nanos < best.nanos) best = new MatrixChoice(Format.SPARSE, n, groups.stream().mapToLong(m -> m.stored(n)).sum(), nanos, dense, "");
        }
        String remark = "";
        if (kernels.bakes()) {
            MatrixChoice baked = baked(groups, vectors, kernels, dense);
            if (baked.nanos < Math.min(dense, best == null ? dense : best.nanos)) {
                if (kernels.hasRoom(baked.codeBytes)) best = baked;
                else remark = String.format(Locale.ROOT, "; baked into code it would be %.1f times as fast, but code is limited to %d MB", Math.min(dense, best == null ? dense : best.nanos) / baked.nanos,
                        ProductLowering.CODE_LIMIT >> 20);
            }
        }
        double sparsity = 1 - (double) nonzeros / weights;
        if (best == null || best.nanos >= dense) {
            double closest = best == null ? dense : best.nanos;
            return new MatrixChoice(Format.DENSE, denseRows, weights, dense, dense,
                    String.format(Locale.ROOT, "dense: at %.0f %% zeros the best sparse kernel would take %.2f times as long", 100 * sparsity, closest / dense) + remark);
        }
        return best.because("", groups).adding(remark);
    }
}
