package dev.lacewing.bench.web;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import dev.lacewing.error.LacewingException.Failed;
import java.io.IOException;
import java.io.OutputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Serves a folder's files over HTTP to this machine only, as exported networks want it: with their MIME types, and isolated from other origins ({@code Cross-Origin-Opener-Policy},
 * {@code Cross-Origin-Embedder-Policy}), so that pages may share memory between threads. Nothing outside the folder is served, whatever path or symbolic link is asked for.
 */
public final class FolderServer implements AutoCloseable {
    private static final Map<String, String> TYPES = Map.ofEntries(Map.entry("html", "text/html; charset=utf-8"), Map.entry("css", "text/css; charset=utf-8"),
            Map.entry("js", "text/javascript; charset=utf-8"), Map.entry("mjs", "text/javascript; charset=utf-8"), Map.entry("ts", "text/plain; charset=utf-8"),
            Map.entry("json", "application/json; charset=utf-8"), Map.entry("txt", "text/plain; charset=utf-8"), Map.entry("wasm", "application/wasm"),
            Map.entry("svg", "image/svg+xml"), Map.entry("png", "image/png"), Map.entry("jpg", "image/jpeg"), Map.entry("jpeg", "image/jpeg"), Map.entry("webp", "image/webp"));
    private static final int NO_BODY = -1;

    /** Those below belong to the administrator on some systems, so that one that cannot be opened need not be in use. */
    private static final int FIRST_FREE_PORT = 1024;

    /** What this machine is called by itself. Another site can have its own name point here, and would read the folder by it. */
    private static final Pattern OWN_NAME = Pattern.compile("(localhost|127\\.0\\.0\\.1|\\[::1])(:\\d+)?", Pattern.CASE_INSENSITIVE);

    private final Path root;
    private final HttpServer server;
    private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();

    private FolderServer(Path folder, int port) throws IOException {
        root = folder.toRealPath();
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.setExecutor(workers);
        server.createContext("/", this::serve);
        server.start();
    }

    /**
     * @param folder with the files
     * @param port 0 for any that is free
     * @return the running server; null if the port is in use
     * @throws Failed if there is no such folder, or this machine does not let a port be opened
     */
    public static @Nullable FolderServer start(Path folder, int port) {
        if (!Files.isDirectory(folder)) throw new Failed(folder + ": no such folder");
        try {
            return new FolderServer(folder, port);
        } catch (BindException e) {
            if (port >= FIRST_FREE_PORT) return null;
            throw new Failed("port " + port + " cannot be opened: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new Failed("cannot serve " + folder + ": " + e.getMessage(), e);
        }
    }

    /** @param handler answers what is asked below {@code path}, instead of the folder */
    public FolderServer with(String path, HttpHandler handler) {
        server.createContext(path, exchange -> {
            if (begins(exchange)) handler.handle(exchange);
            else exchange.close();
        });
        return this;
    }

    public int port() { return server.getAddress().getPort(); }

    /** Of the folder's {@code index.html}. */
    public URI address() { return URI.create("http://127.0.0.1:" + port() + "/"); }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (!begins(exchange)) return;
            String method = exchange.getRequestMethod();
            Path file = file(exchange.getRequestURI().getPath());
            if (!method.equals("GET") && !method.equals("HEAD")) {
                exchange.getResponseHeaders().set("Allow", "GET, HEAD");
                say(exchange, 405, method + " is not served here, only GET and HEAD");
            } else if (file == null) say(exchange, 404, "There is no such file");
            else send(exchange, file, method.equals("HEAD"));
        }
    }

    /** Sends the headers of all answers; or says that it does not answer to the name that it was called by. */
    private static boolean begins(HttpExchange exchange) throws IOException {
        isolate(exchange.getResponseHeaders());
        String host = exchange.getRequestHeaders().getFirst("Host");
        if (host != null && OWN_NAME.matcher(host).matches()) return true;
        say(exchange, 421, "This server answers to localhost only, not to " + host);
        return false;
    }

    private static void isolate(Headers headers) {
        headers.set("Cross-Origin-Opener-Policy", "same-origin");
        headers.set("Cross-Origin-Embedder-Policy", "require-corp");
        headers.set("Cross-Origin-Resource-Policy", "same-origin");
        headers.set("X-Content-Type-Options", "nosniff");
        headers.set("Cache-Control", "no-cache");
    }

    /** The regular file meant by a path, or null: none, or outside of the folder. */
    private @Nullable Path file(@Nullable String path) {
        if (path == null || !path.startsWith("/") || path.indexOf('\\') >= 0) return null;
        try {
            Path named = root.resolve(path.substring(1)).normalize();
            if (!named.startsWith(root)) return null;
            Path file = (path.endsWith("/") ? named.resolve("index.html") : named).toRealPath();
            return file.startsWith(root) && Files.isRegularFile(file) ? file : null;
        } catch (InvalidPathException | IOException e) {
            return null;
        }
    }

    private static void send(HttpExchange exchange, Path file, boolean headersOnly) throws IOException {
        String name = String.valueOf(file.getFileName()), ending = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        long size = Files.size(file);
        exchange.getResponseHeaders().set("Content-Type", TYPES.getOrDefault(ending, "application/octet-stream"));
        if (headersOnly) exchange.getResponseHeaders().set("Content-Length", Long.toString(size));
        exchange.sendResponseHeaders(200, headersOnly || size == 0 ? NO_BODY : size);
        if (headersOnly || size == 0) return;
        try (OutputStream body = exchange.getResponseBody()) {
            Files.copy(file, body);
        }
    }

    private static void say(HttpExchange exchange, int status, String text) throws IOException {
        byte[] bytes = (text + "\n").getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
        boolean head = exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(status, head ? NO_BODY : bytes.length);
        if (!head) exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        server.stop(0);
        workers.shutdownNow();
    }
}
