package dev.lacewing.jmh;

import dev.lacewing.bench.PeakRate;
import dev.lacewing.bench.compare.Compare;
import dev.lacewing.bench.report.Json;
import dev.lacewing.bench.report.Markdown;
import dev.lacewing.bench.report.Records;
import dev.lacewing.emit.Tier;
import dev.lacewing.error.LacewingException;
import dev.lacewing.error.LacewingException.Failed;
import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.error.LacewingException.Malformed;
import dev.lacewing.file.WholeFile;
import dev.lacewing.sparse.Pattern;
import dev.lacewing.tune.Processor;
import dev.lacewing.tune.Quantiles;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** The command {@code bench/kernels}. */
public final class Kernels {
    static final String USAGE = """
            Usage: bench/kernels [OPTIONS]

            Times single layers of well-known networks under JMH, on one thread: the kernels that the planner chooses, their results checked against nested
            loops first. Each row is written when it is measured, so that nothing is lost by stopping. Prints GFLOP/s, counted on non-zero weights, and the
            share of the peak that a kernel reaches in registers, and merges the rows into docs/kernels.json and docs/kernels.md. All of it takes hours; the options choose. LACEWING_JAVA_OPTS=-Dlacewing.tier=jvm forces a tier.

              --networks LIST    mobilenet_v1, mobilenet_v2, efficientnet_b0, resnet50, hand_landmark, reference: two shapes of
                                 which others publish figures (default: all)
              --layers TEXT      layers whose line contains this: "1x1 256", depthwise, "14 14" (default: all)
              --sparsity LIST    shares of zeros (default: 0,0.3,0.5,0.7,0.8,0.9,0.95; depthwise layers: only 0)
              --pattern LIST     unstructured, 1xN, N:M (default: unstructured,1x4,1x8)
              --list             print the problems and stop
              --quick            a few milliseconds each in this process, to see that everything works; writes nothing without -o
              -o DIR             where to write (default: docs)
            """;

    private static final String NAME = "kernels", JAVA_OPTIONS = "LACEWING_JAVA_OPTS";
    private static final List<String> SPARSITIES = List.of("0", "0.3", "0.5", "0.7", "0.8", "0.9", "0.95"), PATTERNS = List.of("unstructured", "1x4", "1x8");

    private List<String> networks = LayerShape.NETWORKS, sparsities = SPARSITIES, patterns = PATTERNS;
    private String layers = "", commit = "";
    private boolean list, quick;
    private @Nullable Path folder;

    /**
     * One row.
     *
     * @param gflops 2 for each non-zero weight and output pixel, in 1e9 a second
     * @param peak of the tier's fused multiply-adds in registers, as {@code lacewing doctor} prints it
     * @param commit of Lacewing, with a + if files were changed since; empty if unknown
     * @param command that measured it, perhaps with others
     */
    record Row(String layer, String pattern, double sparsity, String kernel, double micros, double gflops, double peak, String engine, String machine, String date, String commit, String command) {
        String key() { return String.join("/", layer, pattern, String.valueOf(sparsity), engine); }
    }

    private Kernels() {}

    /** Ends the JVM with 0, 1 (failed, also if a layer failed) or 2 (wrong arguments). */
    public static void main(String[] args) { System.exit(run(args, System.out, System.err)); }

    /** As {@link #main}, but returns the exit code. */
    static int run(String[] args, PrintStream out, PrintStream err) {
        if (List.of(args).contains("--help") || List.of(args).contains("-h")) {
            out.print(USAGE);
            return 0;
        }
        try {
            Kernels kernels = new Kernels();
            kernels.parse(args);
            return kernels.run(out, err) ? 0 : 1;
        } catch (LacewingException e) {
            err.println("kernels: " + e.getMessage());
            return e instanceof Invalid ? 2 : 1;
        }
    }

    private void parse(String... args) {
        Deque<String> rest = new ArrayDeque<>(List.of(args));
        Path home = null;
        while (!rest.isEmpty()) {
            String word = rest.remove();
            switch (word) {
                case "--list" -> list = true;
                case "--quick" -> quick = true;
                case "--networks" -> networks = list(word, rest);
                case "--layers" -> layers = value(word, rest);
                case "--sparsity" -> sparsities = list(word, rest);
                case "--pattern" -> patterns = list(word, rest);
                case "--home" -> home = Path.of(value(word, rest));
                case "-o" -> folder = Path.of(value(word, rest));
                default -> throw new Invalid("there is no option '" + word + "'; --help lists them");
            }
        }
        commit = Compare.commit(home);
        if (!LayerShape.NETWORKS.containsAll(networks)) throw new Invalid("--networks: expected some of " + LayerShape.NETWORKS + ", got " + networks);
        if (folder == null && home != null && !quick) folder = home.resolve("docs");
        if (folder != null && !Files.isDirectory(folder)) throw new Invalid(folder + " is no folder");
    }

    /** What a person types to measure this again: all that is not as it is by default. */
    private String command(@Nullable String javaOptions) {
        StringJoiner words = new StringJoiner(" ");
        if (javaOptions != null && !javaOptions.isBlank()) words.add(JAVA_OPTIONS + "='" + javaOptions.strip() + "'");
        words.add("bench/kernels");
        if (!networks.equals(LayerShape.NETWORKS)) words.add("--networks " + String.join(",", networks));
        if (!layers.isEmpty()) words.add("--layers '" + layers + "'");
        if (!sparsities.equals(SPARSITIES)) words.add("--sparsity " + String.join(",", sparsities));
        if (!patterns.equals(PATTERNS)) words.add("--pattern " + String.join(",", patterns));
        if (quick) words.add("--quick");
        return words.toString();
    }

    private static String value(String option, Deque<String> rest) {
        if (rest.isEmpty()) throw new Invalid(option + " needs a value");
        return rest.remove();
    }

    private static List<String> list(String option, Deque<String> rest) { return Arrays.asList(value(option, rest).split(",")); }

    /** Whether all went well. */
    private boolean run(PrintStream out, PrintStream err) {
        Set<Problem> problems = problems();
        if (problems.isEmpty()) throw new Invalid("no layer of " + networks + " contains '" + layers + "'");
        if (list) {
            problems.forEach(out::println);
            return true;
        }
        Path file = folder == null ? null : folder.resolve(NAME + ".json");
        Map<String, Row> rows = file == null ? new LinkedHashMap<>() : read(file);
        List<Row> measured = new ArrayList<>();
        double peak = PeakRate.gflops(Tier.current());
        for (Problem problem : problems) {
            try {
                Row row = measure(problem, peak);
                measured.add(row);
                rows.put(row.key(), row);
            } catch (Failed e) {
                err.println("kernels: " + problem + " failed: " + e.getMessage());
                continue;
            }
            if (file == null) continue;
            write(file, rows.values());
            Markdown.replace(file.resolveSibling(NAME + ".md"), "# Kernels", NAME, page(rows.values()));
        }
        out.println("\n" + table(measured));
        return measured.size() == problems.size();
    }

    /** Each once, though several networks may have it. */
    private Set<Problem> problems() {
        Set<Problem> problems = new LinkedHashSet<>();
        for (String network : networks) for (LayerShape shape : LayerShape.of(network)) {
            if (!shape.toString().contains(layers)) continue;
            for (String text : sparsities) {
                double sparsity = number(text);
                if (shape.depthwise() && sparsity > 0) continue;
                for (String pattern : sparsity == 0 ? List.of("unstructured") : patterns) problems.add(new Problem(shape, Pattern.parse(pattern), sparsity));
            }
        }
        return problems;
    }

    private static double number(String text) {
        try {
            double number = Double.parseDouble(text);
            if (number >= 0 && number < 1) return number;
        } catch (NumberFormatException e) {
            // said below
        }
        throw new Invalid("--sparsity: expected shares from 0 to below 1, got '" + text + "'");
    }

    /** @throws Failed if the layer does not run, or computes something else */
    private Row measure(Problem problem, double peak) {
        Tier tier = Tier.current();
        String engine = tier.name() + ", " + tier.machine().lanes() + " lanes", date = LocalDate.now(ZoneOffset.UTC).toString();
        String machine = Processor.name() + ", " + Processor.caches() + ", " + System.getProperty("java.vm.name") + " " + Runtime.version();
        OptionsBuilder options = new OptionsBuilder();
        options.include(LayerBenchmark.class.getName() + ".layer").param("problem", problem.toString()).shouldFailOnError(true);
        if (quick) options.forks(0).warmupIterations(0).measurementIterations(1).measurementTime(TimeValue.milliseconds(5)).verbosity(VerboseMode.SILENT);
        else options.forks(1).warmupIterations(5).warmupTime(TimeValue.milliseconds(500)).measurementIterations(7).measurementTime(TimeValue.milliseconds(300));
        double nanos = nanos(options.build());
        return new Row(problem.shape().toString(), problem.pattern().toString(), problem.sparsity(), problem.kernel(), nanos / 1e3, problem.operations() / nanos, peak, engine, machine, date, commit, command(System.getenv(JAVA_OPTIONS)));
    }

    /** Median over the iterations. */
    private static double nanos(Options options) {
        try {
            RunResult result = new Runner(options).runSingle();
            return Quantiles.of(result.getAggregatedResult().getIterationResults().stream().mapToDouble(r -> r.getPrimaryResult().getScore()).toArray()).median();
        } catch (RunnerException e) {
            throw new Failed("JMH: " + e.getMessage(), e);
        }
    }

    private static String table(Collection<Row> rows) {
        Markdown table = new Markdown("layer: window, in, out, height, width, stride", "pattern", ">zeros", "kernel", ">us", ">GFLOP/s", ">of peak", "commit");
        for (Row r : rows) table.row(r.layer, r.sparsity == 0 ? "dense" : r.pattern, String.format(Locale.ROOT, "%.0f %%", 100 * r.sparsity), r.kernel, String.format(Locale.ROOT, "%.1f", r.micros),
                String.format(Locale.ROOT, "%.1f", r.gflops), String.format(Locale.ROOT, "%.2f", r.gflops / r.peak), r.commit.isEmpty() ? "-" : r.commit);
        return table.toString();
    }

    private static String page(Collection<Row> rows) {
        StringBuilder out = new StringBuilder("""
                Single layers on one thread, by `bench/kernels`; GFLOP/s count non-zero weights only. ReLU and bias are included.
                A layer runs again and again on the same data: its code, weights, input and output are in the caches, as far as they fit. Plans follow the rates that Lacewing brings along.
                """);
        for (String engine : rows.stream().map(Row::engine).distinct().toList()) {
            List<Row> of = rows.stream().filter(r -> r.engine.equals(engine)).toList();
            Quantiles peaks = Quantiles.of(of.stream().mapToDouble(Row::peak).toArray());
            String peak = peaks.min() == peaks.max() ? String.format(Locale.ROOT, "%.0f", peaks.min()) : String.format(Locale.ROOT, "%.0f to %.0f, each row beside its own", peaks.min(), peaks.max());
            out.append(String.format(Locale.ROOT, "%n## %s%n%nPeak of fused multiply-adds in registers, GFLOP/s: %s. %s%n%n", engine, peak,
                    String.join("; ", of.stream().map(r -> r.machine + "; " + r.date).distinct().toList()))).append(table(of));
        }
        out.append("\nMeasured by, at the commit of each row:\n\n```sh\n");
        rows.stream().map(Row::command).distinct().forEach(c -> out.append(c).append('\n'));
        return out.append("```\n").toString();
    }

    private static Map<String, Row> read(Path file) {
        Map<String, Row> rows = new LinkedHashMap<>();
        if (!Files.exists(file)) return rows;
        try {
            if (!(Json.read(Files.readString(file)) instanceof List<?> lines)) throw new Malformed(file + ": expected a JSON array");
            for (Object line : lines) {
                if (!(line instanceof Map<?, ?> map)) throw new Malformed(file + ": expected a row, got " + line);
                Row row = Records.fromMap(Row.class, map);
                rows.put(row.key(), row);
            }
        } catch (IOException e) {
            throw new Failed(file + " cannot be read: " + e.getMessage(), e);
        }
        return rows;
    }

    private static void write(Path file, Collection<Row> rows) {
        StringJoiner lines = new StringJoiner(",\n", "[\n", "\n]\n");
        for (Row row : rows) lines.add(Json.write(Records.toMap(row)));
        WholeFile.write(file, out -> out.write(lines.toString().getBytes(StandardCharsets.UTF_8)));
    }
}
