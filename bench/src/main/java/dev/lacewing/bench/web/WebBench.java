package dev.lacewing.bench.web;

import dev.lacewing.bench.compare.Compare;
import dev.lacewing.bench.compare.Network.Opened;
import dev.lacewing.bench.compare.Processes;
import dev.lacewing.bench.report.Json;
import dev.lacewing.bench.report.Records;
import dev.lacewing.bench.web.Row.Times;
import dev.lacewing.emit.wasm.NodeProcess;
import dev.lacewing.error.LacewingException;
import dev.lacewing.error.LacewingException.Failed;
import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.error.LacewingException.Malformed;
import dev.lacewing.error.LacewingException.Unsupported;
import dev.lacewing.file.WholeFile;
import dev.lacewing.file.WholeFolder;
import dev.lacewing.web.WebExport;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** The command {@code bench/web}: see {@link Arguments#USAGE}. */
public final class WebBench {
    private static final int UNTIMED_MS = 100, WARM_UP_MS = 2000, QUICK_MS = 20;

    private final Arguments arguments;
    private final PrintStream out, err;
    private final Map<String, Row> rows = new LinkedHashMap<>();

    private WebBench(Arguments arguments, PrintStream out, PrintStream err) {
        this.arguments = arguments;
        this.out = out;
        this.err = err;
    }

    /** Ends the JVM with 0 (measured), 1 (failed, also if a row failed) or 2 (wrong arguments). */
    public static void main(String[] args) { System.exit(run(args, System.out, System.err)); }

    static int run(String[] args, PrintStream out, PrintStream err) {
        if (List.of(args).contains("--help") || List.of(args).contains("-h")) {
            out.print(Arguments.USAGE);
            return 0;
        }
        try {
            return new WebBench(Arguments.parse(args), out, err).all() ? 0 : 1;
        } catch (LacewingException e) {
            err.println("web: " + e.getMessage());
            return e instanceof Invalid ? 2 : 1;
        }
    }

    private boolean all() {
        Path folder = arguments.folder(), file = folder == null ? null : folder.resolve(Page.NAME + ".json");
        if (folder != null && !Files.isDirectory(folder)) throw new Invalid(folder + " is no folder");
        if (file != null && !arguments.fresh()) read(file);
        boolean ok = arguments.rebuild() || measure(file);
        Page page = new Page(List.copyOf(rows.values()));
        out.println("\n" + page.ratios());
        if (folder != null) out.println("written: " + page.write(folder));
        return ok;
    }

    private boolean measure(@Nullable Path file) {
        Path home = arguments.home();
        if (home == null) throw new Invalid("--home must name the clone");
        String machine = Compare.machine();
        for (Row row : rows.values())
            if (!row.machine().equals(machine)) throw new Invalid(file + " holds measurements of another machine (" + row.machine() + "): --fresh drops them, -o DIR writes elsewhere");
        boolean ok = true;
        Path peer = Engines.peer(home);
        for (Target target : Target.matching(arguments.networks())) {
            String missing = target.network().missing(arguments.handLandmark());
            if (missing != null) {
                err.println("note: " + missing);
                continue;
            }
            try {
                Path site = Files.createTempDirectory("lacewing-web-");
                try {
                    prepare(site, target, peer);
                    for (String place : arguments.where()) for (int threads : arguments.threads()) ok &= measured(target, place, threads, site, peer, machine, file);
                } finally {
                    Processes.delete(site);
                }
            } catch (Failed | Malformed | Unsupported e) {
                err.println("web: " + target.title() + " failed: " + e.getMessage());
                ok = false;
            } catch (IOException e) {
                throw new Failed("cannot use a temporary folder: " + e.getMessage(), e);
            }
        }
        return ok;
    }

    /** Whether the row was measured, or left out with a note. */
    private boolean measured(Target target, String place, int threads, Path site, Path peer, String machine, @Nullable Path file) {
        try {
            Row row = row(target, place, threads, site, peer, machine);
            if (row == null) return true;
            rows.put(row.key(), row);
            out.println(Page.sentence(row));
        } catch (Failed | Malformed e) {
            err.println("web: " + target.title() + " failed: " + e.getMessage());
            return false;
        }
        if (file != null) write(file);
        return true;
    }

    /** The export, the ONNX file, the peer and the scripts side by side. */
    private void prepare(Path site, Target target, Path peer) throws IOException {
        try (Opened opened = target.network().open(arguments.handLandmark(), arguments.quick())) {
            WholeFolder.write(site.resolve("net"), WebExport.files(opened.graph(), new WebExport.Settings(target.id(), false, false, null, List.of(), null, "bench").withThreads(Collections.max(arguments.threads()))));
            opened.save(site.resolve("model.onnx"));
        }
        Files.createDirectory(site.resolve("peer"));
        for (String name : List.of("ort.wasm.min.mjs", "ort-wasm-simd-threaded.mjs", "ort-wasm-simd-threaded.wasm")) Files.copy(peer.resolve(name), site.resolve("peer").resolve(name));
        for (String name : List.of("measure.js", "measure.html", "measure-node.mjs"))
            try (InputStream in = WebBench.class.getResourceAsStream(name)) {
                Files.copy(Objects.requireNonNull(in, name), site.resolve(name));
            }
        Files.writeString(site.resolve("relaxed-simd.mjs"), NodeProcess.relaxedSimd());
    }

    /** Null, and a note, where no such number of threads is to be had. */
    private @Nullable Row row(Target target, String place, int threads, Path site, Path peer, String machine) {
        String command = arguments.command(target, place, threads);
        err.println("measuring " + command + " ...");
        Json config = Json.object().put("threads", threads).put("turn", arguments.turn()).put("runs", arguments.runs()).put("untimedMs", arguments.quick() ? QUICK_MS : UNTIMED_MS)
                .put("warmUpMs", arguments.quick() ? QUICK_MS : WARM_UP_MS);
        List<Row> processes = new ArrayList<>();
        for (int p = 0; p < arguments.processes(); p++) {
            String text = place.equals("node") ? Engines.node(site, peer, config) : Engines.chromium(site, config);
            if (!(Json.read(text) instanceof Map<?, ?> report)) throw new Malformed("expected a report, got " + text);
            if (report.get("error") != null) throw new Failed(place + ": " + report.get("error"));
            if (!(report.get("ours") instanceof List<?> ours) || !(report.get("theirs") instanceof List<?> theirs)) {
                err.println("note: left out: " + report.get("note"));
                return null;
            }
            Times a = Times.of(ours), b = Times.of(theirs);
            double ratio = b.median() / a.median();
            processes.add(new Row(target.id(), place, threads, ratio, ratio, ratio, a, b, number(report, "difference"), number(report, "loadMs"), number(report, "firstMs"),
                    number(report, "compileMs"), (int) number(report, "moduleBytes"), (int) number(report, "weightBytes"), String.valueOf(report.get("variant")),
                    arguments.turn(), ours.size(), 1, engine(String.valueOf(report.get("engine"))), machine, "onnxruntime-web " + Engines.PEER_VERSION, Compare.commit(arguments.home()),
                    LocalDate.now(ZoneOffset.UTC).toString(), command));
        }
        return Row.of(processes);
    }

    /** Of a browser's long name for itself the part that tells. */
    private static String engine(String agent) { return agent.replaceFirst(".*(?:Headless)?Chrome/(\\d+)\\S*.*", "Chromium $1"); }

    private static double number(Map<?, ?> report, String name) { return report.get(name) instanceof Double d ? d : Double.NaN; }

    private void read(Path file) {
        if (!Files.exists(file)) return;
        try {
            if (!(Json.read(Files.readString(file)) instanceof List<?> list)) throw new Malformed(file + ": expected a JSON array");
            for (Object element : list) {
                if (!(element instanceof Map<?, ?> map)) throw new Malformed(file + ": expected a measurement, got " + element);
                Row row = Records.fromMap(Row.class, map);
                rows.put(row.key(), row);
            }
        } catch (IOException e) {
            throw new Failed(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** One row a line, so that a new measurement changes its own line only. */
    private void write(Path file) {
        StringJoiner lines = new StringJoiner(",\n", "[\n", "\n]\n");
        rows.values().forEach(row -> lines.add(Json.write(Records.toMap(row))));
        WholeFile.write(file, to -> to.write(lines.toString().getBytes(StandardCharsets.UTF_8)));
    }
}
