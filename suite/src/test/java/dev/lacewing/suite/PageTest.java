package dev.lacewing.suite;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Mouse;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.BoundingBox;
import com.microsoft.playwright.options.ColorScheme;
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
import dev.lacewing.web.PictureInput;
import dev.lacewing.web.WebExport;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page of an exported network, used as a person would: by clicks, by keys, with files, on a phone's width. Pictures of it stay in {@code target/screenshots}. */
class PageTest {
    private static final int SIDE = 28;
    private static final List<String> CORNERS = List.of("top left", "top right", "bottom left", "bottom right");
    private static final java.util.regex.Pattern NUMBER = java.util.regex.Pattern.compile("\\d+(\\.\\d+)?");

    private static Chromium chromium;

    @TempDir
    private Path folder;

    @BeforeAll
    static void start() { chromium = Chromium.assumed(); }

    @AfterAll
    static void stop() { if (chromium != null) chromium.close(); }

    @Test
    void aPictureGetsTheAnswerOfTheCommand() throws IOException {
        Graph graph = ZooModels.pruned("mobilenet_v1", new Pattern.Unstructured(), Scope.POINTWISE);
        Path picture = picture("cat.png", 90, 60), network = folder.resolve("net.onnx"), names = Files.write(folder.resolve("labels.txt"), labels());
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
            assertThat(page.locator("#picture-name")).hasText("cat.png, 90 × 60");
            assertThat(page.locator("#latency")).hasText(NUMBER);
            assertThat(page.locator("#fps")).hasText(NUMBER);
            assertThat(page.locator("#engine")).containsText("relaxed SIMD");
            assertThat(page.locator("#spoken")).containsText("percent");
            tab.screenshot("picture-light-1280");
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
            page.locator("#compare").click();
            assertThat(page.locator("#gain")).hasText(NUMBER);
            assertThat(page.locator("#speed-note")).containsText("medians of");
            page.locator("#profile").click();
            assertThat(page.locator("#layers-note")).containsText("layers,");
            int layers = ((Number) page.evaluate("async () => (await (await fetch('manifest.json')).json()).layers.length")).intValue();
            assertThat(page.locator("#layers-list li")).hasCount(layers);
            assertThat(page.locator("#layers-list li:visible")).hasCount(12);
            page.locator("#layers-more").click();
            assertThat(page.locator("#layers-list li:visible")).hasCount(layers);
            page.locator("#layers-more").click();
            tab.screenshot("dense-dark-1280");
        }
    }

    @Test
    void aDrawingByMouse() throws IOException {
        try (Site site = corners(); Tab tab = chromium.open(site.address(), ColorScheme.LIGHT, 1280)) {
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
                assertThat(first).hasText(CORNERS.get(corner));
                if (corner == 1) tab.screenshot("drawing-light-1280");
                page.locator("#clear").click();
                assertThat(page.locator("#bars li")).hasCount(0);
            }
        }
    }

    @Test
    void everythingByKeys() throws IOException {
        try (Site site = corners(); Tab tab = chromium.open(site.address(), ColorScheme.DARK, 375)) {
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
            tabTo(page, "sample");
            page.keyboard().press("Enter");
            assertThat(page.locator("#bars li")).hasCount(CORNERS.size());
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
            page.locator("#tab-camera").click();
            page.locator("#camera").click();
            assertThat(page.locator("#bars li")).hasCount(5);
            assertThat(page.locator("#fps")).hasText(NUMBER);
            tab.screenshot("camera-dark-375");
            page.locator("#tab-picture").click();
            assertThat(page.locator("#bars li")).hasCount(0);
            assertThat((Boolean) page.evaluate("document.getElementById('video').srcObject === null")).isTrue();
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
    void whatGoesWrongIsSaid() throws IOException {
        try (Site site = corners()) {
            try (Tab tab = chromium.open(site.address(), ColorScheme.LIGHT, 800)) {
                tab.page().locator("#tab-picture").click();
                tab.page().locator("#file").setInputFiles(Files.writeString(folder.resolve("notes.txt"), "no picture"));
                assertThat(tab.page().locator("#failure")).containsText("notes.txt is no picture");
                tab.page().locator("#sample").click();
                assertThat(tab.page().locator("#failure")).isHidden();
            }
            byte[] weights = Files.readAllBytes(site.folder().resolve(WebExport.WEIGHTS));
            weights[weights.length / 2] ^= 1;
            Files.write(site.folder().resolve(WebExport.WEIGHTS), weights);
            try (Tab tab = chromium.open(site.address(), ColorScheme.LIGHT, 800)) {
                assertThat(tab.page().locator("#failure")).containsText("SHA-256");
                assertThat(tab.page().locator("#input")).isHidden();
            }
            Files.delete(site.folder().resolve(WebExport.WEIGHTS));
            try (Tab tab = chromium.open(site.address(), ColorScheme.LIGHT, 800)) {
                assertThat(tab.page().locator("#failure")).containsText("the server answers 404");
                assertThat(tab.complaints()).allMatch(c -> c.contains("404"));
                tab.complaints().clear();
            }
        }
    }

    @Test
    void aNetworkThatTakesNoPicture() throws IOException {
        Value input = new Value("x", Shape.of(1, 6));
        Graph graph = new Graph("numbers", List.of(input), List.of(new Node("fc", new Op.Gemm(new Draw(1).values(Shape.of(3, 6)), Tensor.zeros(3), Activation.NONE), List.of("x"), "y")), List.of("y"), Map.of());
        try (Site site = Site.of(folder, graph, false, null, List.of()); Tab tab = chromium.open(site.address(), ColorScheme.LIGHT, 800)) {
            assertThat(tab.page().locator("#bars li")).hasCount(3);
            assertThat(tab.page().locator("#input")).isHidden();
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

    /** Says in which quarter of a drawing of 28 x 28 there is most ink. */
    private Site corners() throws IOException {
        Tensor weight = Tensor.zeros(CORNERS.size(), SIDE * SIDE);
        for (int y = 0; y < SIDE; y++) for (int x = 0; x < SIDE; x++) weight.values()[(y / (SIDE / 2) * 2 + x / (SIDE / 2)) * SIDE * SIDE + y * SIDE + x] = 0.2f;
        Graph graph = new Graph("corners", List.of(new Value("x", Shape.of(1, 1, SIDE, SIDE))), List.of(new Node("flat", new Op.Reshape(Shape.of(1, SIDE * SIDE)), List.of("x"), "f"),
                new Node("fc", new Op.Gemm(weight, Tensor.zeros(CORNERS.size()), Activation.NONE), List.of("f"), "y")), List.of("y"), Map.of());
        return Site.of(folder.resolve("corners"), graph, false, new PictureInput(null, null, "rgb", List.of(0f), List.of(255f), true), CORNERS);
    }

    private Path picture(String name, int width, int height) throws IOException {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Random random = new Random(5);
        for (int y = 0; y < height; y++) for (int x = 0; x < width; x++) image.setRGB(x, y, x * 255 / width << 16 | y * 255 / height << 8 | random.nextInt(256));
        Path file = folder.resolve(name);
        ImageIO.write(image, "png", file.toFile());
        return file;
    }
}
