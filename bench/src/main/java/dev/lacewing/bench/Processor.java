package dev.lacewing.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The machine as its system describes it. */
public final class Processor {
    private Processor() {}

    /** The processor's name as the system gives it, else the architecture. */
    public static String name() {
        try {
            Path info = Path.of("/proc/cpuinfo");
            if (Files.isReadable(info)) {
                try (Stream<String> lines = Files.lines(info, StandardCharsets.UTF_8)) {
                    return lines.filter(l -> l.startsWith("model name")).findFirst().map(l -> l.substring(l.indexOf(':') + 1).strip()).orElse(architecture());
                }
            }
            if (!System.getProperty("os.name").startsWith("Mac")) return architecture();
            Process sysctl = new ProcessBuilder("sysctl", "-n", "machdep.cpu.brand_string").redirectErrorStream(true).start();
            String name = new String(sysctl.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return sysctl.waitFor(1, TimeUnit.SECONDS) && sysctl.exitValue() == 0 && !name.isEmpty() ? name : architecture();
        } catch (IOException e) {
            return architecture();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return architecture();
        }
    }

    private static String architecture() {
        String identifier = System.getenv("PROCESSOR_IDENTIFIER");   // Windows
        return identifier != null ? identifier : System.getProperty("os.arch");
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
}
