package dev.lacewing.suite.house;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The clone that the tests run in. */
public final class Repository {
    private Repository() {}

    public static Path root() {
        for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent())
            if (Files.exists(folder.resolve("CONTRIBUTING.md")) && Files.exists(folder.resolve("pom.xml"))) return folder;
        throw new IllegalStateException("no CONTRIBUTING.md in or above " + Path.of("").toAbsolutePath());
    }

    public static String text(String file) {
        try {
            return Files.readString(root().resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
