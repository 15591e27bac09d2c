package dev.lacewing.suite;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.options.ColorScheme;
import dev.lacewing.Model;
import dev.lacewing.Options;
import dev.lacewing.Session;
import dev.lacewing.file.WholeFolder;
import dev.lacewing.graph.Graph;
import dev.lacewing.prune.Scope;
import dev.lacewing.sparse.Pattern;
import dev.lacewing.suite.Chromium.Tab;
import dev.lacewing.tensor.Tensor;
import dev.lacewing.web.FolderServer;
import dev.lacewing.web.WebExport;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whole networks in a real browser, through the exported JavaScript, in each kind of module: their outputs are those of the engine in this JVM. */
class ChromiumModelTest {
    /** Runs the network twice on the values, in base64, and gives those of its output so. */
    private static final String RUN = """
            async ({variant, values}) => {
              const {Lacewing} = await import('./lacewing.js');
              const bytes = Uint8Array.from(atob(values), c => c.charCodeAt(0));
              const net = await Lacewing.load('./', {variant});
              await net.run(new Float32Array(bytes.length / 4).fill(NaN));
              const {data} = await net.run(new Float32Array(bytes.buffer));
              return btoa(Array.from(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), b => String.fromCharCode(b)).join(''));
            }""";

    private static final String RUN_THREADS = """
            async (values) => {
              const {Lacewing} = await import('./lacewing.js');
              const bytes = Uint8Array.from(atob(values), c => c.charCodeAt(0)), input = new Float32Array(bytes.buffer);
              const net = await Lacewing.load('./', {threads: 2});
              let data;
              for (let i = 0; i < 50; i++) data = (await net.run(input)).data;
              net.close();
              const text = btoa(Array.from(new Uint8Array(data.buffer), b => String.fromCharCode(b)).join(''));
              return [net.threads, net.threadsNote, text, (await Lacewing.load('./', {threads: 3})).threadsNote];
            }""";

    private static Chromium chromium;

    @TempDir
    private Path folder;

    @BeforeAll
    static void start() { chromium = Chromium.assumed(); }

    @AfterAll
    static void stop() { if (chromium != null) chromium.close(); }

    @ParameterizedTest
    @CsvSource({"mobilenet_v1, unstructured, relaxed, 1e-4", "mobilenet_v1, unstructured, simd, 1e-5", "mobilenet_v1, unstructured, scalar, 1e-5", "mobilenet_v1, 1x4, relaxed, 1e-4",
            "mobilenet_v2, dense, relaxed, 1e-4", "mobilenet_v3_small, 1x4, simd, 1e-5", "efficientnet_b0, unstructured, relaxed, 1e-4", "squeezenet, 1x4, relaxed, 1e-4",
            "resnet20, unstructured, relaxed, 1e-4"})
    void equalsTheJvm(String name, String pattern, String variant, double tolerance) throws Exception {
        Graph graph = pattern.equals("dense") ? ZooModels.dense(name) : ZooModels.pruned(name, Pattern.parse(pattern), Scope.POINTWISE);
        float[] input = new Draw(7).values(graph.inputs().getFirst().shape()).values(), expected = new float[graph.shape(graph.outputs().getFirst()).size()];
        try (Session session = new Model(graph).session(Options.defaults())) {
            session.run(new float[][] {input}, new float[][] {expected});
        }
        try (Site site = Site.of(folder, graph, false, Site.SIGNED, List.of()); Tab tab = chromium.open(site.address(), ColorScheme.LIGHT, 800)) {
            float[] got = floats(tab.page().evaluate(RUN, Map.of("variant", variant, "values", base64(input))).toString());
            List<Tensor> want = List.of(new Tensor(graph.shape(graph.outputs().getFirst()), expected));
            assertThat(Closeness.difference(graph.outputs(), want, new float[][] {got}, tolerance)).as("%s, %s, %s", name, pattern, variant).isEmpty();
        }
    }

    /** The page is cross-origin isolated, so threads may share memory. */
    @Test
    void twoThreads() throws Exception {
        Graph graph = ZooModels.dense("mobilenet_v1");
        float[] input = new Draw(7).values(graph.inputs().getFirst().shape()).values(), expected = new float[graph.shape(graph.outputs().getFirst()).size()];
        try (Session session = new Model(graph).session(Options.defaults())) {
            session.run(new float[][] {input}, new float[][] {expected});
        }
        Path exported = folder.resolve("threads");
        WholeFolder.write(exported, WebExport.files(graph, WebNode.settings(false).withThreads(2)));
        try (FolderServer server = Objects.requireNonNull(FolderServer.start(exported, 0)); Tab tab = chromium.open(server.address().toString(), ColorScheme.LIGHT, 800)) {
            List<?> got = (List<?>) tab.page().evaluate(RUN_THREADS, base64(input));
            assertThat(got.subList(0, 2)).isEqualTo(List.of(2, ""));
            List<Tensor> want = List.of(new Tensor(graph.shape(graph.outputs().getFirst()), expected));
            assertThat(Closeness.difference(graph.outputs(), want, new float[][] {floats(got.get(2).toString())}, Closeness.NETWORK)).isEmpty();
            assertThat(got.get(3).toString()).contains("2 threads instead of 3");
        }
    }

    private static String base64(float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (float v : values) bytes.putFloat(v);
        return Base64.getEncoder().encodeToString(bytes.array());
    }

    private static float[] floats(String base64) {
        ByteBuffer bytes = ByteBuffer.wrap(Base64.getDecoder().decode(base64)).order(ByteOrder.LITTLE_ENDIAN);
        float[] values = new float[bytes.remaining() / Float.BYTES];
        bytes.asFloatBuffer().get(values);
        return values;
    }
}
