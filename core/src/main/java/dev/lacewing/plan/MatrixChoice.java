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

    /** What the choice is about; {@code strided} as in {@link PackedMatrix#pack}, {@code vectors} of output pixels in a plane. */
    record Problem(List<Matrix> groups, int vectors, boolean strided, ProductLowering kernels) {
        double nanos(boolean sparse, int rows) { return groups.stream().mapToDouble(m -> kernels.costs().product(m, sparse, rows, strided, vectors)).sum(); }

        long weights() { return groups.stream().mapToLong(m -> (long) m.rows() * m.columns()).sum(); }

        long nonzeros() { return groups.stream().mapToLong(Matrix::nonzeros).sum(); }

        MatrixChoice dense(int rows, String reason) {
            double nanos = nanos(false, rows);
            return new MatrixChoice(false, rows, weights(), nanos, nanos, reason);
        }

        MatrixChoice sparse(int rows, double denseNanos) {
            return new MatrixChoice(true, rows, groups.stream().mapToLong(m -> m.stored(rows)).sum(), nanos(true, rows), denseNanos, "");
        }

        MatrixChoice bestDense(String reason) { return best(kernels.denseHeights().stream().map(n -> dense(n, reason)).toList()); }
    }

    /** @param stored a decision made before, to follow where there is a kernel for it */
    static MatrixChoice of(Problem problem, boolean forceDense, @Nullable Decision stored) {
        if (forceDense || stored == null) return of(problem, forceDense);
        if (problem.kernels.hasKernel(stored)) return follow(stored, problem);
        MatrixChoice own = of(problem, false);
        return own.because(own.reason + without(stored));
    }

    static String without(Decision stored) { return " (the file says " + stored + ", for which this machine has no kernel)"; }

    private static MatrixChoice follow(Decision stored, Problem p) {
        if (!stored.sparse()) return p.dense(stored.rows(), STORED + "dense");
        return p.sparse(stored.rows(), p.bestDense("").nanos).because(STORED, p);
    }

    private MatrixChoice because(String why) { return new MatrixChoice(sparse, rows, stored, nanos, denseNanos, why); }

    private MatrixChoice because(String why, Problem p) {
        return because(String.format(Locale.ROOT, "%s%.0f %% zeros, blocks of %dx1 are %.0f %% full: predicted %.1f times the dense speed",
                why, 100 * (1 - (double) p.nonzeros() / p.weights()), rows, 100.0 * p.nonzeros() / Math.max(1, stored), denseNanos / nanos));
    }

    private static MatrixChoice best(List<MatrixChoice> candidates) {
        MatrixChoice best = candidates.getFirst();
        for (MatrixChoice c : candidates) if (c.nanos < best.nanos) best = c;
        return best;
    }

    private static MatrixChoice of(Problem p, boolean forceDense) {
        if (forceDense) return p.bestDense("dense by request");
        long weights = p.weights(), nonzeros = p.nonzeros();
        if (nonzeros == weights) return p.bestDense("dense: no weight is zero");
        MatrixChoice dense = p.bestDense(""), sparse = best(p.kernels.blockHeights().stream().map(n -> p.sparse(n, dense.nanos)).toList());
        if (sparse.nanos < dense.nanos) return sparse.because("", p);
        return dense.because(String.format(Locale.ROOT, "dense: at %.0f %% zeros the best sparse kernel would take %.2f times as long",
                100 * (1 - (double) nonzeros / weights), sparse.nanos / dense.nanos));
    }
}
