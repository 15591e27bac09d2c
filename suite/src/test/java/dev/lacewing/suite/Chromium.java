package dev.lacewing.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType.LaunchOptions;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import dev.lacewing.bench.web.ChromiumProgram;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The Chromium of this machine, without a window, and pages in it that are watched: what they log as an error and what they ask of anyone but their own server is kept. */
final class Chromium implements AutoCloseable {
    /** System property: without Chromium, tests fail that else are left out. */
    private static final String REQUIRED = "lacewing.test.browser";

    /** The camera is one that Chromium draws itself, and nobody is asked. */
    private static final List<String> CAMERA = List.of("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream");

    private final Playwright playwright;
    private final Browser browser;

    private Chromium(Path executable) {
        playwright = Playwright.create(new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        browser = playwright.chromium().launch(new LaunchOptions().setExecutablePath(executable).setHeadless(true).setArgs(Stream.concat(ChromiumProgram.FLAGS.stream(), CAMERA.stream()).toList()));
    }

    /** Without Chromium, leaves the tests out that call, and says so. */
    static Chromium assumed() {
        Optional<Path> found = ChromiumProgram.find();
        if (found.isEmpty()) assumeTrue(Boolean.getBoolean(REQUIRED), "this test needs Chromium: install the package chromium");
        return new Chromium(found.orElseThrow(() -> new AssertionError("none of " + ChromiumProgram.NAMES + " on the PATH: install the package chromium")));
    }

    /** @param address every request must begin with it, or with {@code data:} or {@code blob:} */
    Tab open(String address, ColorScheme scheme, int width) { return open(address, scheme, width, ""); }

    /** @param script is run before those of the page */
    Tab open(String address, ColorScheme scheme, int width, String script) {
        BrowserContext context = browser.newContext(new Browser.NewContextOptions().setColorScheme(scheme).setViewportSize(width, 900).setReducedMotion(ReducedMotion.REDUCE));
        context.setDefaultTimeout(20_000);
        context.addInitScript(script);
        Tab tab = new Tab(context, context.newPage(), new ArrayList<>());
        tab.page.onConsoleMessage(message -> { if (!message.type().equals("log") && !message.type().equals("info")) tab.complaints.add(message.type() + ": " + message.text()); });
        tab.page.onPageError(error -> tab.complaints.add("uncaught: " + error));
        tab.page.onRequest(request -> { if (Stream.of(address, "data:", "blob:").noneMatch(request.url()::startsWith)) tab.complaints.add("asks for " + request.url()); });
        tab.page.navigate(address);
        return tab;
    }

    /** A page; closing it checks that nothing was wrong with it. */
    record Tab(BrowserContext context, Page page, List<String> complaints) implements AutoCloseable {
        void screenshot(String name) { page.screenshot(new Page.ScreenshotOptions().setFullPage(true).setPath(Path.of("target", "screenshots", name + ".png"))); }

        /** Not by {@code waitForFunction}, which the page's policy refuses. */
        void until(String condition) {
            for (int i = 0; i < 250; i++) {
                if (Boolean.TRUE.equals(page.evaluate(condition))) return;
                page.waitForTimeout(20);
            }
            throw new AssertionError("never: " + condition);
        }

        @Override
        public void close() {
            context.close();
            assertThat(complaints).as("errors in the console, and requests to others").isEmpty();
        }
    }

    @Override
    public void close() {
        browser.close();
        playwright.close();
    }
}
