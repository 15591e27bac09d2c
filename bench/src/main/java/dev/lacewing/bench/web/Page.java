package dev.lacewing.bench.web;

import dev.lacewing.bench.report.Markdown;
import dev.lacewing.bench.report.RatioPlot;
import dev.lacewing.file.WholeFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.StringJoiner;

/** The results for a reader: tables between the markers of a page, and a plot beside it. */
final class Page {
    static final String NAME = "performance-web";

    /** What a network shall keep to in Chromium on one thread. */
    private static final double MODULE_BYTES = 24 * 1024, COMPILE_MS = 5, FIRST_MS = 60;

    private final List<Row> rows;

    Page(List<Row> rows) { this.rows = rows; }

    /** One row on one line. */
    static String sentence(Row r) {
        return format("%s, %s, %s: ratio %.2f%s (Lacewing %.2f ms, onnxruntime-web %.2f ms)", title(r), r.where(), threads(r.threads()), r.ratio(), range(r), r.ours().median(), r.theirs().median());
    }

    /** @return what was written */
    String write(Path folder) {
        Markdown.replace(folder.resolve(NAME + ".md"), "# Performance in the browser", "measurements", text());
        String svg = plot().svg();
        WholeFile.write(folder.resolve(NAME + ".svg"), out -> out.write(svg.getBytes(StandardCharsets.UTF_8)));
        return NAME + ".md, " + NAME + ".json, " + NAME + ".svg in " + folder;
    }

    private String text() {
        if (rows.isEmpty()) return "## Measured with\n\nNothing was measured yet.\n";
        return "## Beside onnxruntime-web\n\n" + ratios() + "\n![Ratios to onnxruntime-web as bars](" + NAME + ".svg)\n\n" + details() + "\n## Download and start\n\n" + sizes() + "\n## Measured with\n\n"
                + settings();
    }

    private Optional<Row> row(String network, String where, int threads) {
        return rows.stream().filter(r -> r.network().equals(network) && r.where().equals(where) && r.threads() == threads).findFirst();
    }

    /** The table of ratios, also for a terminal. */
    String ratios() {
        List<String> headings = new ArrayList<>(List.of("network"));
        for (String where : Arguments.PLACES)
            for (int t : Arguments.THREADS) {
                headings.add(">" + where + ", " + threads(t));
                if (isAimedAt(where, t)) headings.add(">target");
            }
        Markdown table = new Markdown(headings.toArray(String[]::new));
        for (Target target : Target.ALL) {
            List<String> cells = new ArrayList<>(List.of(target.title()));
            for (String where : Arguments.PLACES)
                for (int t : Arguments.THREADS) {
                    boolean aimedAt = isAimedAt(where, t);
                    cells.add(row(target.id(), where, t).map(r -> format(aimedAt && r.ratio() >= target.ratio() ? "**%.2f**" : "%.2f", r.ratio()) + range(r)).orElse("not measured"));
                    if (aimedAt) cells.add(format("%.1f", target.ratio()));
                }
            table.row(cells);
        }
        return table + "\nRatio: the median time of onnxruntime-web on the same weights divided by Lacewing's; above 1, Lacewing is faster. The median of several processes, in brackets the smallest and the\n"
                + "largest. Bold: the median reaches the target.\n";
    }

    /** Of rows of one state of Lacewing; they were measured one after the other, not in turns. */
    private String secondThread() {
        StringJoiner out = new StringJoiner("; ", "\nWhat a second thread gains, or costs where this is below 1: Lacewing's time on one thread divided by that on two, where both were measured of\n"
                + "the same commit, one after the other, so roughly: ", ".\n").setEmptyValue("");
        for (Target target : Target.ALL)
            for (String where : Arguments.PLACES)
                row(target.id(), where, 1).ifPresent(one -> row(target.id(), where, 2).filter(two -> isCommitted(one) && two.commit().equals(one.commit()))
                        .ifPresent(two -> out.add(format("%s in %s %.2f", target.title(), where, one.ours().median() / two.ours().median()))));
        return out.toString();
    }

    private static boolean isAimedAt(String where, int threads) { return where.equals("chromium") && threads == 1; }

    private String details() {
        Markdown table = new Markdown("network", "where", ">threads", "module", ">Lacewing, ms", ">quartiles", ">onnxruntime-web, ms", ">quartiles", ">ratio", ">processes", ">difference", "commit");
        for (Row r : ordered())
            table.row(title(r), r.where(), String.valueOf(r.threads()), r.variant(), ms(r.ours().median()), quartiles(r.ours()), ms(r.theirs().median()), quartiles(r.theirs()), format("%.2f", r.ratio()),
                    String.valueOf(r.processes()), format("%.1e", r.difference()), commit(r));
        return table + "\nMilliseconds are those of the process whose ratio is in the middle. Difference: the largest between the two engines' outputs, as a share of the largest value of the same output;\n"
                + "1e-04 is allowed.\n" + secondThread();
    }

    private String sizes() {
        Markdown table = new Markdown("network", "where", ">threads", ">module, KB", ">weights, MB", ">compile, ms", ">load, ms", ">first inference, ms");
        for (Row r : ordered())
            if (r.moduleBytes() > 0)
                table.row(title(r), r.where(), String.valueOf(r.threads()), format("%.1f", r.moduleBytes() / 1e3), format("%.2f", r.weightBytes() / 1e6), ms(r.compileMs()), ms(r.loadMs()), ms(r.firstMs()));
        return table + "\nKB and MB are 1000 and 1000000 bytes. Load: `Lacewing.load` of files that are in memory, so without the download: checking and compiling them, unpacking the weights, starting threads, and\n"
                + "rehearsing, by which engines optimise the kernels before they are needed. First inference: the first `run` straight after that, in a process that has compiled nothing of the network before.\n"
                + "Compile: the module's bytes to a module, once more, after the first inference. Medians of the processes; - where it was not measured.\n\n" + limits();
    }

    private String limits() {
        StringBuilder out = new StringBuilder();
        for (Row r : ordered()) {
            if (!isAimedAt(r.where(), r.threads())) continue;
            List<String> missed = new ArrayList<>();
            if (r.moduleBytes() > MODULE_BYTES) missed.add(format("its module has %.1f KB", r.moduleBytes() / 1e3));
            if (r.compileMs() >= COMPILE_MS) missed.add("it compiles in " + ms(r.compileMs()) + " ms");
            if (Double.isNaN(r.firstMs())) missed.add("its first inference was not measured");
            if (r.firstMs() >= FIRST_MS) missed.add("its first inference takes " + ms(r.firstMs()) + " ms");
            if (!missed.isEmpty()) out.append("* ").append(title(r)).append(": ").append(String.join(", ", missed)).append('\n');
        }
        return format("A module of at most %.1f KB, compiled in less than %.0f ms, and a first inference of less than %.0f ms in Chromium on one thread were aimed at; ", MODULE_BYTES / 1e3, COMPILE_MS, FIRST_MS)
                + (out.isEmpty() ? "no network misses any of it.\n" : "missed or not measured:\n\n" + out);
    }

    private List<Row> ordered() {
        List<Row> ordered = new ArrayList<>();
        for (Target target : Target.ALL) for (String where : Arguments.PLACES) for (int t : Arguments.THREADS) row(target.id(), where, t).ifPresent(ordered::add);
        return ordered;
    }

    private String settings() {
        StringBuilder out = new StringBuilder();
        for (String how : rows.stream().map(Page::how).distinct().toList()) {
            long count = rows.stream().filter(r -> how.equals(how(r))).count();
            out.append("* ").append(count == rows.size() ? "each row" : count + " of " + rows.size() + " rows").append(": ").append(how).append('\n');
        }
        for (String with : rows.stream().map(Page::with).distinct().toList()) {
            List<String> dates = rows.stream().filter(r -> with.equals(with(r))).map(Row::date).distinct().sorted().toList();
            out.append("* ").append(with).append("; ").append(String.join(", ", dates)).append('\n');
        }
        out.append("\nTo repeat a row, at its commit, which a row of code that was not committed does not have:\n\n```sh\n");
        rows.stream().filter(Page::isCommitted).map(Row::command).distinct().forEach(c -> out.append(c).append('\n'));
        return out.append("```\n").toString();
    }

    private static String how(Row r) {
        return r.processes() + (r.processes() == 1 ? " fresh process, " : " fresh processes, ") + r.runs() + " timed runs of each engine in each, in turns of " + r.turn();
    }

    private static String with(Row r) { return r.machine() + "; " + r.engine() + "; " + r.peer() + "; Lacewing at " + commit(r); }

    private static boolean isCommitted(Row r) { return !r.commit().isEmpty() && !r.commit().endsWith("+"); }

    private static String commit(Row r) { return isCommitted(r) ? r.commit() : r.commit().isEmpty() ? "-" : "not committed (after " + r.commit().replace("+", "") + ")"; }

    private RatioPlot plot() {
        List<RatioPlot.Group> groups = new ArrayList<>();
        StringBuilder description = new StringBuilder("Ratios in Chromium and in Node on one thread:");
        for (Target target : Target.ALL) {
            List<Double> values = Arguments.PLACES.stream().map(where -> row(target.id(), where, 1).map(Row::ratio).orElse(Double.NaN)).toList();
            if (values.stream().allMatch(v -> v.isNaN())) continue;
            groups.add(new RatioPlot.Group(target.title().replace("MediaPipe hand", "Hand"), values, List.of(target.ratio(), Double.NaN)));
            description.append(format(" %s %.2f and %.2f;", target.title(), values.getFirst(), values.getLast()));
        }
        return new RatioPlot("How many times faster than onnxruntime-web, one thread", description.toString(), List.of("Chromium", "Node"), "onnxruntime-web", groups);
    }

    private static String title(Row r) { return Target.ALL.stream().filter(t -> t.id().equals(r.network())).findFirst().map(Target::title).orElse(r.network()); }

    private static String threads(int count) { return count + (count == 1 ? " thread" : " threads"); }

    /** Nothing where there was one process. */
    private static String range(Row r) { return r.smallest() == r.largest() ? "" : format(" (%.2f to %.2f)", r.smallest(), r.largest()); }

    private static String quartiles(Row.Times t) { return ms(t.q1()) + " to " + ms(t.q3()); }

    private static String ms(double value) { return Double.isNaN(value) ? "-" : format(value >= 100 ? "%.0f" : value >= 10 ? "%.1f" : "%.2f", value); }

    @SuppressWarnings("AnnotateFormatMethod")
    private static String format(String form, Object... values) { return String.format(Locale.ROOT, form, values); }
}
