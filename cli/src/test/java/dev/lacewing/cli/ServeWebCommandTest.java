package dev.lacewing.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacewing.bench.web.FolderServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PipedReader;
import java.io.PipedWriter;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ServeWebCommandTest {
    @TempDir
    private Path folder;

    @Test
    void servesUntilInterrupted() throws Exception {
        Files.writeString(folder.resolve("index.html"), "hello");
        StringWriter err = new StringWriter();
        try (PipedReader pipe = new PipedReader(); BufferedReader printed = new BufferedReader(pipe); PrintWriter out = new PrintWriter(new PipedWriter(pipe), true)) {
            int[] code = {-1};
            Thread command = Thread.ofPlatform().start(() -> code[0] = Main.run(new String[] {"serve-web", folder.toString(), "--port", "0"}, out, new PrintWriter(err, true)));
            URI address = URI.create(printed.readLine());
            try (HttpClient client = HttpClient.newHttpClient()) {
                assertThat(client.send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString()).body()).isEqualTo("hello");
            }
            command.interrupt();
            command.join();
            assertThat(code[0]).isZero();
            assertThat(err.toString()).contains("Ctrl-C ends it");
        }
    }

    @Test
    void saysWhatIsWrongWithTheFolder() throws IOException {
        Cli empty = Cli.run("serve-web", folder), missing = Cli.run("serve-web", folder.resolve("none"));
        assertThat(empty.code()).isEqualTo(ExitCode.FAILED);
        assertThat(empty.err()).contains("has no index.html", "export MODEL --target web");
        assertThat(missing.code()).isEqualTo(ExitCode.FAILED);
        assertThat(missing.err()).contains("no such folder");
        for (String name : List.of("page.html", "net.lace", "notes.txt")) Files.writeString(folder.resolve(name), "");
        assertThat(Cli.run("serve-web", folder.resolve("page.html")).err()).contains("open it in a browser");
        assertThat(Cli.run("serve-web", folder.resolve("net.lace")).err()).contains("export it first");
        assertThat(Cli.run("serve-web", folder.resolve("notes.txt")).err()).contains("is a file");
    }

    @Test
    void saysWhatIsWrongWithThePort() throws Exception {
        Files.writeString(folder.resolve("index.html"), "hello");
        try (FolderServer other = Objects.requireNonNull(FolderServer.start(folder, 0))) {
            Cli used = Cli.run("serve-web", folder, "--port", other.port());
            assertThat(used.code()).isEqualTo(ExitCode.FAILED);
            assertThat(used.err()).contains("port " + other.port() + " is in use", "--port 0");
        }
        assertThat(Cli.run("serve-web", folder, "--port", "70000").code()).isEqualTo(ExitCode.USAGE);
    }
}
