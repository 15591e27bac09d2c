package dev.lacewing.suite;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Mouse;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.BoundingBox;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.MouseButton;
import dev.lacewing.Model;
import dev.lacewing.cli.Main;
import dev.lacewing.graph.Activation;
import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import dev.lacewing.graph.Value;
import dev.lacewing.prune.Scope;
import dev.lacewing.sparse.Pattern;
import dev.lacewing.suite.Chromium.Tab;
import dev.lacewing.tensor.Shape;
import dev.lacewing.tensor.Tensor;
import dev.lacewing.web.WebExport;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The page of an exported network, used as a person would: by clicks, by keys, with files, on a phone's width. Pictures of it stay in {@code target/screenshots}. */
class PageTest extends InChromium {
    private static final java.util.regex.Pattern NUMBER = java.util.regex.Pattern.compile("\\d+(\\.\\d+)?");

    @ParameterizedTest
    @CsvSource({"90, 60", "3000, 4000"})
    void aPictureGetsTheAnswerOfTheCommand(int width, int height) throws IOException {
        Graph graph = ZooModels.pruned("mobilenet_v1", new Pattern.Unstructured(), Scope.POINTWISE);
        Path picture = picture("cat.png", width, height), network = folder.resolve("net.onnx"), names = Files.write(folder.resolve("labels.txt"), labels());
        new Model(graph).save(network);
        StringWriter out = new StringWriter();
        assertThat(Main.run(new String[] {"run", network.toString(), "--image", picture.toString(), "--labels", names.toString(), "--mean", "127.5", "--std", "127.5"}, new PrintWriter(out),
                new PrintWriter(new StringWriter()))).isZero();
        try (Site site = Site.of(folder.resolve("site"), graph, false, Site.SIGNED, labels()); Tab tab = chromium.open(site.address(), ColorScheme.LIGHT, 1280)) {
            Page page = tab.page();
            page.locator("#input").waitFor();
            page.locator("#file").setInputFiles(picture);
            Locator bars = page.locator("#bars li");
            assertThat(bars).hasCount(5);
            List<String> lines = out.toString().lines().skip(1).toList();
            for (int i = 0; i < 5; i++) {
                assertThat(bars.nth(i).locator(".label")).hasText(java.util.regex.Pattern.compile("class .*"));
                String label = bars.nth(i).locator(".label").textContent(), share = bars.nth(i).locator(".value").textContent();
                assertThat(lines.get(i)).as("line %d of the command's answer, for %s %s", i, label, share).endsWith(label).contains(share.replace(" %", ""));
            }
            assertThat(page.locator("#picture-name")).hasText("cat.png, " + width + " × " + height);
            assertThat(page.locator("#latency")).hasText(NUMBER);
            assertThat(page.locator("#fps")).hasText(NUMBER);
            assertThat(page.locator("#engine")).containsText("relaxed SIMD");
            assertThat(page.locator("#spoken")).containsText("percent");
            tab.screenshot("picture-light-" + width);
        }
    }

    @Test
    void sparseBesideDenseAndLayerByLayer() throws IOException {
        Graph graph = ZooModels.pruned("mobilenet_v1", new Pattern.Block(4), Scope.POINTWISE);
        try (Site site = Site.of(folder, graph, true, Site.SIGNED, labels()); Tab tab = chromium.open(site.address(), ColorScheme.DARK, 1280)) {
            Page page = tab.page();
            page.locator("#sample").click();
            assertThat(page.locator("#bars li")).hasCount(5);
            String sparse = page.locator("#bars").textContent();
            page.getByText("Dense", new Page.GetByTextOptions().setExact(true)).click();
            assertThat(page.locator("#history rect.dense")).not().hasCount(0);
            assertThat(page.locator("#bars")).hasText(sparse);
            page.locator("#go").click();
            for (String variant : List.of("Sparse", "Dense")) {
                page.getByText(variant, new Page.GetByTextOptions().setExact(true)).click();
                tab.until("document.querySelectorAll('#history rect.%s').length > 30".formatted(variant.toLowerCase(Locale.ROOT)));   // a choice alone runs ten times
                assertThat(page.locator("#go")).hasAttribute("aria-pressed", "true");
            }
            page.locator("#compare").click();
            assertThat(page.locator("#go")).hasText("Run continuously");
            assertThat(page.locator("#gain")).hasText(NUMBER);
            assertThat(page.locator("#speed-note")).containsText("medians of");
            assertThat(page.locator("#speed-note")).containsText("dense " + page.locator("#latency").textContent() + " ms");
            page.locator("#profile").click();
            assertThat(page.locator("#layers-note")).containsText("layers,");
            assertThat(page.locator("#latency")).hasText(page.locator("#speed-note").textContent().replaceAll(".*dense (\\S+) ms.*", "$1"));
            assertThat(page.locator("#about")).containsText("A sparse network");
            assertThat(page.locator("#layers-list li .value").first()).hasText(java.util.regex.Pattern.compile("[\\d.]+ ms \\d+ %[\\d.]+ ms "));
            int layers = ((Number) page.evaluate("async () => (await (await fetch('manifest.json')).json()).layers.length")).intValue();
            assertThat(page.locator("#layers-list li")).hasCount(layers);
            assertThat(page.locator("#layers-list li:visible")).hasCount(12);
            page.locator("#layers-more").click();
            assertThat(page.locator("#layers-list li:visible")).hasCount(layers);
            page.locator("#layers-more").click();
            tab.screenshot("dense-dark-1280");
            page.setViewportSize(375, 900);
            assertThat(((Number) page.evaluate("[...document.querySelectorAll('#layers-list .label:not(.rest *)')].filter(e => e.scrollWidth > e.clientWidth).length")).intValue()).as("labels that are cut off").isZero();
            assertThat(((Number) page.evaluate("document.documentElement.scrollWidth - innerWidth")).intValue()).as("pixels beyond the edge").isZero();
            tab.screenshot("dense-dark-375");
        }
    }

    /** Else runs on the new picture would share the processor, and the result, with those that are timed. */
    @Test
    void inputsWaitForMeasurements() throws IOException {
        Graph graph = ZooModels.pruned("mobilenet_v1", new Pattern.Unstructured(), Scope.POINTWISE);
        try (Site site = Site.of(folder, graph, true, Site.SIGNED, labels()); Tab tab = chromium.open(site.address(), ColorScheme.LIGHT, 1280)) {
            Page page = tab.page();
            page.locator("#sample").click();
            assertThat(page.locator("#bars li")).hasCount(5);
            page.evaluate("""
                    async () => {
                      const {Lacewing} = await import('./lacewing.js'), {run} = Lacewing.prototype;
                      window.measured = new Set();
                      Lacewing.prototype.run = function(input) {
                        if (document.getElementById('compare').disabled && document.getElementById('speed-note').textContent.startsWith('Measuring')) window.measured.add(input);
                        return run.call(this, window.last = input);
                      };
                    }""");
            page.locator("#compare").click();
            assertThat(page.locator("#speed-note")).containsText("1 of");
            assertThat(page.locator("#variant")).hasAttribute("disabled", "");
            page.locator("#file").setInputFiles(picture("dog.png", 64, 64));
            assertThat(page.locator("#picture-name")).containsText("dog.png");
            assertThat(page.locator("#speed-note")).containsText("medians of");
            assertThat(page.evaluate("window.measured.size")).isEqualTo(1);
            assertThat(page.locator("#variant:disabled")).hasCount(0);
            tab.until("!measured.has(last)");   // then the new picture's turn comes
        }
    }

    /** As many as were exported; and as many as the dense network has, beside that. */
    @Test
    void threads() throws IOException {
        Graph graph = Corners.graph();
        WebExport.Settings settings = new WebExport.Settings("corners", false, true, Corners.GREY, Corners.NAMES, null, "test");
        String processors = "Object.defineProperty(navigator, 'hardwareConcurrency', {value: 8})";
        try (Site site = Site.of(folder, graph, settings.withThreads(5)); Tab tab = chromium.open(site.address(), ColorScheme.LIGHT, 1280, processors)) {
            Page page = tab.page();
            assertThat(page.locator("#engine")).containsText("5 threads");
            page.locator("#drawing").click();
            assertThat(page.locator("#bars li")).hasCount(Corners.NAMES.size());
            page.locator("#compare").click();
            assertThat(page.locator("#speed-note")).containsText("on 1 thread: medians of");
            assertThat(page.locator("#gain-title")).hasText("Faster than dense, 1 thread");
            page.locator("#profile").click();
            assertThat(page.locator("#layers-note")).containsText("on 1 thread;");
        }
        try (Site site = Site.of(folder.resolve("single"), graph, settings); Tab tab = chromium.open(site.address(), ColorScheme.LIGHT, 1280)) {
            assertThat(tab.page().locator("#engine")).containsText("1 thread");
            assertThat(tab.page().locator("#facts")).not().containsText("instead of");
        }
    }

    @Test
    void anotherTabAnotherAnswer() throws IOException {
        try (Site site = Corners.site(folder.resolve("corners")); Tab tab = chromium.open(site.address(), ColorScheme.LIGHT, 1280)) {
            Page page = tab.page();
            Locator bars = page.locator("#bars li");
            page.locator("#drawing").click(new Locator.ClickOptions().setPosition(30, 30));
            assertThat(bars).hasCount(Corners.NAMES.size());
            String drawn = page.locator("#bars").textContent();
            page.locator("#tab-picture").click();
            assertThat(bars).hasCount(0);
            page.locator("#tab-draw").click();
            assertThat(page.locator("#bars")).hasText(drawn);
            page.evaluate("window.dispatchEvent(new ClipboardEvent('paste', {clipboardData: new DataTransfer()}))");
            assertThat(page.locator("#failure")).containsText("What was pasted is no file");
            page.evaluate("""
                    async () => {
                      const canvas = Object.assign(document.createElement('canvas'), {width: 8, height: 8}), dataTransfer = new DataTransfer();
                      canvas.getContext('2d').fillRect(0, 0, 8, 8);
                      dataTransfer.items.add(new File([await new Promise(resolve => canvas.toBlob(resolve))], 'night.png', {type: 'image/png'}));
                      window.dispatchEvent(new DragEvent('drop', {dataTransfer, cancelable: true}));
                    }""");
            assertThat(page.locator("#tab-picture")).hasAttribute("aria-selected", "true");
            assertThat(page.locator("#picture-name")).containsText("night.png");
            assertThat(page.locator("#bars")).not().hasText(drawn);
            assertThat(page.locator("#failure")).isHidden();
        }
    }

    @Test
    void onlyOneFingerDraws() throws IOException {
        try (Site site = Corners.site(folder.resolve("corners")); Tab tab = chromium.open(site.address(), ColorScheme.LIGHT, 1280)) {
            Page page = tab.page();
            Locator drawing = page.locator("#drawing");
            drawing.click(new Locator.ClickOptions().setButton(MouseButton.RIGHT));
            page.evaluate("""
                    () => {
                      const drawing = document.getElementById('drawing'), box = drawing.getBoundingClientRect();
                      drawing.setPointerCapture = () => {};   // it knows real pointers only
                      delete PointerEvent.prototype.getCoalescedEvents;
                      window.touch = (type, pointerId, x, y) => drawing.dispatchEvent(new PointerEvent(type, {pointerId, isPrimary: pointerId === 1, clientX: box.x + x * box.width, clientY: box.y + y * box.height}));
                      window.ink = () => {
                        const reader = new OffscreenCanvas(28, 28).getContext('2d', {willReadFrequently: true});
                        reader.drawImage(drawing, 0, 0);
                        const {data} = reader.getImageData(0, 0, 28, 28);
                        return [0, 1, 2, 3].map(c => data[4 * ((c >> 1 ? 21 : 7) * 28 + (c & 1 ? 21 : 7))] > 0);
                      };
                    }""");
            assertThat(page.locator("#bars li")).hasCount(0);
            page.evaluate("touch('pointerdown', 1, 0.27, 0.27); touch('pointerdown', 2, 0.77, 0.77); touch('pointermove', 2, 0.27, 0.77); touch('pointerup', 2, 0.27, 0.77); touch('pointermove', 1, 0.77, 0.27)");
            assertThat(page.evaluate("ink()")).isEqualTo(List.of(true, true, false, false));
            page.evaluate("touch('pointerup', 1, 0.77, 0.27); touch('pointermove', 1, 0.77, 0.77)");
            assertThat(page.evaluate("ink()")).isEqualTo(List.of(true, true, false, false));
            assertThat(page.locator("#bars li .label").first()).hasText(java.util.regex.Pattern.compile("top .*"));
        }
    }

    /** Without what browsers got in the last years only. */
    @Test
    void inAnOlderBrowser() throws IOException {
        String older = "delete window.OffscreenCanvas; for (const name of Object.getOwnPropertyNames(Element.prototype)) if (name.startsWith('aria')) delete Element.prototype[name];";
        try (Site site = Corners.site(folder.resolve("corners")); Tab tab = chromium.open(site.address(), ColorScheme.LIGHT, 1280, older)) {
            Page page = tab.page();
            page.locator("#drawing").click();
            assertThat(page.locator("#bars li")).hasCount(Corners.NAMES.size());
            page.locator("#erase").click();
            assertThat(page.locator("#erase")).hasAttribute("aria-pressed", "true");
            page.locator("#drawing").click();
            page.locator("#go").click();
            assertThat(page.locator("#go")).hasAttribute("aria-pressed", "true");
            page.locator("#tab-picture").click();
            page.locator("#sample").click();
            assertThat(page.locator("#bars li")).hasCount(Corners.NAMES.size());
            assertThat(page.locator("#bars .track").first()).hasAttribute("aria-hidden", "true");
        }
    }

    /** As WCAG 2.1 demands: 4.5 for text, 3 for what is drawn. */
    @ParameterizedTest
    @EnumSource(names = {"LIGHT", "DARK"})
    void contrast(ColorScheme scheme) throws IOException {
        try (Site site = Site.of(folder, ZooModels.dense("mobilenet_v1"), true, Site.SIGNED, labels()); Tab tab = chromium.open(site.address(), scheme, 1280)) {
            Page page = tab.page();
            page.locator("#sample").click();
            assertThat(page.locator("#bars li")).hasCount(5);
            page.getByText("Dense", new Page.GetByTextOptions().setExact(true)).click();
            assertThat(page.locator("#history rect.dense")).not().hasCount(0);
            List<?> low = (List<?>) page.evaluate("""
                    () => {
                      const rgb = text => text.match(/[\\d.]+/g).map(Number);
                      const luminance = colour => colour.slice(0, 3).map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4).reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
                      const behind = element => { const colour = rgb(getComputedStyle(element).backgroundColor); return colour[3] === 0 ? behind(element.parentElement) : colour; };
                      const check = (selector, property, back, least) => [...document.querySelectorAll(selector)].map(element => {
                        const style = getComputedStyle(element), ground = behind(back(element)), opacity = Number(style.opacity);
                        const pair = [luminance(rgb(style[property]).slice(0, 3).map((v, i) => opacity * v + (1 - opacity) * ground[i])), luminance(ground)].sort((a, b) => b - a);
                        const contrast = (pair[0] + 0.05) / (pair[1] + 0.05);
                        return contrast < least ? `${selector} ${contrast}` : null;
                      }).filter(Boolean);
                      const own = element => element, parent = element => element.parentElement;
                      return [...check('.chips li, .soft, button:not([hidden]), .bars .label, dt, dd, small, h2, .switch span', 'color', own, 4.5),
                        ...check('.track i', 'backgroundColor', parent, 3), ...check('.history rect', 'fill', parent, 3)];
                    }""");
            assertThat(low).isEmpty();
        }
    }

    @Test
    void aDrawingByMouse() throws IOException {
        try (Site site = Corners.site(folder.resolve("corners")); Tab tab = chromium.open(site.address(), ColorScheme.LIGHT, 1280)) {
            Page page = tab.page();
            assertThat(page.locator("#tab-draw")).hasAttribute("aria-selected", "true");
            BoundingBox box = page.locator("#drawing").boundingBox();
            Locator first = page.locator("#bars li .label").first();
            for (int corner : new int[] {1, 2, 3, 0}) {
                double x = box.x + box.width * (corner % 2 == 0 ? 0.15 : 0.65), y = box.y + box.height * (corner / 2 == 0 ? 0.15 : 0.65);
                page.mouse().move(x, y);
                page.mouse().down();
                page.mouse().move(x + box.width * 0.2, y + box.height * 0.2, new Mouse.MoveOptions().setSteps(5));
                page.mouse().up();
                assertThat(first).hasText(Corners.NAMES.get(corner));
                if (corner == 1) tab.screenshot("drawing-light-1280");
                page.locator("#clear").click();
                assertThat(page.locator("#bars li")).hasCount(0);
            }
        }
    }

    @Test
    void everythingByKeys() throws IOException {
        try (Site site = Corners.site(folder.resolve("corners")); Tab tab = chromium.open(site.address(), ColorScheme.DARK, 375)) {
            Page page = tab.page();
            tabTo(page, "tab-draw");
            tabTo(page, "drawing");
            for (int i = 0; i < 9; i++) page.keyboard().press("ArrowDown");
            for (int i = 0; i < 4; i++) page.keyboard().press("ArrowRight");
            page.keyboard().press(" ");
            for (int i = 0; i < 6; i++) page.keyboard().press("ArrowRight");
            assertThat(page.locator("#bars li .label").first()).hasText("bottom right");
            tab.screenshot("drawing-dark-375");
            page.keyboard().press("Delete");
            assertThat(page.locator("#bars li")).hasCount(0);
            page.keyboard().press("Shift+Tab");
            page.keyboard().press("ArrowRight");
            assertThat(page.locator("#tab-picture")).isFocused();
            assertThat(page.locator("#panel-picture")).isVisible();
            assertThat(page.locator("#panel-draw")).isHidden();
            page.keyboard().press("End");
            assertThat(page.locator("#tab-camera")).isFocused();
            page.keyboard().press("ArrowRight");
            assertThat(page.locator("#tab-draw")).isFocused();
            page.keyboard().press("End");
            page.keyboard().press("Home");
            assertThat(page.locator("#tab-draw")).isFocused();
            page.keyboard().press("ArrowRight");
            tabTo(page, "sample");
            page.keyboard().press("Enter");
            assertThat(page.locator("#bars li")).hasCount(Corners.NAMES.size());
            tabTo(page, "go");
            page.keyboard().press("Enter");
            assertThat(page.locator("#go")).hasText("Stop");
            page.keyboard().press("Enter");
            assertThat(page.locator("#go")).hasText("Run continuously");
            tabTo(page, "profile");
            page.keyboard().press("Enter");
            assertThat(page.locator("#layers-list li")).not().hasCount(0);
        }
    }

    @Test
    void theCamera() throws IOException {
        Graph graph = ZooModels.dense("mobilenet_v1");
        try (Site site = Site.of(folder, graph, false, Site.SIGNED, labels()); Tab tab = chromium.open(site.address(), ColorScheme.DARK, 375)) {
            Page page = tab.page();
            assertThat(page.locator("#about")).hasText("A network in your browser. Pictures stay on this device.");
            page.locator("#tab-camera").click();
            page.locator("#camera").click();
            assertThat(page.locator("#bars li")).hasCount(5);
            assertThat(page.locator("#fps")).hasText(NUMBER);
            tab.screenshot("camera-dark-375");
            page.evaluate("window.track = document.getElementById('video').srcObject.getVideoTracks()[0]");
            page.locator("#tab-picture").click();
            assertThat(page.locator("#bars li")).hasCount(0);
            assertThat((Boolean) page.evaluate("document.getElementById('video').srcObject === null")).isTrue();
            assertThat(page.evaluate("window.track.readyState")).isEqualTo("ended");
        }
    }

    /** Its permission may take long, and meanwhile the page goes on. */
    @Test
    void aCameraThatComesLateOrGoes() throws IOException {
        String slow = """
                const media = navigator.mediaDevices, real = media.getUserMedia.bind(media);
                window.streams = [];
                media.getUserMedia = async wanted => {
                  const stream = await real(wanted);
                  streams.push(stream);
                  await new Promise(resolve => setTimeout(resolve, 400));
                  return stream;
                };""";
        String states = "streams.map(stream => stream.getTracks()[0].readyState)";
        try (Site site = Corners.site(folder.resolve("corners")); Tab tab = chromium.open(site.address(), ColorScheme.DARK, 375, slow)) {
            Page page = tab.page();
            page.locator("#tab-camera").click();
            page.locator("#camera").click();
            assertThat(page.locator("#camera")).isDisabled();
            page.locator("#tab-picture").click();
            tab.until(states + "[0] === 'ended'");
            page.locator("#tab-camera").click();
            assertThat(page.locator("#camera")).hasText("Start the camera");
            page.locator("#camera").click();
            assertThat(page.locator("#camera")).hasText("Stop the camera");
            assertThat(page.locator("#bars li")).hasCount(Corners.NAMES.size());
            assertThat(page.evaluate(states)).isEqualTo(List.of("ended", "live"));
            page.evaluate("streams[1].getTracks()[0].dispatchEvent(new Event('ended'))");   // as when it is unplugged
            assertThat(page.locator("#camera")).hasText("Start the camera");
            assertThat(page.locator("#bars li")).hasCount(0);
            assertThat(page.evaluate(states)).isEqualTo(List.of("ended", "ended"));
            assertThat(page.locator("#failure")).isHidden();
        }
    }

    @Test
    void oneFileFromADisk() throws IOException {
        Graph graph = ZooModels.pruned("mobilenet_v1", new Pattern.Unstructured(), Scope.POINTWISE);
        try (Site site = Site.of(folder.resolve("site"), graph, true, Site.SIGNED, labels())) {
            Path file = Files.write(folder.resolve("net.html"), WebExport.singleFile(site.files()));
            Path picture = picture("dog.png", 64, 64);
            try (Tab tab = chromium.open(file.toUri().toString(), ColorScheme.LIGHT, 375); Tab served = chromium.open(site.address(), ColorScheme.LIGHT, 375)) {
                for (Page page : List.of(tab.page(), served.page())) {
                    page.locator("#input").waitFor();
                    page.locator("#file").setInputFiles(picture);
                    assertThat(page.locator("#bars li")).hasCount(5);
                    page.getByText("Dense", new Page.GetByTextOptions().setExact(true)).click();
                    assertThat(page.locator("#history rect.dense")).not().hasCount(0);
                }
                assertThat(tab.page().locator("#bars").textContent()).isEqualTo(served.page().locator("#bars").textContent());
                assertThat(((Number) tab.page().evaluate("document.documentElement.scrollWidth - innerWidth")).intValue()).as("pixels beyond the edge").isZero();
                tab.screenshot("file-light-375");
            }
        }
    }

    @Test
    void aNetworkThatTakesNoPicture() throws IOException {
        Value input = new Value("x", Shape.of(1, 6));
        Graph graph = new Graph("numbers", List.of(input), List.of(new Node("fc", new Op.Gemm(new Draw(1).values(Shape.of(3, 6)), Tensor.zeros(3), Activation.NONE), List.of("x"), "y")), List.of("y"), Map.of());
        try (Site site = Site.of(folder, graph, false, null, List.of()); Tab tab = chromium.open(site.address(), ColorScheme.LIGHT, 800)) {
            assertThat(tab.page().locator("#outputs tbody tr")).hasCount(1);
            assertThat(tab.page().locator("#waiting")).containsText("(1×6), so it is run on noise");
            assertThat(tab.page().locator("#bars li")).hasCount(0);
            assertThat(tab.page().locator("#input")).isHidden();
        }
    }

    @Test
    void whatComesFromNoiseIsNoAnswer() throws IOException {
        try (Site site = Corners.site(folder.resolve("corners")); Tab tab = chromium.open(site.address(), ColorScheme.LIGHT, 1280)) {
            Page page = tab.page();
            page.locator("#go").click();
            assertThat(page.locator("#waiting")).containsText("Run on noise");
            assertThat(page.locator("#fps")).hasText(NUMBER);
            assertThat(page.locator("#bars li")).hasCount(0);
            page.locator("#drawing").click();
            assertThat(page.locator("#bars li")).hasCount(Corners.NAMES.size());
            assertThat(page.locator("#waiting")).isHidden();
            page.locator("#clear").click();
            assertThat(page.locator("#waiting")).hasText("Waiting for an input.");
            assertThat(page.locator("#facts")).not().containsText("--threads");
        }
    }

    /** Else the places of a hand would be the shares of classes. */
    @Test
    void numbersWithoutNamesAreScoresOnlyIfTheyAreProbabilities() throws IOException {
        Graph scores = Corners.graph();
        List<Node> nodes = Stream.concat(scores.nodes().stream(), Stream.of(new Node("softmax", new Op.Softmax(1), List.of("y"), "p"))).toList();
        Graph probabilities = new Graph("probabilities", scores.inputs(), nodes, List.of("p"), Map.of());
        for (Graph graph : List.of(scores, probabilities)) {
            boolean classes = graph == probabilities;
            try (Site site = Site.of(folder.resolve(graph.name()), graph, false, Corners.GREY, List.of()); Tab tab = chromium.open(site.address(), ColorScheme.LIGHT, 800)) {
                tab.page().locator("#drawing").click();
                assertThat(tab.page().locator(classes ? "#bars li" : "#outputs tbody tr")).hasCount(classes ? 4 : 1);
                assertThat(tab.page().locator(classes ? "#outputs tbody tr" : "#bars li")).hasCount(0);
            }
        }
    }

    /** One that makes pictures larger shows them. */
    @Test
    void aNetworkThatGivesPictures() throws IOException {
        Graph graph = new Graph("larger", List.of(new Value("x", Shape.of(1, 1, 8, 8))),
                List.of(new Node("up", new Op.Resize(16, 16, 2, 2, Op.ResizeMode.NEAREST, Op.Coordinates.ASYMMETRIC, Op.NearestMode.FLOOR), List.of("x"), "y")), List.of("y"), Map.of());
        try (Site site = Site.of(folder, graph, false, Corners.GREY, List.of()); Tab tab = chromium.open(site.address(), ColorScheme.DARK, 375)) {
            Page page = tab.page();
            assertThat(page.locator("#tab-picture")).hasAttribute("aria-selected", "true");
            page.keyboard().press("Tab");
            assertThat(page.locator("#tab-picture")).isFocused();
            page.keyboard().press("ArrowRight");
            assertThat(page.locator("#tab-draw")).isFocused();
            page.locator("#drawing").click();
            assertThat(page.locator("#output-picture")).containsText("The output, 16 × 16");
            String lit = "() => { const canvas = document.querySelector('#output-picture canvas'), {data} = canvas.getContext('2d').getImageData(0, 0, 16, 16); "
                    + "return [canvas.width, data[4 * (16 * 8 + 8)] > 100, data[0], data[3]].join(' '); }";
            assertThat(page.evaluate(lit)).isEqualTo("16 true 0 255");
            assertThat(page.locator("#outputs tbody tr")).hasCount(1);
            page.locator("#tab-picture").click();
            assertThat(page.locator("#output-picture")).isHidden();
            page.locator("#sample").click();
            assertThat(page.locator("#output-picture")).isVisible();
            tab.screenshot("output-dark-375");
        }
    }

    /** Browsers run no modules from a disk; the page itself says what to do. */
    @Test
    void aFolderOpenedFromADisk() throws IOException {
        try (Site site = Corners.site(folder.resolve("corners")); Tab tab = chromium.open(site.folder().resolve("index.html").toUri().toString(), ColorScheme.LIGHT, 375)) {
            assertThat(tab.page().locator("#progress-text")).containsText("lacewing serve-web");
            tab.page().waitForTimeout(1100);
            assertThat(tab.page().locator("#progress-text")).isVisible();
            assertThat(tab.page().locator("#progress")).isHidden();
            tab.screenshot("disk-light-375");
            tab.complaints().clear();
        }
    }

    /** Moves the focus forward until it is there. */
    private static void tabTo(Page page, String id) {
        page.locator("#answer").waitFor();
        for (int i = 0; i < 30; i++) {
            page.keyboard().press("Tab");
            if (id.equals(page.evaluate("document.activeElement.id"))) return;
        }
        throw new AssertionError("the focus never reaches #" + id);
    }

    private static List<String> labels() { return IntStream.range(0, 10).mapToObj(i -> "class " + (char) ('a' + i)).toList(); }

    private Path picture(String name, int width, int height) throws IOException {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Random random = new Random(5);
        for (int y = 0; y < height; y++) for (int x = 0; x < width; x++) image.setRGB(x, y, x * 255 / width << 16 | y * 255 / height << 8 | random.nextInt(256));
        Path file = folder.resolve(name);
        ImageIO.write(image, "png", file.toFile());
        return file;
    }
}
