package dev.lacewing.tune;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The processor as its system describes it. */
public final class Processor {
    private static final Path LINUX = Path.of("/proc/cpuinfo");
    private static final List<String> IDENTITY = List.of("vendor_id", "cpu family", "model", "model name", "stepping", "cache size", "CPU implementer", "CPU part", "CPU variant");

    private Processor() {}

    /** For a person: its name where the system tells it, else the architecture. */
    public static String name() {
        return lines().filter(l -> l.startsWith("model name")).findFirst().map(l -> l.substring(l.indexOf(':') + 1).strip()).orElseGet(Processor::elsewhere);
    }

    /** The same text on the same kind of processor. */
    static String identity() { return Held.IDENTITY; }

    /** To read this is work for the system, the more the more cores there are. */
    private static final class Held {
        static final String IDENTITY = look();
    }

    private static String look() {
        Set<String> told = new LinkedHashSet<>(lines().filter(l -> IDENTITY.contains(l.substring(0, Math.max(0, l.indexOf(':'))).strip())).toList());
        return told.isEmpty() ? other() : told.stream().sorted().collect(Collectors.joining("\n"));
    }

    private static Stream<String> lines() {
        try {
            return Files.isReadable(LINUX) ? Files.readString(LINUX, StandardCharsets.UTF_8).lines() : Stream.empty();
        } catch (IOException e) {
            return Stream.empty();
        }
    }

    /** Each cache of the first core with its size, where the system tells: {@code L1 32K, L2 1024K} (of level 1 the data cache); else empty. */
    public static String caches() {
        List<String> caches = new ArrayList<>();
        try {
            for (int i = 0; ; i++) {
                Path cache = Path.of("/sys/devices/system/cpu/cpu0/cache/index" + i);
                if (!Files.isReadable(cache.resolve("size"))) break;
                String type = Files.readString(cache.resolve("type")).strip();
                if (type.equals("Instruction")) continue;
                caches.add("L" + Files.readString(cache.resolve("level")).strip() + " " + Files.readString(cache.resolve("size")).strip());
            }
        } catch (IOException e) {
            return "";
        }
        return String.join(", ", caches);
    }

    private static String elsewhere() {
        String mac = System.getProperty("os.name", "").startsWith("Mac") ? printed("sysctl", "-n", "machdep.cpu.brand_string") : "";
        return mac.isEmpty() ? other() : mac;
    }

    /** The few words that a command prints; empty if it fails or takes more than a second. */
    static String printed(String... command) {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            try {
                return process.waitFor(1, TimeUnit.SECONDS) && process.exitValue() == 0 ? new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip() : "";
            } finally {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }

    private static String other() { return Objects.requireNonNullElse(System.getenv("PROCESSOR_IDENTIFIER"), System.getProperty("os.arch", "unknown")); }
}
