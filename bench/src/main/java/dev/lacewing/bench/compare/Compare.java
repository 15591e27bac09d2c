package dev.lacewing.bench.compare;

import dev.lacewing.bench.OnnxRuntimePeer;
import dev.lacewing.bench.Processor;
import dev.lacewing.bench.compare.Measurement.Cold;
import dev.lacewing.bench.compare.Measurement.Linearity;
import dev.lacewing.bench.compare.Measurement.Ratio;
import dev.lacewing.bench.compare.Measurement.Scaling;
import dev.lacewing.bench.compare.Measurement.Setting;
import dev.lacewing.bench.report.Json;
import dev.lacewing.emit.Tier;
import dev.lacewing.error.LacewingException;
import dev.lacewing.error.LacewingException.Failed;
import dev.lacewing.error.LacewingException.Invalid;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The command {@code bench/compare}: see {@link Arguments#USAGE}. */
public final class Compare {
    private static final String RESULT = "RESULT ", COMMIT = "lacewing.commit", COMMAND = "lacewing.command";
    private static final List<Integer> BLOCK_ROWS = List.of(1, 4, 8);

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

    /** Every row in a process of its own. A row that fails is told and left as it was. */
    private boolean all() {
        Path folder = arguments.folder(), file = folder == null ? null : folder.resolve(Page.NAME + ".json");
        if (folder != null && !Files.isDirectory(folder)) throw new Invalid(folder + " is no folder");
        Results results = file == null ? new Results() : Results.read(file);
        boolean ok = true;
        if (!arguments.rebuild()) for (Row row : rows()) {
            err.printf(Locale.ROOT, "measuring %s ...%n", arguments.command(row.kind, row.network, row.tier, row.lanes).substring("bench/compare ".length()));
            try {
                for (String line : Processes.run(Processes.java(Compare.class, true, properties(row), arguments.childArguments(row.kind, row.network))).lines()) {
                    if (!line.startsWith(RESULT)) continue;
                    Measurement m = Results.measurement(Json.read(line.substring(RESULT.length())));
                    results.put(m);
                    out.println(Page.sentence(m));
                }
            } catch (Failed e) {
                err.println("compare: this row failed: " + e.getMessage());
                ok = false;
            }
            if (file != null) results.write(file);
        }
        Page page = new Page(results);
        out.println("\n" + page.summary());
        if (folder != null) out.println("written: " + page.write(folder));
        return ok;
    }

    private record Row(String kind, @Nullable Network network, String tier, String lanes) {}

    private List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        for (String tier : arguments.tiers().isEmpty() ? List.of("") : arguments.tiers())
            for (String lanes : arguments.lanes().isEmpty() ? List.of("") : arguments.lanes())
                for (String kind : arguments.what()) for (Network network : networks(kind)) rows.add(new Row(kind, network, tier, lanes));
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
        List<String> properties = new ArrayList<>(forced(row.tier, row.lanes));
        properties.add("-D" + COMMIT + "=" + commit());
        properties.add("-D" + COMMAND + "=" + arguments.command(row.kind, row.network, row.tier, row.lanes));
        return properties;
    }

    private static List<String> forced(@Nullable String tier, @Nullable String lanes) {
        List<String> forced = new ArrayList<>();
        if (tier != null && !tier.isEmpty()) forced.add("-D" + Tier.TIER + "=" + tier);
        if (lanes != null && !lanes.isEmpty()) forced.add("-D" + Tier.LANES + "=" + lanes);
        return forced;
    }

    /** Short name of the commit in the clone, with a + if files were changed since; empty without git. */
    private String commit() {
        Path home = arguments.home();
        if (home == null) return "";
        try {
            String head = String.join("", Processes.run(List.of("git", "-C", home.toString(), "rev-parse", "--short", "HEAD"), ProcessBuilder.Redirect.DISCARD).lines());
            boolean changed = !Processes.run(List.of("git", "-C", home.toString(), "status", "--porcelain", "--untracked-files=no", "--", ":!docs"),
                    ProcessBuilder.Redirect.DISCARD).lines().isEmpty();
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
                    for (int rows : BLOCK_ROWS) print(LayerTimes.linearity(rows, arguments, setting));
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

    private static Setting setting() {
        Tier tier = Tier.current();
        int cores = Runtime.getRuntime().availableProcessors();
        String caches = Processor.caches(), commit = System.getProperty(COMMIT, "");
        String machine = Processor.name() + ", " + cores + (cores == 1 ? " core" : " cores") + (caches.isEmpty() ? "" : ", " + caches) + ", " + System.getProperty("os.name") + " "
                + System.getProperty("os.arch");
        String versions = System.getProperty("java.vendor.version", "") + " " + System.getProperty("java.vm.name") + " " + Runtime.version() + ", ONNX Runtime "
                + OnnxRuntimePeer.installedVersion() + ", Lacewing" + (commit.isEmpty() ? "" : " at " + commit);
        return new Setting(tier.name(), tier.machine().lanes(), machine, versions.strip(), LocalDate.now(ZoneOffset.UTC).toString(), System.getProperty(COMMAND, ""));
    }
}
