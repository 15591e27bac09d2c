package dev.lacewing.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lacewing.error.LacewingException.Failed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WholeFileTest {
    @TempDir
    Path temporary;

    @Test
    void aLinkStaysAndItsFileIsReplaced() throws IOException {
        Path elsewhere = Files.createDirectory(temporary.resolve("elsewhere")), file = Files.writeString(elsewhere.resolve("file"), "old"), link = temporary.resolve("link");
        try {
            Files.createSymbolicLink(link, Path.of("elsewhere", "file"));
        } catch (IOException | UnsupportedOperationException e) {
            assumeTrue(false, "no links here: " + e);
        }
        WholeFile.write(link, out -> out.write(new byte[] {'n', 'e', 'w'}));
        assertThat(link).isSymbolicLink();
        assertThat(file).hasContent("new");
        assertThat(names(elsewhere)).containsExactly("file");
        assertThat(names(temporary)).containsExactly("elsewhere", "link");
    }

    @Test
    void whatFailsLeavesTheOldFile() throws IOException {
        Path file = Files.writeString(temporary.resolve("file"), "old");
        assertThatThrownBy(() -> WholeFile.write(file, out -> {
            out.write('n');
            throw new IOException("no more");
        })).isInstanceOf(Failed.class).hasMessageContaining("no more");
        assertThat(file).hasContent("old");
        assertThat(names(temporary)).containsExactly("file");
    }

    private static Stream<String> names(Path folder) throws IOException { return Files.list(folder).map(p -> p.getFileName().toString()).sorted(); }
}
