package dev.lacewing.bench.compare;

import dev.lacewing.bench.compare.Measurement.Cold;
import dev.lacewing.bench.compare.Measurement.Linearity;
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
    private final List<String> engines;

    Page(Results results) {
        this.results = results;
        engines = results.of(Ratio.class).stream().map(Ratio::setting).sorted(BEST_FIRST).map(Setting::engine).distinct().toList();
    }

    /** One measurement on one line. */
    static String sentence(Measurement m) {
        return switch (m) {
            case Ratio r -> format("%s, %d thread(s), %s: ratio %.2f (Lacewing %.3f ms, ONNX Runtime %.3f ms)%s", title(r.network()), r.threads(), r.setting().engine(), r.ratio(),
                    r.ours().median(), r.peer().median(), r.steady() ? "" : "; not steady after the warm-up");
            case Scaling s -> format("%s, %s: %.2f times as fast on two threads (%.3f and %.3f ms)", title(s.network()), s.setting().engine(), s.scaling(), s.one().median(), s.two().median());
            case Linearity l -> format("%s, %s, %s: R^2 %.4f, %.3f ns for each non-zero", l.layer(), l.pattern(), l.setting().engine(), l.r2(), l.nanosPerNonZero());
            case Cold c -> format("%s, %s, %s: %.0f ms from start to end", c.what(), c.model(), c.setting().engine(), c.process().median());
        };
    }

    /** The tables, for a terminal. */
    String summary() { return engines.isEmpty() ? "" : ratios(engines.getFirst()); }

    /** @return what was written */
    String write(Path folder) {
        Markdown.replace(folder.resolve(NAME + ".md"), "# Performance", "measurements", text());
        List<String> files = new ArrayList<>(List.of(NAME + ".md", NAME + ".json"));
        if (!engines.isEmpty()) files.add(plot(folder, NAME + ".svg", ratioPlot(engines.getFirst()).svg()));
        if (!lines().isEmpty()) files.add(plot(folder, NAME + "-linearity.svg", linePlot().svg()));
        return String.join(", ", files) + " in " + folder;
    }

    private static String plot(Path folder, String name, String svg) {
        WholeFile.write(folder.resolve(name), out -> out.write(svg.getBytes(StandardCharsets.UTF_8)));
        return name;
    }

    private String text() {
        StringBuilder out = new StringBuilder();
        if (!engines.isEmpty()) {
            out.append("## Beside ONNX Runtime\n\n").append(ratios(engines.getFirst())).append("\n![Ratios to ONNX Runtime as bars](").append(NAME).append(".svg)\n\n")
                    .append(details(engines.getFirst())).append('\n');
            if (engines.size() > 1) out.append("## Other tiers and vector widths\n\n").append(others()).append('\n');
        }
        if (!results.of(Scaling.class).isEmpty()) out.append("## From one thread to two\n\n").append(scaling()).append('\n');
        if (!lines().isEmpty()) out.append("## Time against non-zeros\n\n").append(linearity()).append("\n![Time of a layer against its non-zeros](").append(NAME).append("-linearity.svg)\n\n");
        if (!results.of(Cold.class).isEmpty()) out.append("## Cold start\n\n").append(cold()).append('\n');
        return out.append("## Measured with\n\n").append(settings()).toString();
    }

    private Optional<Ratio> ratio(String network, int threads, String engine) {
        return results.of(Ratio.class).stream().filter(r -> r.network().equals(network) && r.threads() == threads && r.setting().engine().equals(engine)).findFirst();
    }

    private List<Network> measured(String engine) { return Network.ALL.stream().filter(n -> THREADS.stream().anyMatch(t -> ratio(n.id(), t, engine).isPresent())).toList(); }

    private String ratios(String engine) {
        Markdown table = new Markdown("network (" + engine + ")", ">1 thread", ">target", ">2 threads", ">target");
        for (Network n : Network.ALL) {
            if (!n.hasTarget() && !measured(engine).contains(n)) continue;
            List<String> cells = new ArrayList<>(List.of(n.title()));
            for (int t : THREADS) {
                cells.add(ratio(n.id(), t, engine).map(r -> format(r.ratio() >= n.target(t) ? "**%.2f**" : "%.2f", r.ratio())).orElse("not measured"));
                cells.add(n.hasTarget() ? format("%.2f", n.target(t)) : "-");
            }
            table.row(cells);
        }
        return table + "\nRatio: the median time of ONNX Runtime on the same weights divided by Lacewing's; above 1, Lacewing is faster. Bold: the target is reached.\n";
    }

    private String details(String engine) {
        Markdown table = new Markdown("network", ">threads", ">Lacewing, ms", ">quartiles", ">ONNX Runtime, ms", ">quartiles", ">ratio", ">bytes a run", ">difference");
        boolean unsteady = false;
        for (Network n : measured(engine)) for (int t : THREADS) {
            Ratio r = ratio(n.id(), t, engine).orElse(null);
            if (r == null) continue;
            table.row(n.title() + (r.steady() ? "" : " *"), String.valueOf(t), ms(r.ours().median()), quartiles(r.ours()), ms(r.peer().median()), quartiles(r.peer()), format("%.2f", r.ratio()),
                    String.valueOf(r.allocatedBytes()), format("%.1e", r.difference()));
            unsteady |= !r.steady();
        }
        return table + "\nBytes a run: what a run leaves to the garbage collector. Difference: the largest between the two engines' outputs, as a share of the largest output; 1e-04 is allowed.\n"
                + (unsteady ? "\\* still allocated when the time for the warm-up was over: the JVM had not compiled everything.\n" : "");
    }

    private String others() {
        String best = engines.getFirst();
        List<String> rest = engines.subList(1, engines.size());
        Markdown table = new Markdown(Stream.concat(Stream.of("network"), rest.stream().flatMap(e -> THREADS.stream().map(t -> ">" + e + ", " + (t == 1 ? "1 thread" : t + " threads"))))
                .toArray(String[]::new));
        for (Network n : Network.ALL) {
            if (rest.stream().noneMatch(e -> measured(e).contains(n))) continue;
            List<String> cells = new ArrayList<>(List.of(n.title()));
            for (String e : rest) for (int t : THREADS)
                cells.add(ratio(n.id(), t, e).map(r -> format("%.2f", r.ratio()) + ratio(n.id(), t, best).map(b -> format(" (%.2f)", r.ratio() / b.ratio())).orElse("")).orElse("-"));
            table.row(cells);
        }
        return table + "\nRatios to ONNX Runtime as above, in brackets the share of those of " + best + ".\n";
    }

    private String scaling() {
        Markdown table = new Markdown("network", "engine", ">1 thread, ms", ">2 threads, ms", ">scaling");
        for (Scaling s : results.of(Scaling.class)) table.row(title(s.network()), s.setting().engine(), ms(s.one().median()), ms(s.two().median()), format("%.2f", s.scaling()));
        return table.toString();
    }

    private List<Linearity> lines() { return results.of(Linearity.class); }

    private String linearity() {
        Markdown table = new Markdown("layer", "pattern", "engine", ">R^2", ">ns for each non-zero", ">at no non-zeros, ms", ">sparsities");
        for (Linearity l : lines()) table.row(l.layer(), l.pattern(), l.setting().engine(), format("%.4f", l.r2()), format("%.3f", l.nanosPerNonZero()), format("%.4f", l.interceptMs()),
                format("%.2f to %.2f", l.points().getFirst().sparsity(), l.points().getLast().sparsity()));
        return table + "\nOne kernel over one layer, on one thread; the line is the least-squares fit.\n";
    }

    private String cold() {
        Markdown table = new Markdown("what", "model", "engine", ">process, ms", ">open, ms", ">first inference, ms", ">later ones, ms", ">first / later");
        for (Cold c : results.of(Cold.class)) table.row(c.what(), c.model(), c.what().contains("ONNX Runtime") ? "-" : c.setting().engine(), format("%.0f", c.process().median()),
                ms(c.loadMs()), ms(c.firstMs()), ms(c.steadyMs()), Double.isNaN(c.firstMs()) ? "-" : format("%.1f", c.firstMs() / c.steadyMs()));
        return table + "\nProcess: from its start until it has printed its answer and ended, the JVM's own start included; medians of " + results.of(Cold.class).getFirst().processes()
                + " fresh processes whose files are in the system's cache.\nThe programs open the model, run it once and print one number; `lacewing run` also reads a picture and its options.\n";
    }

    private String settings() {
        StringBuilder out = new StringBuilder();
        List<Setting> settings = Stream.<List<? extends Measurement>>of(results.of(Ratio.class), results.of(Scaling.class), lines(), results.of(Cold.class)).flatMap(List::stream)
                .map(Measurement::setting).toList();
        for (String machine : settings.stream().map(s -> s.machine() + "; " + s.versions()).distinct().toList()) {
            List<String> dates = settings.stream().filter(s -> machine.equals(s.machine() + "; " + s.versions())).map(Setting::date).distinct().sorted().toList();
            out.append("* ").append(machine).append("; ").append(String.join(", ", dates)).append('\n');
        }
        out.append("\nTo repeat a row:\n\n```sh\n");
        settings.stream().map(Setting::command).distinct().forEach(c -> out.append(c).append('\n'));
        return out.append("```\n").toString();
    }

    private RatioPlot ratioPlot(String engine) {
        List<RatioPlot.Group> groups = new ArrayList<>();
        StringBuilder description = new StringBuilder("Ratios on one thread and on two:");
        for (Network n : measured(engine)) {
            List<Double> values = THREADS.stream().map(t -> ratio(n.id(), t, engine).map(Ratio::ratio).orElse(Double.NaN)).toList();
            groups.add(new RatioPlot.Group(n.title().replace(" in all convolutions but the first", "").replace("MediaPipe hand", "Hand"), values, THREADS.stream().map(n::target).toList()));
            description.append(format(" %s %.2f and %.2f;", n.title(), values.getFirst(), values.getLast()));
        }
        return new RatioPlot("How many times faster than ONNX Runtime (" + engine + ")", description.toString(), List.of("1 thread", "2 threads"), "ONNX Runtime", groups);
    }

    /** Of the first layer's engine that stands in the file, all patterns. */
    private LinePlot linePlot() {
        String engine = lines().stream().map(Linearity::setting).min(BEST_FIRST).orElseThrow().engine();
        List<Linearity> shown = lines().stream().filter(l -> l.setting().engine().equals(engine)).toList();
        List<LinePlot.Series> series = shown.stream().map(l -> new LinePlot.Series(format("%s, R² %.3f", l.pattern(), l.r2()),
                l.points().stream().map(p -> new LinePlot.Point(p.nonZeros() / 1e3, p.ms())).toList(), l.interceptMs(), l.nanosPerNonZero() / 1e3)).toList();
        return new LinePlot("Time grows with non-zeros: " + shown.getFirst().layer(), String.join("; ", series.stream().map(LinePlot.Series::name).toList()), "non-zero weights, thousands",
                "milliseconds (" + engine + ")", series);
    }

    private static String title(String id) { return Network.ALL.stream().filter(n -> n.id().equals(id)).findFirst().map(Network::title).orElse(id); }

    private static String quartiles(Spread s) { return ms(s.q1()) + " to " + ms(s.q3()); }

    private static String ms(double value) { return Double.isNaN(value) ? "-" : format(value >= 100 ? "%.0f" : value >= 10 ? "%.1f" : value >= 1 ? "%.2f" : "%.3f", value); }

    @SuppressWarnings("AnnotateFormatMethod")
    private static String format(String form, Object... values) { return String.format(Locale.ROOT, form, values); }
}
