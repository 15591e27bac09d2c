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

    private static final long SMALL = 4096;
    private static final double EQUAL = 1.015;

    static final String STORED = "as stored in the file: ";

    boolean sparse() { return format != Format.DENSE; }

    Decision decision() { return new Decision(format, format == Format.BAKED ? 1 : rows); }

    /** What the choice is about; {@code strided} as in {@link PackedMatrix#pack}, {@code vectors} of output pixels in a plane. */
    record Problem(List<Matrix> groups, int vectors, boolean strided, ProductLowering kernels) {
        double nanos(boolean sparse, int rows) { return groups.stream().mapToDouble(m -> kernels.costs().product(m, sparse, rows, strided, vectors)).sum(); }

        long weights() { return groups.stream().mapToLong(m -> (long) m.rows() * m.columns()).sum(); }

        long nonzeros() { return groups.stream().mapToLong(Matrix::nonzeros).sum(); }

        MatrixChoice dense(int rows, String reason) {
            double nanos = nanos(false, rows);
            return new MatrixChoice(Format.DENSE, rows, weights(), nanos, nanos, reason);
        }

        MatrixChoice sparse(int rows, double denseNanos) {
            return new MatrixChoice(Format.SPARSE, rows, groups.stream().mapToLong(m -> m.stored(rows)).sum(), nanos(true, rows), denseNanos, "");
        }

        MatrixChoice baked(double denseNanos) {
            int rows = kernels.bakedRows();
            long outputs = groups.stream().mapToLong(Matrix::rows).sum(), columns = groups.stream().mapToLong(m -> m.usedColumns(rows)).sum();
            return new MatrixChoice(Format.BAKED, rows, nonzeros(), Baked.Pattern.codeBytes(outputs, columns, nonzeros()),
                    groups.stream().mapToDouble(m -> kernels.costs().baked(m, rows, vectors)).sum(), denseNanos, "");
        }

        MatrixChoice bestDense(String reason) { return best(kernels.denseHeights().stream().map(n -> dense(n, reason)).toList()); }
    }

    /** @param stored a decision made before, to follow where there is a kernel for it */
    static MatrixChoice of(Problem problem, boolean forceDense, @Nullable Decision stored) {
        if (forceDense || stored == null) return of(problem, forceDense);
        if (!problem.kernels.hasKernel(stored)) return of(problem, false).adding(without(stored));
        return switch (stored.format()) {
            case DENSE -> problem.dense(stored.rows(), STORED + "dense");
            case SPARSE -> problem.sparse(stored.rows(), problem.bestDense("").nanos).because(STORED, problem);
            case BAKED -> {
                MatrixChoice baked = problem.baked(problem.bestDense("").nanos);
                yield problem.kernels.hasRoom(baked.codeBytes) ? baked.because(STORED, problem) : of(problem, false).adding(" (the file says " + stored + ")");
            }
        };
    }

    private MatrixChoice adding(String remark) { return new MatrixChoice(format, rows, stored, codeBytes, nanos, denseNanos, reason + remark); }

    static String without(Decision stored) { return " (the file says " + stored + ", for which this machine has no kernel)"; }

    private MatrixChoice because(String why, Problem p) {
        String how = format == Format.BAKED ? String.format(Locale.ROOT, "the pattern is %d KB of code", Math.ceilDiv(codeBytes, 1024))
                : String.format(Locale.ROOT, "blocks of %dx1 are %.0f %% full", rows, 100.0 * p.nonzeros() / Math.max(1, stored));
        return adding(String.format(Locale.ROOT, "%s%.0f %% zeros, %s: predicted %.1f times the dense speed", why, 100 * (1 - (double) p.nonzeros() / p.weights()), how, denseNanos / nanos));
    }

    /** Of those that are as good as equal the one with the largest blocks: it reads its input least often. */
    private static MatrixChoice best(List<MatrixChoice> candidates) {
        double least = candidates.stream().mapToDouble(MatrixChoice::nanos).min().orElseThrow();
        MatrixChoice best = candidates.getFirst();
        for (MatrixChoice c : candidates) if (c.nanos <= EQUAL * least && (best.nanos > EQUAL * least || c.rows > best.rows)) best = c;
        return best;
    }

    /** Small filters, as those of a first layer, gain from being code even where none of their weights is zero. */
    private static MatrixChoice bestWithoutZeros(Problem p) {
        MatrixChoice dense = p.bestDense("dense: no weight is zero");
        if (!p.kernels.bakes() || p.weights() > SMALL) return dense;
        MatrixChoice baked = p.baked(dense.nanos);
        return baked.nanos < EQUAL * dense.nanos && p.kernels.hasRoom(baked.codeBytes) ? baked.because("", p) : dense;
    }

    private static MatrixChoice of(Problem p, boolean forceDense) {
        if (forceDense) return p.bestDense("dense by request");
        long weights = p.weights(), nonzeros = p.nonzeros();
        if (nonzeros == weights) return bestWithoutZeros(p);
        MatrixChoice dense = p.bestDense(""), sparse = best(p.kernels.blockHeights().stream().map(n -> p.sparse(n, dense.nanos)).toList());
        String remark = "";
        if (p.kernels.bakes()) {
            MatrixChoice baked = p.baked(dense.nanos);
            double others = Math.min(dense.nanos, sparse.nanos);
            if (baked.nanos < others && p.kernels.hasRoom(baked.codeBytes)) return baked.because("", p);
            if (baked.nanos < others)
                remark = String.format(Locale.ROOT, "; baked into code it would be %.1f times as fast, but code is limited to %d MB", others / baked.nanos, ProductLowering.CODE_LIMIT >> 20);
        }
        if (sparse.nanos < dense.nanos) return sparse.because("", p).adding(remark);
        return dense.adding(String.format(Locale.ROOT, "dense: at %.0f %% zeros the best sparse kernel would take %.2f times as long",
                100 * (1 - (double) nonzeros / weights), sparse.nanos / dense.nanos) + remark);
    }
}
