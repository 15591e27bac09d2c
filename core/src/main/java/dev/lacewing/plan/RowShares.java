package dev.lacewing.plan;

import dev.lacewing.plan.PackedMatrix.BlockRow;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Block rows shared among threads, so that their work is as equal as whole block rows allow.
 *
 * @param starts first block row of each thread, and the number of them
 * @param unequal the largest share of work as a multiple of the mean, 1 or more
 */
record RowShares(List<Integer> starts, double unequal) {
    /** Up to here whole block rows are shared whatever the pixels would give: threads that share pixels each read all of the weights. Chosen, not measured. */
    private static final double WORTH_ALL_WEIGHTS = 1.15;

    /** @param work of a block row, in any unit */
    static RowShares of(List<BlockRow> rows, int threads, ToDoubleFunction<BlockRow> work) { return of(rows.stream().mapToDouble(work).toArray(), threads); }

    static RowShares of(double[] work, int threads) {
        double total = 0, before = 0, first = 0, most = 0;
        for (double w : work) total += w;
        List<Integer> starts = new ArrayList<>(List.of(0));
        for (int i = 0; i < work.length; before += work[i++])
            for (; starts.size() < threads && before + work[i] / 2 >= total * starts.size() / threads; first = before) {
                most = Math.max(most, before - first);
                starts.add(i);
            }
        most = Math.max(most, before - first);
        while (starts.size() <= threads) starts.add(work.length);
        return new RowShares(List.copyOf(starts), total == 0 ? 1 : most * threads / total);
    }

    private int threads() { return starts.size() - 1; }

    /** Those of thread {@code t}. */
    List<BlockRow> of(List<BlockRow> rows, int t) { return rows.subList(starts.get(t), starts.get(t + 1)); }

    /** Whether threads had better share so many vectors of pixels. */
    boolean arePoorerThanPixels(int vectors) { return unequal > WORTH_ALL_WEIGHTS && (double) Math.ceilDiv(vectors, threads()) * threads() / vectors < unequal; }
}
