package dev.lacewing.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lacewing.error.LacewingException.Unsupported;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SingleFileTest {
    private static final String PAGE = """
            <meta http-equiv="Content-Security-Policy" content="default-src 'self'">
            <link rel="stylesheet" href="page.css">
            <script type="module" src="page.js"></script>
            """;

    @Test
    void putsEveryFileIntoThePage() {
        String page = page(files());
        assertThat(page).contains("<style>\np { color: red; }</style>", "\"./lacewing.js\": \"data:text/javascript;base64,bGliJDE=\"", "import './lacewing.js'; '<\\/script>'",
                "data-file=\"weights.bin\">dzE=</script>", "data-file=\"dense/weights.bin\">dzI=</script>", "connect-src data:");
        assertThat(page).doesNotContain("src=\"page.js\"", "href=\"page.css\"", "'self'", "lacewing.d.ts");
    }

    @Test
    void knowsThePage() {
        Map<String, byte[]> other = files();
        other.put("index.html", bytes("<p>"));
        assertThatThrownBy(() -> SingleFile.of(other)).isInstanceOf(IllegalStateException.class);
        Map<String, byte[]> less = files();
        less.remove("page.js");
        assertThatThrownBy(() -> SingleFile.of(less)).hasMessageContaining("page.js");
    }

    @Test
    void refusesMoreThanEnginesTake() {
        Map<String, byte[]> files = files();
        byte[] large = new byte[65 << 20];
        for (int i = 0; i < 4; i++) files.put("large" + i + ".bin", large);
        assertThatThrownBy(() -> SingleFile.of(files)).isInstanceOf(Unsupported.class).hasMessageContaining("260 MB").hasMessageContaining("--fp16");
    }

    private static Map<String, byte[]> files() {
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put("index.html", bytes(PAGE));
        files.put("page.css", bytes("p { color: red; }"));
        files.put("page.js", bytes("import './lacewing.js'; '</script>'"));
        files.put("lacewing.js", bytes("lib$1"));
        files.put("lacewing.d.ts", bytes("types"));
        files.put("weights.bin", bytes("w1"));
        files.put("dense/weights.bin", bytes("w2"));
        return files;
    }

    private static byte[] bytes(String text) { return text.getBytes(StandardCharsets.UTF_8); }

    private static String page(Map<String, byte[]> files) { return new String(SingleFile.of(files), StandardCharsets.UTF_8); }
}
