package dev.lacewing.suite;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Mouse;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.BoundingBox;
import com.microsoft.playwright.options.ColorScheme;
import dev.lacewing.bench.web.FolderServer;
import dev.lacewing.cli.Main;
import dev.lacewing.suite.Chromium.Tab;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sparse network that comes with Lacewing, exported by the command, knows clothes that are drawn on its page. Coordinates are those of the drawing, 28 by 28. */
class DrawnClothesTest extends InChromium {
    private static final double SIDE = 28, SETTLED_MS = 400;

    private static FolderServer server;

    @BeforeAll
    static void serve(@TempDir Path parent) {
        Path site = parent.resolve("site");
        StringWriter err = new StringWriter();
        PrintWriter nowhere = new PrintWriter(new StringWriter());
        assertThat(Main.run(new String[] {"export", "fashion-sparse", "--target", "web", "--with-dense", "-o", site.toString()}, nowhere, new PrintWriter(err))).as(err.toString()).isZero();
        server = Objects.requireNonNull(FolderServer.start(site, 0));
    }

    @AfterAll
    static void stop() { if (server != null) server.close(); }

    /** The outline with the pen, which is filled; then the collar and where the buttons are, with the eraser. Long sleeves. */
    @Test
    void aShirtWithAMouse() {
        try (Tab tab = open(1280)) {
            Page page = tab.page();
            assertThat(page.locator("#fill")).hasAttribute("aria-pressed", "true");
            assertThat(page.locator("#draw-help")).containsText("It knows T-shirt/top, Trouser");
            shirt(page, 23);
            isSeenAs(page, "Shirt");
            tab.screenshot("shirt-light-1280");
            page.getByText("Dense", new Page.GetByTextOptions().setExact(true)).click();
            assertThat(page.locator("#history rect.dense")).not().hasCount(0);
            isSeenAs(page, "Shirt");
        }
    }

    /** Its sleeves reach over the elbows. */
    @Test
    void aShirtOnAPhone() {
        try (Tab tab = open(375)) {
            shirt(tab.page(), 16);
            isSeenAs(tab.page(), "Shirt");
            tab.screenshot("shirt-light-375");
        }
    }

    @Test
    void otherClothes() {
        try (Tab tab = open(1280)) {
            Page page = tab.page();
            stroke(page, 9, 2, 19, 2, 20.5, 26, 16, 26, 14, 9, 12, 26, 7.5, 26, 9, 2);
            isSeenAs(page, "Trouser");
            tab.screenshot("trouser-light-1280");
            page.locator("#clear").click();
            stroke(page, 3, 11, 25, 11, 26, 24, 2, 24, 3, 11);
            page.locator("#fill").click();
            stroke(page, 8, 11, 9, 6, 14, 4, 19, 6, 20, 11);
            isSeenAs(page, "Bag");
            tab.screenshot("bag-light-1280");
            page.locator("#clear").click();
            page.locator("#fill").click();
            stroke(page, 11, 2, 17, 2, 17, 10, 21, 26, 7, 26, 11, 10, 11, 2);
            isSeenAs(page, "Dress");
        }
    }

    /** The pen goes down, around and up; what it went around is filled. */
    @Test
    void aTrouserByKeys() {
        try (Tab tab = open(1280)) {
            Page page = tab.page();
            page.locator("#drawing").focus();
            press(page, "ArrowUp", 12);
            press(page, "ArrowLeft", 5);
            press(page, " ", 1);
            press(page, "ArrowRight", 10);
            press(page, "ArrowDown", 24);
            press(page, "ArrowLeft", 3);
            press(page, "ArrowUp", 17);
            press(page, "ArrowLeft", 4);
            press(page, "ArrowDown", 17);
            press(page, "ArrowLeft", 3);
            press(page, "ArrowUp", 24);
            press(page, " ", 1);
            isSeenAs(page, "Trouser");
            tab.screenshot("trouser-keys-1280");
        }
    }

    private static Tab open(int width) {
        Tab tab = chromium.open(server.address().toString(), ColorScheme.LIGHT, width);
        tab.page().locator("#drawing").waitFor();
        return tab;
    }

    /** @param cuff how far down the sleeves reach */
    private static void shirt(Page page, double cuff) {
        stroke(page, 10, 2, 18, 2, 21, 3, 24, 6, 26, cuff, 23, cuff, 21, 11, 21, 26, 7, 26, 7, 11, 5, cuff, 2, cuff, 4, 6, 7, 3, 10, 2);
        page.locator("#erase").click();
        stroke(page, 12, 1.5, 16, 1.5, 14, 6, 12, 1.5);
        stroke(page, 14, 6, 14, 26);
    }

    /** From corner to corner, with the button held, in steps as a hand's. */
    private static void stroke(Page page, double... corners) {
        Locator drawing = page.locator("#drawing");
        drawing.scrollIntoViewIfNeeded();
        BoundingBox box = drawing.boundingBox();
        for (int i = 0; i < corners.length; i += 2) {
            page.mouse().move(box.x + corners[i] / SIDE * box.width, box.y + corners[i + 1] / SIDE * box.height, new Mouse.MoveOptions().setSteps(i == 0 ? 1 : 8));
            if (i == 0) page.mouse().down();
        }
        page.mouse().up();
    }

    private static void press(Page page, String key, int times) { for (int i = 0; i < times; i++) page.keyboard().press(key); }

    /** By the network's last word: an answer to a stroke before the last does not stay so long. */
    private static void isSeenAs(Page page, String label) {
        assertThat(best(page)).hasText(label);
        page.waitForTimeout(SETTLED_MS);
        assertThat(best(page).textContent().strip()).isEqualTo(label);
    }

    private static Locator best(Page page) { return page.locator("#bars li .label").first(); }
}
