package dev.lacewing.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.lacewing.bench.report.Json;
import dev.lacewing.emit.wasm.NodeProcess;
import dev.lacewing.file.WholeFolder;
import dev.lacewing.graph.Graph;
import dev.lacewing.web.WebExport;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A process of Node that runs exported networks by the JavaScript that is exported with them. */
final class WebNode implements AutoCloseable {
    /** System property: without Node, tests fail that else are left out. */
    private static final String REQUIRED = "lacewing.test.node";

    private static final int SECONDS = 120;

    private final Path folder;
    private final Process process;
    private final BufferedWriter to;
    private final BufferedReader from;
    private final Map<String, Object> answer = new HashMap<>();
    private @Nullable Path runtime;

    private WebNode(Path folder, Process process) {
        this.folder = folder;
        this.process = process;
        to = process.outputWriter(StandardCharsets.UTF_8);
        from = process.inputReader(StandardCharsets.UTF_8);
    }

    /**
     * Without Node, leaves the test out that calls, and says so.
     *
     * @param folder for the scripts and the networks' files
     */
    static WebNode start(Path folder) throws IOException {
        Path script = folder.resolve("run.mjs");
        try (InputStream in = Objects.requireNonNull(WebNode.class.getResourceAsStream("/web/run.mjs"))) {
            Files.copy(in, script);
        }
        Files.writeString(folder.resolve("relaxed-simd.mjs"), NodeProcess.relaxedSimd());
        try {
            return new WebNode(folder, new ProcessBuilder("node", script.toString()).redirectError(ProcessBuilder.Redirect.INHERIT).start());
        } catch (IOException e) {
            if (!Boolean.getBoolean(REQUIRED)) abort("this test needs Node: install the package nodejs");
            throw e;
        }
    }

    static WebExport.Settings settings(boolean halves) { return new WebExport.Settings("test", halves, false, null, List.of(), null, "test"); }

    /** Exports to a folder of that name. */
    Path export(String name, Graph graph, WebExport.Settings settings) {
        Path to = folder.resolve(name);
        WholeFolder.write(to, WebExport.files(graph, settings));
        if (runtime == null) runtime = to.resolve(WebExport.RUNTIME);   // one for all: Node keeps each that it has loaded
        return to;
    }

    /** The outputs of an exported network's second run; in the first all inputs are NaN. */
    float[][] run(Path exported, Graph graph, String variant, float[][] inputs) { return run(exported, graph, variant, 1, inputs); }

    float[][] run(Path exported, Graph graph, String variant, int threads, float[][] inputs) {
        int count = Arrays.stream(inputs).mapToInt(i -> i.length).sum();
        ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * count).order(ByteOrder.LITTLE_ENDIAN);
        for (float[] input : inputs) for (float v : input) bytes.putFloat(v);
        return run(exported, graph, bytes.array(), Json.object().put("variant", variant).put("threads", threads));
    }

    /** @param rgba samples of a picture */
    float[][] run(Path exported, Graph graph, byte[] rgba, int width, int height) {
        return run(exported, graph, rgba, Json.object().put("picture", Json.object().put("width", width).put("height", height)));
    }

    private float[][] run(Path exported, Graph graph, byte[] input, Json request) {
        try {
            Files.write(exported.resolve("in.bin"), input);
            ask(request.put("folder", exported).put("runtime", Objects.requireNonNull(runtime)));
            FloatBuffer all = ByteBuffer.wrap(Files.readAllBytes(exported.resolve("out.bin"))).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
            float[][] outputs = graph.outputs().stream().map(o -> new float[graph.shape(o).size()]).toArray(float[][]::new);
            for (float[] output : outputs) all.get(output);
            assertThat(all.hasRemaining()).as("more values than the outputs have").isFalse();
            return outputs;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the last network said about its threads. */
    Map<String, Object> answer() { return answer; }

    private void ask(Json request) throws IOException {
        to.write(request + "\n");
        to.flush();
        String line = CompletableFuture.supplyAsync(this::line).completeOnTimeout("", SECONDS, TimeUnit.SECONDS).join();
        if (line == null) throw new AssertionError("Node has ended with " + process.onExit().join().exitValue());
        if (line.isEmpty()) {
            process.destroyForcibly();
            throw new AssertionError("Node gives no answer in " + SECONDS + " seconds");
        }
        answer.clear();
        ((Map<?, ?>) Objects.requireNonNull(Json.read(line))).forEach((name, value) -> answer.put((String) name, value));
        Object error = answer.get("error");
        if (error != null) throw new AssertionError(error);
    }

    private @Nullable String line() {
        try {
            return from.readLine();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() { process.destroy(); }
}
