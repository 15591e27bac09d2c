package dev.lacewing.bench.compare;

import dev.lacewing.bench.OnnxRuntimePeer;
import dev.lacewing.bench.compare.Arguments.Row;
import dev.lacewing.bench.compare.Measurement.Ratio;
import dev.lacewing.bench.compare.Measurement.Scaling;
import dev.lacewing.bench.compare.Measurement.Setting;
import dev.lacewing.bench.report.Json;
import dev.lacewing.emit.Tier;
import dev.lacewing.error.LacewingException;
import dev.lacewing.error.LacewingException.Failed;
import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.plan.CostModel;
import dev.lacewing.plan.Decision;
import dev.lacewing.tune.CostCache;
import dev.lacewing.tune.Processor;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The command {@code bench/compare}: see {@link Arguments#USAGE}. */
public final class Compare {
    private static final String RESULT = "RESULT ", COMMIT = "lacewing.commit", COMMAND = "lacewing.command", JAVA_OPTIONS = "LACEWING_JAVA_OPTS";

    private final Arguments arguments;
    private final PrintStream out, err;

    private Compare(Arguments arguments, PrintStream out, PrintStream err) {
        this.arguments = arguments;
        this.out = out;
        this.err = err;
    }

    /** Ends the JVM with 0 (measured), 1 (failed, also if a row failed) or 2 (wrong arguments). */
    public static void main(String[] args) { System.exit(run(args, System.out, System.err)); }

    /** As {@link #main}, but returns the exit code. */
    public static int run(String[] args, PrintStream out, PrintStream err) {
        if (List.of(args).contains("--help") || List.of(args).contains("-h")) {
            out.print(Arguments.USAGE);
            return 0;
        }
        try {
            Arguments arguments = Arguments.parse(args);
            Compare compare = new Compare(arguments, out, err);
            if (!arguments.child()) return compare.all() ? 0 : 1;
            compare.child();
            return 0;
        } catch (Invalid e) {
            err.println("compare: " + e.getMessage());
            return 2;
        } catch (LacewingException e) {
            err.println("compare: " + e.getMessage());
            return 1;
        }
    }

    /** Every row in processes of its own. A row that fails is told and left as it was. */
    private boolean all() {
        Path folder = arguments.folder(), file = folder == null ? null : folder.resolve(Page.NAME + ".json");
        if (folder != null && !Files.isDirectory(folder)) throw new Invalid(folder + " is no folder");
        Results results = file == null || arguments.fresh() ? new Results() : Results.read(file);
        boolean ok = arguments.rebuild() || measure(results, file);
        Page page = new Page(results);
        out.println("\n" + page.summary());
        if (folder != null) out.println("written: " + page.write(folder));
        return ok;
    }

    private boolean measure(Results results, @Nullable Path file) {
        String machine = machine();
        for (String other : results.machines())
            if (!other.equals(machine))
                throw new Invalid(file + " holds measurements of another machine (" + other + "; this one is " + machine + "): --fresh drops them, -o DIR writes elsewhere");
        boolean ok = true;
        try {
            Path empty = Files.createTempDirectory("lacewing-compare-");
            try {
                // In an empty cache folder there are no rates of this machine, so that plans do not depend on what was run here before.
                Map<String, String> environment = arguments.calibrated() ? Map.of() : Map.of("XDG_CACHE_HOME", empty.toString());
                for (Row row : rows()) {
                    err.printf(Locale.ROOT, "measuring %s ...%n", command(row));
                    try {
                        for (Measurement m : measured(row, environment)) {
                            out.println(Page.sentence(m));
                            if (!results.put(m)) err.println("note: this row stays as it was, since that was measured more often: measure as often, -o DIR writes elsewhere, --fresh drops all rows");
                        }
                    } catch (Failed e) {
                        err.println("compare: this row failed: " + e.getMessage());
                        ok = false;
                    }
                    if (file != null) results.write(file);
                }
            } finally {
                Processes.delete(empty);
            }
        } catch (IOException e) {
            throw new Failed("cannot use a temporary folder: " + e.getMessage(), e);
        }
        return ok;
    }

    private String command(Row row) { return arguments.command(row, System.getenv(JAVA_OPTIONS)); }

    private List<Measurement> measured(Row row, Map<String, String> environment) {
        boolean repeated = row.kind().equals("ratios") || row.kind().equals("scaling");   // the others do it themselves, or not at all
        List<Measurement> all = new ArrayList<>();
        for (int process = repeated ? arguments.processes(row.kind()) : 1; process > 0; process--)
            Processes.run(Processes.java(Compare.class, true, properties(row), arguments.childArguments(row)), Redirect.INHERIT, environment).lines().stream()
                    .filter(line -> line.startsWith(RESULT)).map(line -> Results.measurement(Json.read(line.substring(RESULT.length())))).forEach(all::add);
        List<Ratio> ratios = all.stream().filter(Ratio.class::isInstance).map(Ratio.class::cast).toList();
        List<Scaling> scalings = all.stream().filter(Scaling.class::isInstance).map(Scaling.class::cast).toList();
        return !ratios.isEmpty() ? List.of(Ratio.of(ratios)) : !scalings.isEmpty() ? List.of(Scaling.of(scalings)) : all;
    }

    private List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        for (String tier : arguments.tiers().isEmpty() ? List.of("") : arguments.tiers())
            for (String lanes : arguments.lanes().isEmpty() ? List.of("") : arguments.lanes())
                for (String kind : arguments.what())
                    for (Network network : networks(kind))
                        for (int threads : kind.equals("ratios") ? arguments.threads() : List.of(0)) rows.add(new Row(kind, network, threads, tier, lanes));
        return rows;
    }

    /** One null where the kind is not about a network. */
    private List<@Nullable Network> networks(String kind) {
        List<@Nullable Network> networks = new ArrayList<>();
        switch (kind) {
            case "ratios" -> {
                for (Network network : arguments.chosen()) {
                    String missing = network.missing(arguments.handLandmark());
                    if (missing == null) networks.add(network);
                    else err.println("note: " + missing);
                }
            }
            case "scaling" -> networks.addAll(arguments.networks().isEmpty() ? Network.matching(List.of("uniform")) : arguments.chosen());
            default -> networks.add(null);
        }
        return networks;
    }

    private List<String> properties(Row row) {
        List<String> properties = new ArrayList<>(forced(row.tier(), row.lanes()));
        properties.add("-D" + COMMIT + "=" + commit(arguments.home()));
        properties.add("-D" + COMMAND + "=" + command(row));
        return properties;
    }

    private static List<String> forced(@Nullable String tier, @Nullable String lanes) {
        List<String> forced = new ArrayList<>();
        if (tier != null && !tier.isEmpty()) forced.add("-D" + Tier.TIER + "=" + tier);
        if (lanes != null && !lanes.isEmpty()) forced.add("-D" + Tier.LANES + "=" + lanes);
        return forced;
    }

    /** Short name of the commit in the clone, with a + if files were changed since; empty without git. */
    public static String commit(@Nullable Path home) {
        if (home == null) return "";
        try {
            String head = String.join("", Processes.run(List.of("git", "-C", home.toString(), "rev-parse", "--short", "HEAD"), Redirect.DISCARD).lines());
            boolean changed = !Processes.run(List.of("git", "-C", home.toString(), "status", "--porcelain", "--untracked-files=no", "--", ":!docs"),
                    Redirect.DISCARD).lines().isEmpty();
            return head + (changed ? "+" : "");
        } catch (Failed e) {
            return "";
        }
    }

    /** Measures one row in this process and prints it. */
    private void child() {
        Setting setting = setting();
        for (String kind : arguments.what()) {
            switch (kind) {
                case "ratios" -> {
                    for (Network network : arguments.chosen()) for (int threads : arguments.threads()) print(new Bench(arguments, setting).ratio(network, threads));
                }
                case "scaling" -> {
                    for (Network network : arguments.chosen()) print(new Bench(arguments, setting).scaling(network));
                }
                case "linearity" -> {
                    for (Decision decision : LayerTimes.decisions()) print(LayerTimes.linearity(decision, arguments, setting));
                }
                case "cold" -> new ColdStart(arguments, setting, forced(System.getProperty(Tier.TIER), System.getProperty(Tier.LANES))).measure().forEach(this::print);
                default -> throw new Invalid("there is no measurement '" + kind + "'");
            }
        }
    }

    private void print(Measurement m) {
        out.println(RESULT + Results.line(m));
        out.flush();
    }

    /** Processor, caches and system, in a line. */
    public static String machine() {
        int cores = Runtime.getRuntime().availableProcessors();
        String caches = Processor.caches();
        return Processor.name() + ", " + cores + (cores == 1 ? " core" : " cores") + (caches.isEmpty() ? "" : ", " + caches) + ", " + System.getProperty("os.name") + " "
                + System.getProperty("os.arch");
    }

    private Setting setting() {
        Tier tier = Tier.current();
        String versions = System.getProperty("java.vendor.version", "") + " " + System.getProperty("java.vm.name") + " " + Runtime.version() + ", ONNX Runtime "
                + OnnxRuntimePeer.installedVersion();
        boolean shipped = CostCache.ofUser().known(tier).origin().equals(CostModel.SHIPPED);
        if (shipped && arguments.calibrated()) throw new Failed("no rates were measured on this machine yet: lacewing doctor does that");
        return new Setting(tier.name(), tier.machine().lanes(), machine(), versions.strip(), System.getProperty(COMMIT, ""), shipped ? CostModel.SHIPPED : "measured on this machine",
                LocalDate.now(ZoneOffset.UTC).toString(), System.getProperty(COMMAND, ""));
    }
}
