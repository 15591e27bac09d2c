package dev.lacewing.suite;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Tests in a browser: one Chromium for all tests of a class, a new folder for each. */
abstract class InChromium {
    static Chromium chromium;

    @TempDir
    Path folder;

    @BeforeAll
    static void openChromium() { chromium = Chromium.assumed(); }

    @AfterAll
    static void closeChromium() { if (chromium != null) chromium.close(); }
}
