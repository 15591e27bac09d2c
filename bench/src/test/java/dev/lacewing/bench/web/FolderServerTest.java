package dev.lacewing.bench.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lacewing.error.LacewingException.Failed;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderServerTest {
    private final HttpClient client = HttpClient.newHttpClient();
    private Path root;
    private FolderServer server;

    @BeforeEach
    void start(@TempDir Path folder) throws IOException {
        root = Files.createDirectories(folder.resolve("served"));
        Files.writeString(folder.resolve("secret.txt"), "secret");
        Files.writeString(root.resolve("index.html"), "<p>ä");
        Files.write(root.resolve("net.wasm"), new byte[] {0, 'a', 's', 'm'});
        Files.write(root.resolve("empty.bin"), new byte[0]);
        Files.writeString(Files.createDirectories(root.resolve("sub folder")).resolve("A.JS"), "1");
        server = Objects.requireNonNull(FolderServer.start(root, 0));
    }

    @AfterEach
    void stop() { server.close(); }

    @Test
    void sendsFilesWithTheirTypes() throws Exception {
        HttpResponse<String> page = get("");
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body()).isEqualTo("<p>ä");
        assertThat(type(page)).isEqualTo("text/html; charset=utf-8");
        assertThat(type(get("net.wasm"))).isEqualTo("application/wasm");
        assertThat(type(get("sub%20folder/A.JS"))).isEqualTo("text/javascript; charset=utf-8");
        assertThat(type(get("empty.bin"))).isEqualTo("application/octet-stream");
        assertThat(get("empty.bin").body()).isEmpty();
        assertThat(get("gone.txt").statusCode()).isEqualTo(404);
        assertThat(get("sub%20folder/").statusCode()).isEqualTo(404);
        assertThat(get("sub%20folder").statusCode()).isEqualTo(404);
    }

    @Test
    void isolatesPagesFromOtherOrigins() throws Exception {
        for (String path : new String[] {"", "net.wasm", "gone"}) {
            HttpResponse<String> response = get(path);
            assertThat(response.headers().firstValue("Cross-Origin-Opener-Policy")).as(path).contains("same-origin");
            assertThat(response.headers().firstValue("Cross-Origin-Embedder-Policy")).as(path).contains("require-corp");
            assertThat(response.headers().firstValue("X-Content-Type-Options")).as(path).contains("nosniff");
        }
    }

    @Test
    void staysInItsFolder() throws Exception {
        Files.createSymbolicLink(root.resolve("link.txt"), root.resolveSibling("secret.txt"));
        for (String path : new String[] {"/../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt", "/sub%20folder/../../secret.txt", "/link.txt", "//" + root.resolveSibling("secret.txt"),
                "/..\\secret.txt", "/..%5csecret.txt", "/%00", "/%zz"})
            assertThat(raw("GET " + path + " HTTP/1.0\r\nHost: localhost")).as(path).doesNotContain("secret").containsAnyOf(" 404 ", " 400 ");
    }

    /** A site whose name is made to point to this machine does not get at the files. */
    @Test
    void answersToItsOwnNameOnly() throws Exception {
        server.with("/report", exchange -> { throw new AssertionError("not to be reached"); });
        for (String host : new String[] {"Host: evil.example", "Host: evil.example:" + server.port(), "Host: localhost.evil.example", "Accept: text/html"})
            for (String path : new String[] {"/", "/report"}) assertThat(raw("GET " + path + " HTTP/1.0\r\n" + host)).as(host).contains(" 421 ").doesNotContain("<p>");
        for (String host : new String[] {"localhost:" + server.port(), "LOCALHOST", "127.0.0.1:" + server.port(), "[::1]:8080"})
            assertThat(raw("GET / HTTP/1.0\r\nHost: " + host)).as(host).contains(" 200 ", "<p>");
    }

    @Test
    void answersOnlyGetAndHead() throws Exception {
        HttpResponse<String> post = client.send(HttpRequest.newBuilder(server.address()).POST(BodyPublishers.ofString("x")).build(), BodyHandlers.ofString());
        assertThat(post.statusCode()).isEqualTo(405);
        assertThat(post.headers().firstValue("Allow")).contains("GET, HEAD");
        HttpResponse<String> head = client.send(HttpRequest.newBuilder(server.address().resolve("net.wasm")).HEAD().build(), BodyHandlers.ofString());
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.headers().firstValueAsLong("Content-Length")).hasValue(4);
        assertThat(head.body()).isEmpty();
    }

    @Test
    void saysThatAPortIsInUse() { assertThat(FolderServer.start(root, server.port())).isNull(); }

    @Test
    void namesAFolderThatIsNotThere() { assertThatThrownBy(() -> FolderServer.start(root.resolve("none"), 0)).isInstanceOf(Failed.class).hasMessageContaining("none: no such folder"); }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(server.address().resolve(path)).build(), BodyHandlers.ofString());
    }

    private static String type(HttpResponse<String> response) { return response.headers().firstValue("Content-Type").orElse(""); }

    /** As no client of good manners asks. */
    private String raw(String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port()); InputStream in = socket.getInputStream()) {
            socket.getOutputStream().write((request + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }
}
