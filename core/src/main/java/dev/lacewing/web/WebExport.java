package dev.lacewing.web;

import dev.lacewing.emit.wasm.Features;
import dev.lacewing.emit.wasm.WasmModule;
import dev.lacewing.error.LacewingException.Unsupported;
import dev.lacewing.graph.Graph;
import dev.lacewing.json.JsonText;
import dev.lacewing.plan.LayerReport;
import dev.lacewing.plan.Plan;
import dev.lacewing.plan.Plan.Code;
import dev.lacewing.plan.Planner;
import dev.lacewing.program.Machine;
import dev.lacewing.tensor.Layout;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The files that run a network in a browser or in Node: manifest, weights, a module for each kind of engine, the JavaScript API, and a page. */
public final class WebExport {
    public static final String MANIFEST = "manifest.json", WEIGHTS = "weights.bin", RUNTIME = "lacewing.js", TYPES = "lacewing.d.ts", PACKAGE = "package.json";

    /** Those of the page that shows the network working; an npm package leaves them out. */
    public static final List<String> PAGE = List.of(SingleFile.PAGE, SingleFile.STYLE, SingleFile.MODULE, "page-input.js", "page-charts.js");

    /** Folder of the dense network, a complete export without the JavaScript. */
    public static final String DENSE = "dense/";

    /** Folder of the network for several threads, likewise. */
    public static final String THREADS = "threads/";

    private static final int FORMAT = 1;

    /** Bytes of a module that its functions' names may be part of: they are for profilers and debuggers only. */
    static final int MOST_NAMED = 24 << 10;

    /**
     * @param name for people
     * @param halves weights are stored in 16 bits
     * @param withDense adds the network with its zeros as numbers in {@link #DENSE}, to compare
     * @param picture null where the input is no picture
     * @param labels of the classes, in order; empty if unknown
     * @param npm name of the npm package, null for none
     * @param version of Lacewing
     * @param threads above 1 adds the network for so many threads in {@link #THREADS}
     */
    public record Settings(String name, boolean halves, boolean withDense, @Nullable PictureInput picture, List<String> labels, @Nullable String npm,
            String version, int threads) {
        /** For one thread. */
        public Settings(String name, boolean halves, boolean withDense, @Nullable PictureInput picture, List<String> labels, @Nullable String npm,
                String version) {
            this(name, halves, withDense, picture, labels, npm, version, 1);
        }

        public Settings withThreads(int count) { return new Settings(name, halves, withDense, picture, labels, npm, version, count); }
    }

    private WebExport() {}

    /**
     * @return content by file name
     * @throws Unsupported if the network has layers without a program, all of which are named, or needs too much memory
     */
    public static Map<String, byte[]> files(Graph graph, Settings settings) {
        Map<String, byte[]> files = new LinkedHashMap<>(network(graph, settings, false, 1));
        if (settings.withDense) network(graph, settings, true, 1).forEach((name, content) -> files.put(DENSE + name, content));
        if (settings.threads > 1) network(graph, settings, false, settings.threads).forEach((name, content) -> files.put(THREADS + name, content));
        files.put(RUNTIME, resource(RUNTIME));
        files.put(TYPES, resource(TYPES));
        if (settings.npm != null) files.put(PACKAGE, npmPackage(settings, settings.npm, files.keySet()));
        for (String name : PAGE) files.put(name, resource("page/" + name));
        return files;
    }

    /** Whether {@link #files} may give a file of that name. */
    public static boolean writes(String name) {
        String file = name.startsWith(DENSE) ? name.substring(DENSE.length()) : name.startsWith(THREADS) ? name.substring(THREADS.length()) : name;
        return List.of(MANIFEST, WEIGHTS, RUNTIME, TYPES, PACKAGE).contains(file) || PAGE.contains(file) || Stream.of(Features.values()).anyMatch(f -> file.equals(module(f)));
    }

    /** Whether this is the beginning of a page that {@link #files} or {@link #singleFile} gave. */
    public static boolean isPage(String html) { return html.contains("<meta name=\"generator\" content=\"lacewing export\">"); }

    private static String module(Features features) { return features.name().toLowerCase(Locale.ROOT) + ".wasm"; }

    /**
     * @param files of {@link #files}
     * @return one HTML file with all of them, which works from wherever it is opened, also from a disk
     * @throws Unsupported if they are larger together than engines take in one text
     */
    public static byte[] singleFile(Map<String, byte[]> files) { return SingleFile.of(files); }

    private static Map<String, byte[]> network(Graph graph, Settings settings, boolean dense, int threads) {
        Plan plan = Planner.plan(graph, Machine.WASM, threads, dense);
        refuseGaps(plan);
        MemoryMap map = MemoryMap.of(plan);
        boolean shared = threads > 1;
        List<MemoryMap.Function> functions = shared ? map.steps() : map.layers();
        Map<String, byte[]> files = new LinkedHashMap<>();
        Map<String, Object> modules = new LinkedHashMap<>();
        for (Features features : Features.values()) {
            String file = module(features);
            List<WasmModule.Layer> layers = functions.stream().map(MemoryMap.Function::calls).toList();
            byte[] module = module(features == Features.SCALAR ? Scalars.of(layers) : layers, features, shared);
            files.put(file, module);
            modules.put(features.name().toLowerCase(Locale.ROOT), described(file, module));
        }
        byte[] weights = WeightsFile.of(map, settings.halves);
        Map<String, @Nullable Object> manifest = new LinkedHashMap<>();
        manifest.put("format", FORMAT);
        manifest.put("generator", "lacewing " + settings.version);
        manifest.put("name", settings.name);
        manifest.put("inputs", plan.graph().inputs().stream().map(in -> port(map, in.name())).toList());
        manifest.put("outputs", plan.graph().outputs().stream().map(out -> port(map, out)).toList());
        manifest.put("memory", Map.of("pages", map.pages()));
        manifest.put("weights", described(WEIGHTS, weights));
        manifest.put("modules", modules);
        manifest.put("preprocessing", settings.picture == null ? null : settings.picture.json());
        manifest.put("labels", settings.labels);
        manifest.put("dense", settings.withDense && !dense);
        manifest.put("threads", threads(settings, dense, shared));
        manifest.put("layers", map.layers().stream().map(l -> layer(plan.layers().get(l.report()))).toList());
        if (shared) {
            List<Integer> reports = map.layers().stream().map(MemoryMap.Function::report).toList();
            manifest.put("steps", functions.stream().map(f -> reports.indexOf(f.report())).toList());
        }
        Map<String, byte[]> all = new LinkedHashMap<>();
        all.put(MANIFEST, utf8(JsonText.lines(manifest)));
        all.put(WEIGHTS, weights);
        all.putAll(files);
        return all;
    }

    /** With names where they do not make it too large. */
    private static byte[] module(List<WasmModule.Layer> layers, Features features, boolean shared) {
        byte[] named = WasmModule.of(layers, features, shared, true);
        return named.length <= MOST_NAMED ? named : WasmModule.of(layers, features, shared, false);
    }

    /** Where there are files for more. */
    private static @Nullable Map<String, Object> threads(Settings settings, boolean dense, boolean shared) {
        if (settings.threads == 1 || dense || shared) return null;
        Map<String, Object> threads = new LinkedHashMap<>();   // in this order
        threads.put("count", settings.threads);
        threads.put("folder", THREADS);
        return threads;
    }

    private static void refuseGaps(Plan plan) {
        Set<String> gaps = new LinkedHashSet<>();
        for (Plan.Step step : plan.steps())
            for (List<Plan.Call> share : step.shares())
                for (Plan.Call call : share)
                    if (call.code() instanceof Code.Plain) gaps.add(plan.layers().get(step.layer()).name() + " (" + plan.layers().get(step.layer()).op() + ")");
        if (!gaps.isEmpty())
            throw new Unsupported("these layers have no WebAssembly form: " + String.join(", ", gaps)
                    + ". Leave them out of the network, or compute them outside of it");
    }

    private static Map<String, Object> port(MemoryMap map, String value) {
        Plan plan = map.plan();
        Layout l = Objects.requireNonNull(plan.layouts().get(value));
        boolean flat = l.isContiguous(), wholePlanes = l.rowPitch() == l.width();
        Map<String, Object> port = new LinkedHashMap<>();
        port.put("name", value);
        port.put("shape", l.shape().dims());
        port.put("offset", map.arena() / 4 + plan.buffers().get(Objects.requireNonNull(plan.values().get(value))).offset() + l.origin());
        port.put("planes", flat ? 1 : l.images() * l.channels());
        port.put("rows", flat || wholePlanes ? 1 : l.height());
        port.put("run", flat ? l.shape().size() : wholePlanes ? l.height() * l.width() : l.width());
        port.put("planePitch", l.planePitch());
        port.put("rowPitch", l.rowPitch());
        return port;
    }

    private static Map<String, Object> layer(LayerReport report) {
        Map<String, Object> layer = new LinkedHashMap<>();
        layer.put("name", report.name());
        layer.put("op", report.op());
        layer.put("kernel", report.kernel());
        layer.put("sparsity", Math.round(report.sparsity() * 1e4) / 1e4);
        layer.put("multiplyAdds", report.multiplyAdds());
        layer.put("input", report.input().dims());
        layer.put("output", report.output().dims());
        return layer;
    }

    private static Map<String, Object> described(String file, byte[] content) {
        Map<String, Object> described = new LinkedHashMap<>();
        described.put("file", file);
        described.put("bytes", content.length);
        described.put("sha256", sha256(content));
        return described;
    }

    private static byte[] npmPackage(Settings settings, String npm, Set<String> files) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", npm);
        json.put("version", "1.0.0");
        json.put("description", "The network " + settings.name + ", compiled to WebAssembly by Lacewing");
        json.put("type", "module");
        json.put("main", "./" + RUNTIME);
        json.put("types", "./" + TYPES);
        Map<String, Object> exports = new LinkedHashMap<>();
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("types", "./" + TYPES);
        root.put("default", "./" + RUNTIME);
        exports.put(".", root);
        exports.put("./*", "./*");
        json.put("exports", exports);
        json.put("sideEffects", false);
        json.put("files", new ArrayList<>(files));
        return utf8(JsonText.lines(json));
    }

    private static byte[] resource(String name) {
        try (InputStream in = WebExport.class.getResourceAsStream(name)) {
            return Objects.requireNonNull(in, name).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] utf8(String text) { return text.getBytes(StandardCharsets.UTF_8); }
}
