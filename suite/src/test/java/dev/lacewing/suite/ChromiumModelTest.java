package dev.lacewing.suite;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.ColorScheme;
import dev.lacewing.Model;
import dev.lacewing.Options;
import dev.lacewing.Session;
import dev.lacewing.bench.web.FolderServer;
import dev.lacewing.file.WholeFolder;
import dev.lacewing.graph.Graph;
import dev.lacewing.prune.Scope;
import dev.lacewing.sparse.Pattern;
import dev.lacewing.suite.Chromium.Tab;
import dev.lacewing.tensor.Tensor;
import dev.lacewing.web.WebExport;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whole networks in a real browser, through the exported JavaScript, in each kind of module: their outputs are those of the engine in this JVM. */
class ChromiumModelTest extends InChromium {
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

    /** All kinds of pictures have the same pixels here, and so the same answer; that of a video may have been through another colour space. */
    @Test
    void everyKindOfPicture() throws Exception {
        try (Site site = Site.of(folder, ZooModels.dense("mobilenet_v1"), false, Site.SIGNED, List.of()); Tab tab = chromium.open(site.address(), ColorScheme.LIGHT, 800)) {
            Map<?, ?> differences = (Map<?, ?>) tab.page().evaluate("""
                    async () => {
                      const {Lacewing, LacewingError, preprocess} = await import('./lacewing.js'), net = await Lacewing.load('./');
                      const width = 80, height = 60, canvas = Object.assign(document.createElement('canvas'), {width, height}), to = canvas.getContext('2d');
                      for (let x = 0; x < width; x += 8) for (let y = 0; y < height; y += 8) {
                        to.fillStyle = `rgb(${3 * x} ${4 * y} ${(x * y) % 251})`;
                        to.fillRect(x, y, 8, 8);
                      }
                      const samples = to.getImageData(0, 0, width, height), expected = (await net.run(samples)).data;
                      const url = URL.createObjectURL(await new Promise(resolve => canvas.toBlob(resolve)));
                      const loading = new Image(), loaded = new Image(), offscreen = new OffscreenCanvas(width, height), video = document.createElement('video');
                      loading.src = loaded.src = url;
                      await loaded.decode();
                      offscreen.getContext('2d').drawImage(canvas, 0, 0);
                      video.srcObject = canvas.captureStream();
                      video.muted = true;
                      document.body.append(canvas, video);
                      setInterval(() => to.putImageData(samples, 0, 0), 30);   // a stream has a frame for each change
                      await Promise.race([video.play(), new Promise((_, reject) => setTimeout(() => reject(new Error('no frame of the video')), 10000))]);
                      const kinds = {samples: {data: samples.data, width, height}, loading, loaded, canvas, offscreen, bitmap: await createImageBitmap(canvas), frame: new VideoFrame(canvas, {timestamp: 0}),
                        video, values: preprocess(canvas, net.preprocessing, ...net.inputs[0].shape.slice(1))}, differences = {};
                      for (const [kind, picture] of Object.entries(kinds)) differences[kind] = Math.max(...(await net.run(picture)).data.map((v, i) => Math.abs(v - expected[i])));
                      const broken = new Image(), failure = picture => net.run(picture).then(() => 'none', e => `${e instanceof LacewingError} ${e.message}`);
                      broken.src = 'data:image/png;base64,AAAA';
                      return {...differences, scale: Math.max(...expected.map(Math.abs)), broken: await failure(broken), empty: await failure(new Image())};
                    }""");
            double scale = ((Number) differences.get("scale")).doubleValue();
            for (String kind : List.of("samples", "loading", "loaded", "canvas", "offscreen", "bitmap", "frame", "values")) assertThat(((Number) differences.get(kind)).doubleValue()).as(kind).isZero();
            assertThat(((Number) differences.get("video")).doubleValue()).as("video").isLessThan(0.1 * scale);
            assertThat((String) differences.get("broken")).startsWith("true").contains("cannot be decoded");
            assertThat((String) differences.get("empty")).startsWith("true").contains("no pixels");
        }
    }

    /** A page that is not isolated has no shared memory; one whose policy forbids workers has no threads; each says so and runs. */
    @Test
    void whereThreadsAreNotToBeHad() throws Exception {
        WebExport.Settings settings = new WebExport.Settings("threads", false, false, Site.SIGNED, List.of(), null, "test").withThreads(2);
        String load = "async () => { const {Lacewing} = await import('./lacewing.js'), net = await Lacewing.load('./', {threads: 2}); "
                + "return [net.threads, net.threadsNote, (await net.run(new Float32Array(net.inputs[0].shape.reduce((a, b) => a * b)).fill(0.5))).data.join(' ')]; }";
        try (Site site = Site.of(folder, ZooModels.dense("mobilenet_v1"), settings)) {
            Files.writeString(folder.resolve("strict.html"), "<!DOCTYPE html><meta http-equiv=\"Content-Security-Policy\" content=\"worker-src 'none'\"><link rel=icon href=\"data:,\">");
            Files.writeString(folder.resolve("plain.html"), "<!DOCTYPE html><link rel=icon href=\"data:,\">");
            List<?> with, strict, alone;
            try (Tab tab = chromium.open(site.address(), ColorScheme.LIGHT, 800)) {
                tab.page().navigate(site.address() + "plain.html");
                with = (List<?>) tab.page().evaluate(load);
                tab.page().navigate(site.address() + "strict.html");
                strict = (List<?>) tab.page().evaluate(load);
                assertThat(tab.complaints()).allMatch(c -> c.contains("Content Security Policy"));
                tab.complaints().clear();
                tab.page().route("**/plain.html", route -> {
                    Map<String, String> headers = new HashMap<>(route.fetch().headers());
                    headers.keySet().removeIf(name -> name.startsWith("cross-origin-"));
                    route.fulfill(new Route.FulfillOptions().setHeaders(headers).setBody("<!DOCTYPE html><link rel=icon href=\"data:,\">"));
                });
                tab.page().navigate(site.address() + "plain.html");
                alone = (List<?>) tab.page().evaluate(load);
            }
            assertThat(with.subList(0, 2)).isEqualTo(List.of(2, ""));
            assertThat(strict.getFirst()).isEqualTo(1);
            assertThat((String) strict.get(1)).contains("worker-src blob:");
            assertThat(strict.getLast()).isEqualTo(with.getLast());
            assertThat(alone.getFirst()).isEqualTo(1);
            assertThat((String) alone.get(1)).contains("not cross-origin isolated", "lacewing serve-web");
        }
    }

    @Test
    void inAWorkerOfflineAndUnderAStrictPolicy() throws Exception {
        String load = "import('./lacewing.js').then(async ({Lacewing}) => { const net = await Lacewing.load('./'); const {data, width, height} = {data: new Uint8ClampedArray(4 * 50 * 40).fill(99), width: 50, height: 40}; "
                + "const samples = (await net.run({data, width, height})).data, canvas = new OffscreenCanvas(50, 40); canvas.getContext('2d').putImageData(new ImageData(data, 50, 40), 0, 0); "
                + "return [samples.length, (await net.run(await createImageBitmap(new ImageData(new Uint8ClampedArray(4 * 50 * 40).fill(255), 50, 40)))).data.length].join(' '); })";
        String failure = "() => import('./lacewing.js').then(({Lacewing, LacewingError}) => Lacewing.load('./').then(() => 'loaded', e => `${e instanceof LacewingError} ${e.message}`))";
        try (Site site = Site.of(folder, ZooModels.dense("mobilenet_v1"), false, Site.SIGNED, List.of())) {
            Files.writeString(folder.resolve("worker.js"), load + ".then(text => postMessage(text), e => postMessage(String(e)));");
            Files.writeString(folder.resolve("strict.html"), "<!DOCTYPE html><meta http-equiv=\"Content-Security-Policy\" content=\"script-src 'self'\"><link rel=icon href=\"data:,\">");
            try (Tab tab = chromium.open(site.address(), ColorScheme.LIGHT, 800)) {
                tab.page().locator("#input").waitFor();
                assertThat(tab.page().evaluate("() => new Promise(resolve => { new Worker('./worker.js', {type: 'module'}).onmessage = e => resolve(e.data); })")).isEqualTo("10 10");
                assertThat((String) tab.page().evaluate("""
                        () => new Promise(resolve => {
                          const code = `import('${location.origin}/lacewing.js').then(({Lacewing}) => Lacewing.load('./')).catch(e => postMessage(e.name + ' ' + e.message))`;
                          new Worker(URL.createObjectURL(new Blob([code], {type: 'text/javascript'}))).onmessage = e => resolve(e.data);
                        })""")).startsWith("LacewingError").contains("got './'", "a complete one");
                tab.context().setOffline(true);
                assertThat((String) tab.page().evaluate(failure)).startsWith("true cannot fetch").contains("manifest.json", "is the server there");
                tab.context().setOffline(false);
                assertThat(tab.page().evaluate(failure)).isEqualTo("loaded");
                tab.page().navigate(site.address() + "strict.html");
                assertThat((String) tab.page().evaluate(failure)).startsWith("true").contains(".wasm cannot be compiled", "'wasm-unsafe-eval'");
                assertThat(tab.complaints()).allMatch(c -> c.contains("Content Security Policy") || c.contains("ERR_INTERNET_DISCONNECTED"));
                tab.complaints().clear();
            }
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
