package dev.lacewing.tune;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Which processor this is. */
public final class Processor {
    private static final Path LINUX = Path.of("/proc/cpuinfo");
    private static final List<String> IDENTITY = List.of("vendor_id", "cpu family", "model", "model name", "stepping", "cache size", "CPU implementer", "CPU part", "CPU variant");

    private Processor() {}

    /** For a person: its name where the system's files or environment tell it, else the architecture. */
    public static String name() {
        return lines().filter(l -> l.startsWith("model name")).findFirst().map(l -> l.substring(l.indexOf(':') + 1).strip()).orElseGet(Processor::elsewhere);
    }

    /** The same text on the same kind of processor. */
    static String identity() {
        Set<String> told = new LinkedHashSet<>(lines().filter(l -> IDENTITY.contains(l.substring(0, Math.max(0, l.indexOf(':'))).strip())).toList());
        return told.isEmpty() ? elsewhere() : told.stream().sorted().collect(Collectors.joining("\n"));
    }

    private static Stream<String> lines() {
        try {
            return Files.isReadable(LINUX) ? Files.readString(LINUX, StandardCharsets.UTF_8).lines() : Stream.empty();
        } catch (IOException e) {
            return Stream.empty();
        }
    }

    private static String elsewhere() { return Objects.requireNonNullElse(System.getenv("PROCESSOR_IDENTIFIER"), System.getProperty("os.arch", "unknown")); }
}
