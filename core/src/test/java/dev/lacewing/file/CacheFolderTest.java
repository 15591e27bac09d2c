package dev.lacewing.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CacheFolderTest {
    @TempDir
    Path temporary;

    @Test
    void eachSystemHasItsFolder() {
        Path home = temporary.toAbsolutePath(), asked = home.resolve("asked");
        assertThat(CacheFolder.of(Map.of(), system("Linux", home))).isEqualTo(home.resolve(".cache/lacewing"));
        assertThat(CacheFolder.of(Map.of("XDG_CACHE_HOME", asked.toString()), system("Linux", home))).isEqualTo(asked.resolve("lacewing"));
        assertThat(CacheFolder.of(Map.of("XDG_CACHE_HOME", "relative"), system("Linux", home))).isEqualTo(home.resolve(".cache/lacewing"));
        assertThat(CacheFolder.of(Map.of(), system("Mac OS X", home))).isEqualTo(home.resolve("Library/Caches/lacewing"));
        assertThat(CacheFolder.of(Map.of("LOCALAPPDATA", asked.toString()), system("Windows 11", home))).isEqualTo(asked.resolve("lacewing"));
        assertThat(CacheFolder.of(Map.of(), new Properties())).isNull();
        assertThat(CacheFolder.of(Map.of("XDG_CACHE_HOME", "no\0path"), system("Linux", home))).isNull();
    }

    private static Properties system(String name, Path home) {
        Properties properties = new Properties();
        properties.setProperty("os.name", name);
        properties.setProperty("user.home", home.toString());
        return properties;
    }
}
