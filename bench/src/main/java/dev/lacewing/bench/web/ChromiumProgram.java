package dev.lacewing.bench.web;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The Chromium of this machine: what it may be called, and how it is started to be driven by a program. */
public final class ChromiumProgram {
    public static final List<String> NAMES = List.of("chromium", "chromium-browser", "google-chrome-stable", "google-chrome");

    /** It neither needs rights and devices that a container lacks, nor asks its maker for anything. */
    public static final List<String> FLAGS = List.of("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync");

    private ChromiumProgram() {}

    /** On the {@code PATH}. */
    public static Optional<Path> find() {
        List<Path> folders = Stream.of(System.getenv("PATH").split(File.pathSeparator)).map(Path::of).toList();
        return NAMES.stream().flatMap(name -> folders.stream().map(folder -> folder.resolve(name))).filter(Files::isExecutable).findFirst();
    }
}
