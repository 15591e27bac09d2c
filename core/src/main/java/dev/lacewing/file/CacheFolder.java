package dev.lacewing.file;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** Where programs keep what can be made or fetched again. */
public final class CacheFolder {
    private CacheFolder() {}

    /** This user's; null if there is none. It need not exist yet. */
    public static @Nullable Path ofUser() { return of(System.getenv(), System.getProperties()); }

    /** By the custom of the system that {@code properties} describe; null where nothing says so, or what is no path. */
    public static @Nullable Path of(Map<String, String> environment, Properties properties) {
        String system = properties.getProperty("os.name", ""), home = properties.getProperty("user.home", ""), asked = environment.getOrDefault("XDG_CACHE_HOME", "");
        try {
            Path base = !asked.isEmpty() && Path.of(asked).isAbsolute() ? Path.of(asked)
                    : system.startsWith("Windows") && !environment.getOrDefault("LOCALAPPDATA", "").isEmpty() ? Path.of(environment.get("LOCALAPPDATA"))
                    : home.isEmpty() || home.equals("?") ? null
                    : system.startsWith("Mac") ? Path.of(home, "Library", "Caches") : Path.of(home, ".cache");
            return base == null ? null : base.resolve("lacewing");
        } catch (InvalidPathException e) {
            return null;
        }
    }
}
