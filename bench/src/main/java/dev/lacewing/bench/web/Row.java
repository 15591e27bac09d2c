package dev.lacewing.bench.web;

import dev.lacewing.tune.Quantiles;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * A network beside onnxruntime-web: one line of the file of results.
 *
 * @param network id in {@link Target}
 * @param where {@code chromium} or {@code node}
 * @param ratio the peer's median over ours, of the process in the middle; {@code smallest} and {@code largest} of all
 * @param ours milliseconds, of the process in the middle, as {@code theirs}
 * @param difference largest difference of outputs, as a share of the largest value of the same output
 * @param loadMs to load files that are in memory already, median of the processes, as {@code firstMs}, the first inference straight after, and {@code compileMs}, the time to compile the module
 * @param moduleBytes download, as {@code weightBytes}; 0 where not measured
 * @param variant kind of module
 * @param engine what ran it
 */
record Row(String network, String where, int threads, double ratio, double smallest, double largest, Times ours, Times theirs, double difference, double loadMs, double firstMs, double compileMs,
        int moduleBytes, int weightBytes, String variant, int turn, int runs, int processes, String engine, String machine, String peer, String commit, String date, String command) {

    /** Milliseconds: median and quartiles. */
    record Times(double median, double q1, double q3) {
        static Times of(List<?> ms) {
            Quantiles q = Quantiles.of(ms.stream().mapToDouble(v -> (Double) v).toArray());
            return new Times(q.median(), q.percentile(25), q.percentile(75));
        }
    }

    String key() { return network + "/" + where + "/" + threads; }

    /** One row of those of an odd number of processes. */
    static Row of(List<Row> processes) {
        List<Row> sorted = processes.stream().sorted(Comparator.comparingDouble(Row::ratio)).toList();
        Row m = sorted.get(sorted.size() / 2);
        return new Row(m.network, m.where, m.threads, m.ratio, sorted.getFirst().ratio, sorted.getLast().ratio, m.ours, m.theirs, sorted.stream().mapToDouble(Row::difference).max().orElse(0),
                median(sorted, Row::loadMs), median(sorted, Row::firstMs), median(sorted, Row::compileMs), m.moduleBytes, m.weightBytes, m.variant, m.turn, m.runs,
                sorted.size(), m.engine, m.machine, m.peer, m.commit, m.date, m.command);
    }

    private static double median(List<Row> rows, ToDoubleFunction<Row> what) { return Quantiles.of(rows.stream().mapToDouble(what).toArray()).median(); }
}
