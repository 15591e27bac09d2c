package dev.lacewing.suite;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import dev.lacewing.suite.Chromium.Tab;
import dev.lacewing.web.PictureInput;
import dev.lacewing.web.WebExport;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The page of an exported network where something is missing, damaged, late or stops. */
class PageTroubleTest extends InChromium {
    /** As where a page comes by http from another machine. */
    private static final String NO_DIGEST = "Object.defineProperty(crypto, 'subtle', {value: undefined})";

    @Test
    void aDenseNetworkThatCannotBeLoaded() throws IOException {
        try (Site site = Site.of(folder, ZooModels.dense("mobilenet_v1"), true, Site.SIGNED, List.of())) {
            Path weights = site.folder().resolve("dense").resolve(WebExport.WEIGHTS), away = site.folder().resolve("away");
            Files.move(weights, away);
            try (Tab tab = chromium.open(site.address(), ColorScheme.LIGHT, 1280)) {
                Page page = tab.page();
                page.locator("#sample").click();
                assertThat(page.locator("#outputs tbody tr")).hasCount(1);
                page.getByText("Dense", new Page.GetByTextOptions().setExact(true)).click();
                assertThat(page.locator("#failure")).containsText("404");
                assertThat(page.locator("#loading")).isHidden();
                assertThat(page.locator("[name=variant][value=sparse]")).isChecked();
                assertThat(page.locator("#main")).hasAttribute("aria-busy", "false");
                Files.move(away, weights);
                page.locator("#compare").click();
                assertThat(page.locator("#speed-note")).containsText("medians of");
                assertThat(page.locator("#failure")).isHidden();
                assertThat(tab.complaints()).allMatch(c -> c.contains("404"));
                tab.complaints().clear();
            }
        }
    }

    @Test
    void whatGoesWrongIsSaid() throws IOException {
        try (Site site = Corners.site(folder.resolve("corners"))) {
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

    @ParameterizedTest
    @ValueSource(strings = {WebExport.WEIGHTS, "relaxed.wasm"})
    void aDamagedFileIsAskedForTwiceAndNamed(String file) throws IOException {
        try (Site site = Corners.site(folder)) {
            Path damaged = folder.resolve(file);
            byte[] content = Files.readAllBytes(damaged);
            for (String script : List.of("", NO_DIGEST)) {
                Files.write(damaged, content);
                try (Tab tab = chromium.open(site.address(), ColorScheme.LIGHT, 800, script)) {
                    tab.page().locator("#drawing").click();
                    assertThat(tab.page().locator("#bars li")).hasCount(Corners.NAMES.size());
                }
                byte[] other = content.clone();
                other[other.length / 2] ^= 1;
                Files.write(damaged, other);
                try (Tab tab = chromium.open(site.address(), ColorScheme.LIGHT, 800, script)) {
                    assertThat(tab.page().locator("#failure")).containsText(file);
                    assertThat(tab.page().locator("#failure")).containsText(script.isEmpty() ? "SHA-256" : "complete and unchanged");
                    assertThat(tab.page().locator("#input")).isHidden();
                    List<String> asked = new ArrayList<>();
                    tab.page().onRequest(request -> asked.add(request.url()));
                    tab.page().reload();
                    assertThat(tab.page().locator("#failure")).containsText(file);
                    tab.page().waitForTimeout(200);
                    assertThat(asked).filteredOn(url -> url.endsWith(file)).hasSize(2);
                    assertThat(tab.complaints()).as("of the browser, where it checks").allMatch(c -> !script.isEmpty() && c.contains("integrity"));
                    tab.complaints().clear();
                }
            }
        }
    }

    /** The page goes on with one; which of them ends, and whether in a run or a measurement, is all the same. */
    @ParameterizedTest
    @ValueSource(strings = {"#drawing", "#profile"})
    void threadsThatStop(String next) throws IOException {
        WebExport.Settings settings = new WebExport.Settings("corners", false, true, Corners.GREY, Corners.NAMES, null, "test").withThreads(2);
        String known = "window.workers = []; window.Worker = class extends Worker { constructor(url) { super(url); workers.push(this); } }";
        try (Site site = Site.of(folder, Corners.graph(), settings); Tab tab = chromium.open(site.address(), ColorScheme.LIGHT, 1280, known)) {
            Page page = tab.page();
            assertThat(page.locator("#engine")).containsText("2 threads");
            page.locator("#drawing").click();
            assertThat(page.locator("#bars li")).hasCount(Corners.NAMES.size());
            page.locator("#clear").click();
            page.evaluate("workers[0].dispatchEvent(new ErrorEvent('error', {message: 'no more memory'}))");
            page.locator(next).click();
            assertThat(page.locator("#engine")).containsText("1 thread");
            assertThat(page.locator("#facts")).containsText("One thread instead of 2: a worker has ended.");
            if (next.equals("#profile")) assertThat(page.locator("#layers-note")).containsText("on 1 thread;");
            page.locator("#drawing").click();
            assertThat(page.locator("#bars li")).hasCount(Corners.NAMES.size());
            page.getByText("Dense", new Page.GetByTextOptions().setExact(true)).click();
            assertThat(page.locator("#facts")).not().containsText("instead of 2");
            assertThat(page.locator("#failure")).isHidden();
        }
    }

    @Test
    void anInputThatDoesNotFit() throws IOException {
        PictureInput cut = new PictureInput(null, 28, "rgb", List.of(0f), List.of(255f), false, false);
        try (Site site = Site.of(folder.resolve("site"), Corners.graph(), false, cut, Corners.NAMES); Tab tab = chromium.open(site.address(), ColorScheme.LIGHT, 1280)) {
            Page page = tab.page();
            page.locator("#tab-picture").click();
            page.locator("#go").click();
            assertThat(page.locator("#go")).hasText("Stop");
            page.locator("#file").setInputFiles(picture("small.png", 20));
            assertThat(page.locator("#failure")).containsText("20x20 is smaller than the network's 28x28");
            assertThat(page.locator("#go")).hasText("Run continuously");
            assertThat(page.locator("#waiting")).hasText("Waiting for an input.");
            page.locator("#file").setInputFiles(picture("large.png", 40));
            assertThat(page.locator("#bars li")).hasCount(Corners.NAMES.size());
            assertThat(page.locator("#failure")).isHidden();
        }
    }

    /** The one that came meanwhile is what the person wants to see. */
    @Test
    void aRunThatFailsAfterTheNextInput() throws IOException {
        try (Site site = Corners.site(folder); Tab tab = chromium.open(site.address(), ColorScheme.LIGHT, 1280)) {
            Page page = tab.page();
            page.locator("#answer").waitFor();
            page.evaluate("""
                    async () => {
                      const {Lacewing} = await import('./lacewing.js'), {run} = Lacewing.prototype;
                      Lacewing.prototype.run = function() {
                        Lacewing.prototype.run = run;
                        return new Promise((_, reject) => { window.fail = () => reject(new Error('too late')); });
                      };
                    }""");
            page.locator("#drawing").click();
            tab.until("Boolean(window.fail)");
            page.locator("#tab-picture").click();
            page.locator("#sample").click();
            assertThat(page.locator("#picture-name")).containsText("test picture");
            page.evaluate("fail()");
            assertThat(page.locator("#bars li")).hasCount(Corners.NAMES.size());
            assertThat(page.locator("#failure")).isHidden();
        }
    }

    /** The last one that was asked for is shown; those before it are given back, and what is wrong with them is not said. */
    @Test
    void aPictureThatComesLate() throws IOException {
        String slow = """
                const real = createImageBitmap;
                window.bitmaps = [];
                window.createImageBitmap = async source => {
                  if (source.name?.startsWith('slow')) await new Promise(resolve => { window.arrive = resolve; });
                  const bitmap = await real(source).finally(() => { window.decoded = source.name; });
                  bitmaps.push(bitmap);
                  return bitmap;
                };""";
        try (Site site = Corners.site(folder.resolve("site")); Tab tab = chromium.open(site.address(), ColorScheme.LIGHT, 1280, slow)) {
            Page page = tab.page();
            page.locator("#tab-picture").click();
            page.locator("#file").setInputFiles(picture("slow.png", 40));
            tab.until("Boolean(window.arrive)");
            page.locator("#sample").click();
            assertThat(page.locator("#picture-name")).containsText("test picture");
            page.evaluate("arrive()");
            tab.until("bitmaps.length === 2 && bitmaps[1].width === 0");   // closed
            assertThat(page.locator("#picture-name")).containsText("test picture");
            page.locator("#file").setInputFiles(picture("next.png", 50));
            assertThat(page.locator("#picture-name")).containsText("next.png");
            tab.until("bitmaps[0].width === 0 && bitmaps[2].width === 50");
            page.evaluate("arrive = null");
            page.locator("#file").setInputFiles(Files.writeString(folder.resolve("slow.txt"), "no picture"));
            tab.until("Boolean(window.arrive)");
            page.locator("#sample").click();
            assertThat(page.locator("#picture-name")).containsText("test picture");
            page.evaluate("arrive()");
            tab.until("decoded === 'slow.txt'");
            page.waitForTimeout(100);
            assertThat(page.locator("#failure")).isHidden();
            assertThat(page.locator("#bars li")).hasCount(Corners.NAMES.size());
        }
    }

    private Path picture(String name, int side) throws IOException {
        Path file = folder.resolve(name);
        ImageIO.write(new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB), "png", file.toFile());
        return file;
    }
}
