package dev.lacewing.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lacewing.error.LacewingException.Failed;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WholeFileTest {
    @TempDir
    Path temporary;

    private Path link(String name, Path to) {
        try {
            return Files.createSymbolicLink(temporary.resolve(name), to);
        } catch (IOException | UnsupportedOperationException e) {
            return Assumptions.abort("no links here: " + e);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aLinkStaysAndItsFileIsReplaced(boolean exists) throws IOException {
        Path elsewhere = Files.createDirectory(temporary.resolve("elsewhere")), file = elsewhere.resolve("file"), link = link("link", Path.of("elsewhere", "file"));
        if (exists) Files.writeString(file, "old");
        WholeFile.check(link);
        WholeFile.write(link, out -> out.write(new byte[] {'n', 'e', 'w'}));
        assertThat(link).isSymbolicLink();
        assertThat(file).hasContent("new");
        assertThat(names(elsewhere)).containsExactly("file");
        assertThat(names(temporary)).containsExactly("elsewhere", "link");
    }

    @Test
    void linksThatLeadNowhere() throws IOException {
        Path lost = link("lost", Path.of("none", "file")), round = link("round", Path.of("round"));
        assertThatThrownBy(() -> WholeFile.check(lost)).isInstanceOf(Failed.class).hasMessageContaining("there is no folder " + temporary.resolve("none"));
        assertThatThrownBy(() -> WholeFile.check(round)).isInstanceOf(Failed.class).hasMessageContaining("cannot write " + round);
        assertThat(names(temporary)).containsExactly("lost", "round");
    }

    /** What is not there leads nowhere, not even back. */
    @Test
    void aFolderThatIsNotThereIsNotFoldedAway() throws IOException {
        Path site = Files.createDirectory(temporary.resolve("site")), kept = Files.writeString(site.resolve("kept"), "old"), back = temporary.resolve("none").resolve("..");
        for (Path folder : List.of(back, back.resolve("site")))
            assertThatThrownBy(() -> WholeFolder.write(folder, Map.of("new", new byte[1]))).isInstanceOf(Failed.class).hasMessageContaining("there is no folder");
        assertThatThrownBy(() -> WholeFile.write(back.resolve("site").resolve("kept"), out -> out.write('n'))).isInstanceOf(Failed.class).hasMessageContaining("there is no folder");
        assertThat(kept).hasContent("old");
        assertThat(names(temporary)).containsExactly("site");
    }

    /** As for a device, the end of somebody's logs. */
    @Test
    void whatIsNoFileStays() throws IOException {
        Path socket = temporary.resolve("socket");
        try (ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.bind(UnixDomainSocketAddress.of(socket));
            assertThatThrownBy(() -> WholeFile.write(socket, out -> out.write('n'))).isInstanceOf(Failed.class).hasMessageContaining("device");
            assertThat(Files.isRegularFile(socket)).isFalse();
        }
    }

    @Test
    void aLinkedFolderStaysAndItsTargetIsMade() throws IOException {
        Path link = link("link", Path.of("folder"));
        WholeFolder.check(link);
        WholeFolder.write(link, Map.of("file", new byte[] {'n'}));
        assertThat(link).isSymbolicLink();
        assertThat(temporary.resolve("folder/file")).hasContent("n");
        assertThat(names(temporary)).containsExactly("folder", "link");
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
