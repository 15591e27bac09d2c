package dev.lacewing.bench.compare;

import dev.lacewing.bench.compare.Measurement.Cold;
import dev.lacewing.bench.compare.Measurement.Linearity;
import dev.lacewing.bench.compare.Measurement.Range;
import dev.lacewing.bench.compare.Measurement.Ratio;
import dev.lacewing.bench.compare.Measurement.Scaling;
import dev.lacewing.bench.compare.Measurement.Setting;
import dev.lacewing.bench.compare.Measurement.Spread;
import dev.lacewing.bench.report.LinePlot;
import dev.lacewing.bench.report.Markdown;
import dev.lacewing.bench.report.RatioPlot;
import dev.lacewing.file.WholeFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** The results for a reader: tables between the markers of a page, and plots beside it. */
final class Page {
    static final String NAME = "performance";
    private static final List<String> TIERS = List.of("x64", "jvm", "interpreter");
    private static final List<Integer> THREADS = List.of(1, 2);
    private static final Comparator<Setting> BEST_FIRST = Comparator.<Setting>comparingInt(s -> Math.floorMod(TIERS.indexOf(s.tier()), TIERS.size() + 1)).thenComparingInt(s -> -s.lanes());

    private final Results results;
    /** Lengths of turns, the longest first. */
    private final List<Integer> turns;
    private final List<Integer> threads;

    Page(Results results) {
        this.results = results;
        turns = results.of(Ratio.class).stream().map(r -> r.method().turn()).distinct().sorted(Comparator.reverseOrder()).toList();
        threads = Stream.concat(THREADS.stream(), results.of(Ratio.class).stream().map(Ratio::threads)).distinct().sorted().toList();
    }

    private List<String> engines(int turn) {
        return results.of(Ratio.class).stream().filter(r -> r.method().turn() == turn).map(Ratio::setting).sorted(BEST_FIRST).map(Setting::engine).distinct().toList();
    }

    /** One measurement on one line. */
    static String sentence(Measurement m) {
        return switch (m) {
            case Ratio r -> format("%s, %d thread(s), %s: ratio %.2f%s (Lacewing %.3f ms, ONNX Runtime %.3f ms)%s", title(r.network()), r.threads(), r.setting().engine(), r.ratio().median(),
                    range(r.ratio()), r.ours().median(), r.peer().median(), r.steady() ? "" : "; not steady after the warm-up");
            case Scaling s -> format("%s, %s: %.2f times as fast on two threads%s (%.3f and %.3f ms)", title(s.network()), s.setting().engine(), s.scaling().median(), range(s.scaling()),
                    s.one().median(), s.two().median());
            case Linearity l -> format("%s, %s, %s: R^2 %.4f, %.3f ns for each non-zero, at most %.0f %% off the line", l.layer(), kind(l), l.setting().engine(), l.r2(), l.nanosPerNonZero(),
                    100 * l.deviation());
            case Cold c -> format("%s, %s, %s: %.0f ms from start to end", c.what(), c.model(), c.setting().engine(), c.process().median());
        };
    }

    /** The tables, for a terminal. */
    String summary() { return turns.isEmpty() ? "" : ratios(engines(turns.getFirst()).getFirst(), turns.getFirst()); }

    /** @return what was written */
    String write(Path folder) {
        Markdown.replace(folder.resolve(NAME + ".md"), "# Performance", "measurements", text());
        List<String> files = new ArrayList<>(List.of(NAME + ".md", NAME + ".json"));
        if (!turns.isEmpty()) files.add(plot(folder, NAME + ".svg", ratioPlot(engines(turns.getFirst()).getFirst(), turns.getFirst()).svg()));
        if (!lines().isEmpty()) files.add(plot(folder, NAME + "-linearity.svg", linePlot().svg()));
        return String.join(", ", files) + " in " + folder;
    }

    private static String plot(Path folder, String name, String svg) {
        WholeFile.write(folder.resolve(name), out -> out.write(svg.getBytes(StandardCharsets.UTF_8)));
        return name;
    }

    private String text() {
        StringBuilder out = new StringBuilder();
        for (int turn : turns) beside(out, turn);
        if (!results.of(Scaling.class).isEmpty()) out.append("## From one thread to two\n\n").append(scaling()).append('\n');
        if (!lines().isEmpty()) out.append("## Time against non-zeros\n\n").append(linearity()).append("\n![Time of a layer against its non-zeros](").append(NAME).append("-linearity.svg)\n\n");
        if (!results.of(Cold.class).isEmpty()) out.append("## Cold start\n\n").append(cold()).append('\n');
        return out.append("## Measured with\n\n").append(settings()).toString();
    }

    private void beside(StringBuilder out, int turn) {
        List<String> engines = engines(turn);
        String best = engines.getFirst();
        boolean first = turn == turns.getFirst();
        out.append(first ? "## Beside ONNX Runtime" : turn == 1 ? "## Alternating after every run" : "## In turns of " + turn + " runs").append("\n\n").append(method(turn)).append("\n\n")
                .append(ratios(best, turn)).append('\n');
        if (first) out.append("![Ratios to ONNX Runtime as bars](").append(NAME).append(".svg)\n\n");
        out.append(details(best, turn)).append('\n');
        if (engines.size() > 1) out.append(first ? "## Other tiers and vector widths\n\n" : "Other tiers and vector widths:\n\n").append(others(engines, turn)).append('\n');
    }

    /** What the numbers of turns so long mean. */
    private String method(int turn) {
        if (turn == 1) return "The engines alternate after every run. So each run begins with its data out of the caches and its threads asleep, as where an engine is asked now and then beside other work.\n"
                + "ONNX Runtime's threads are told to stop spinning when a run ends (`session.force_spinning_stop`): they would hold the cores while Lacewing runs.";
        int untimed = results.of(Ratio.class).stream().map(Ratio::method).filter(m -> m.turn() == turn).findFirst().orElseThrow().untimedMs();
        return format("In turns: one engine runs undisturbed, first %d ms untimed, then %d timed runs; then the other; and so on. This is how a server behaves that always has work.%n"
                + "ONNX Runtime is as it ships: its threads spin on between runs, and have come to rest before Lacewing's timed runs begin.", untimed, turn).replace("\r", "");
    }

    private Optional<Ratio> ratio(String network, int threads, String engine, int turn) {
        return results.of(Ratio.class).stream().filter(r -> r.network().equals(network) && r.threads() == threads && r.setting().engine().equals(engine) && r.method().turn() == turn).findFirst();
    }

    private List<Network> measured(String engine, int turn) {
        return Network.ALL.stream().filter(n -> threads.stream().anyMatch(t -> ratio(n.id(), t, engine, turn).isPresent())).toList();
    }

    private String ratios(String engine, int turn) {
        List<String> headings = new ArrayList<>(List.of("network (" + engine + ")"));
        for (int t : threads) headings.addAll(List.of(">" + threads(t), ">target"));
        Markdown table = new Markdown(headings.toArray(String[]::new));
        for (Network n : Network.ALL) {
            if (!n.hasTarget() && !measured(engine, turn).contains(n)) continue;
            List<String> cells = new ArrayList<>(List.of(n.title()));
            for (int t : threads) {
                cells.add(ratio(n.id(), t, engine, turn).map(Ratio::ratio).map(r -> format(r.median() >= n.target(t) ? "**%.2f**" : "%.2f", r.median()) + range(r)).orElse("not measured"));
                cells.add(Double.isNaN(n.target(t)) ? "-" : format("%.2f", n.target(t)));
            }
            table.row(cells);
        }
        String processes = processes(List.of(engine), turn);
        return table + "\nRatio: the median time of ONNX Runtime on the same weights divided by Lacewing's; above 1, Lacewing is faster. Bold: it reaches the target.\n"
                + (processes.equals(ONE_PROCESS) ? "Each row was measured in one process.\n" : "The median of " + processes + ", in brackets the smallest and the largest.\n");
    }

    private static final String ONE_PROCESS = "one process";

    /** In which the rows of a table were measured. */
    private String processes(List<String> engines, int turn) {
        List<Integer> counts = results.of(Ratio.class).stream().filter(r -> engines.contains(r.setting().engine()) && r.method().turn() == turn).map(r -> r.method().processes()).distinct().sorted().toList();
        return counts.equals(List.of(1)) ? ONE_PROCESS : (counts.size() == 1 ? "" : counts.getFirst() + " to ") + counts.getLast() + " fresh processes";
    }

    private static String threads(int count) { return count + (count == 1 ? " thread" : " threads"); }

    /** Nothing where there was one process. */
    private static String range(Range r) { return r.smallest() == r.largest() ? "" : format(" (%.2f to %.2f)", r.smallest(), r.largest()); }

    private String details(String engine, int turn) {
        Markdown table = new Markdown("network", ">threads", ">Lacewing, ms", ">quartiles", ">ONNX Runtime, ms", ">quartiles", ">ratio", ">processes", ">bytes a run", ">difference", "commit");
        boolean unsteady = false, uncommitted = false;
        for (Network n : measured(engine, turn)) for (int t : threads) {
            Ratio r = ratio(n.id(), t, engine, turn).orElse(null);
            if (r == null) continue;
            table.row(n.title() + (r.steady() ? "" : " *"), String.valueOf(t), ms(r.ours().median()), quartiles(r.ours()), ms(r.peer().median()), quartiles(r.peer()), format("%.2f", r.ratio().median()),
                    String.valueOf(r.method().processes()), String.valueOf(r.allocatedBytes()), format("%.1e", r.difference()), commit(r.setting()));
            unsteady |= !r.steady();
            uncommitted |= r.setting().commit().endsWith("+");
        }
        return table + "\nMilliseconds are those of the process whose ratio is in the middle. Bytes a run: what a run leaves to the garbage collector. Difference: the largest between the two engines'\n"
                + "outputs, as a share of the largest value of the same output; 1e-04 is allowed.\n"
                + (unsteady ? "\\* still allocated when the time for the warm-up was over: the JVM had not compiled everything.\n" : "")
                + (uncommitted ? "A commit with a + was measured with changes that are in no commit.\n" : "");
    }

    private static String commit(Setting s) { return s.commit().isEmpty() ? "-" : s.commit(); }

    private String others(List<String> engines, int turn) {
        String best = engines.getFirst();
        List<String> rest = engines.subList(1, engines.size());
        Markdown table = new Markdown(Stream.concat(Stream.of("network"), rest.stream().flatMap(e -> threads.stream().map(t -> ">" + e + ", " + threads(t)))).toArray(String[]::new));
        for (Network n : Network.ALL) {
            if (rest.stream().noneMatch(e -> measured(e, turn).contains(n))) continue;
            List<String> cells = new ArrayList<>(List.of(n.title()));
            for (String e : rest) for (int t : threads) cells.add(ratio(n.id(), t, e, turn).map(r -> format("%.2f", r.ratio().median())
                    + ratio(n.id(), t, best, turn).map(b -> format(" (%.2f)", r.ratio().median() / b.ratio().median())).orElse("")).orElse("-"));
            table.row(cells);
        }
        return table + "\nRatios to ONNX Runtime as above, of " + processes(rest, turn) + " each, in brackets the share of those of " + best + ".\n";
    }

    private String scaling() {
        Markdown table = new Markdown("network", "engine", ">1 thread, ms", ">2 threads, ms", ">scaling", ">processes", "commit");
        for (Scaling s : results.of(Scaling.class)) table.row(title(s.network()) + (s.method().turn() == 1 ? ", alternating after every run" : ""), s.setting().engine(), ms(s.one().median()),
                ms(s.two().median()), format("%.2f", s.scaling().median()) + range(s.scaling()), String.valueOf(s.method().processes()), commit(s.setting()));
        return table.toString();
    }

    private List<Linearity> lines() { return results.of(Linearity.class); }

    private static String kind(Linearity l) { return l.pattern() + (l.format().equals("code") ? ", as code" : ""); }

    private String linearity() {
        Markdown table = new Markdown("layer", "pattern", "engine", ">R^2", ">at most off the line", ">ns for each non-zero", ">at no non-zeros, ms", ">sparsities", ">working set", "commit");
        for (Linearity l : lines()) table.row(l.layer(), kind(l), l.setting().engine(), format("%.4f", l.r2()), format("%.1f %%", 100 * l.deviation()), format("%.3f", l.nanosPerNonZero()),
                format("%.4f", l.interceptMs()), format("%.2f to %.2f", l.points().getFirst().sparsity(), l.points().getLast().sparsity()), l.kilobytes() + " KB", commit(l.setting()));
        return table + "\nOne kernel over one layer, on one thread, whatever the planner would choose; as code: the pattern of non-zeros unrolled into machine code. The line is the least-squares fit.\n"
                + "The sparsities take turns, each with the layer called again and again, so that its data are in the caches. Working set: input, output and, at the least sparsity, the packed weights.\n";
    }

    private String cold() {
        Markdown table = new Markdown("what", "model", "engine", ">process, ms", ">quartiles", ">open, ms", ">quartiles", ">first inference, ms", ">quartiles", ">later ones, ms", ">first / later",
                ">processes", "commit");
        for (Cold c : results.of(Cold.class)) table.row(c.what(), c.model(), c.what().contains("ONNX Runtime") ? "-" : c.setting().engine(), format("%.0f", c.process().median()),
                quartiles(c.process()), ms(c.open().median()), quartiles(c.open()), ms(c.first().median()), quartiles(c.first()), ms(c.laterMs()),
                Double.isNaN(c.laterMs()) ? "-" : format("%.1f", c.first().median() / c.laterMs()), String.valueOf(c.processes()), commit(c.setting()));
        return table + "\nProcess: from its start until it has printed its answer and ended, the JVM's own start included; medians over fresh processes of each kind in turn, whose files are in the system's\n"
                + "cache. Opening and the first inference are of the same processes, later inferences of one more that goes on. The programs open the model, run it once and print one number;\n"
                + "`lacewing run` also reads a picture and its options. It starts as the launcher starts it: from a recorded cache of loaded classes and, where kernels are machine code, with the JVM's\n"
                + "quick compiler only. The programs have neither.\n";
    }

    private String settings() {
        StringBuilder out = new StringBuilder();
        List<Setting> settings = Stream.<List<? extends Measurement>>of(results.of(Ratio.class), results.of(Scaling.class), lines(), results.of(Cold.class)).flatMap(List::stream)
                .map(Measurement::setting).toList();
        if (settings.isEmpty()) return "Nothing was measured yet.\n";
        for (String with : settings.stream().map(Page::with).distinct().toList()) {
            List<String> dates = settings.stream().filter(s -> with.equals(with(s))).map(Setting::date).distinct().sorted().toList();
            out.append("* ").append(with).append("; ").append(String.join(", ", dates)).append('\n');
        }
        out.append("\nTo repeat a row, at its commit:\n\n```sh\n");
        settings.stream().map(Setting::command).distinct().forEach(c -> out.append(c).append('\n'));
        return out.append("```\n").toString();
    }

    private static String with(Setting s) { return s.machine() + "; " + s.versions() + "; Lacewing at " + commit(s) + ", planned with rates " + s.costs(); }

    private RatioPlot ratioPlot(String engine, int turn) {
        List<RatioPlot.Group> groups = new ArrayList<>();
        StringBuilder description = new StringBuilder("Ratios on one thread and on two:");
        for (Network n : measured(engine, turn)) {
            List<Double> values = THREADS.stream().map(t -> ratio(n.id(), t, engine, turn).map(r -> r.ratio().median()).orElse(Double.NaN)).toList();
            groups.add(new RatioPlot.Group(n.title().replace(" in all convolutions but the first", "").replace("MediaPipe hand", "Hand"), values, THREADS.stream().map(n::target).toList()));
            description.append(format(" %s %.2f and %.2f;", n.title(), values.getFirst(), values.getLast()));
        }
        return new RatioPlot("How many times faster than ONNX Runtime (" + engine + ")", description.toString(), List.of("1 thread", "2 threads"), "ONNX Runtime", groups);
    }

    /** Of the best engine in the file, all patterns. */
    private LinePlot linePlot() {
        String engine = lines().stream().map(Linearity::setting).min(BEST_FIRST).orElseThrow().engine();
        List<Linearity> shown = lines().stream().filter(l -> l.setting().engine().equals(engine)).toList();
        List<LinePlot.Series> series = shown.stream().map(l -> new LinePlot.Series(format("%s, R² %.3f", kind(l), l.r2()),
                l.points().stream().map(p -> new LinePlot.Point(p.nonZeros() / 1e3, p.ms())).toList(), l.interceptMs(), l.nanosPerNonZero() / 1e3)).toList();
        return new LinePlot("Time grows with non-zeros: " + shown.getFirst().layer(), String.join("; ", series.stream().map(LinePlot.Series::name).toList()), "non-zero weights, thousands",
                "milliseconds (" + engine + ")", series);
    }

    private static String title(String id) { return Network.ALL.stream().filter(n -> n.id().equals(id)).findFirst().map(Network::title).orElse(id); }

    private static String quartiles(Spread s) { return Double.isNaN(s.q1()) ? "-" : ms(s.q1()) + " to " + ms(s.q3()); }

    private static String ms(double value) { return Double.isNaN(value) ? "-" : format(value >= 100 ? "%.0f" : value >= 10 ? "%.1f" : value >= 1 ? "%.2f" : "%.3f", value); }

    @SuppressWarnings("AnnotateFormatMethod")
    private static String format(String form, Object... values) { return String.format(Locale.ROOT, form, values); }
}
