package dev.lacewing.train.data;

import dev.lacewing.error.LacewingException.Failed;
import dev.lacewing.error.LacewingException.Malformed;
import dev.lacewing.file.WholeFolder;
import dev.lacewing.train.data.Published.Download;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** Fetches a published data set into a folder, wholly or not at all. */
final class Fetch {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Published published;
    private final DataSets.Progress progress;
    private final Duration patience;

    Fetch(Published published, DataSets.Progress progress) { this(published, progress, PATIENCE); }

    /** @param patience with a server that does not connect, does not answer, or sends no more */
    Fetch(Published published, DataSets.Progress progress, Duration patience) {
        this.published = published;
        this.progress = progress;
        this.patience = patience;
    }

    /**
     * @param folder is made, its parents with it
     * @throws Failed if the server does not answer, answers with something else, or breaks off, or if a checksum is wrong; the folder is then as it was before
     */
    void into(Path folder) {
        Map<String, byte[]> files = new LinkedHashMap<>();
        Path temporary = null;
        try (HttpClient client = HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NORMAL).connectTimeout(patience).build()) {
            Files.createDirectories(folder.toAbsolutePath().getParent());
            temporary = Files.createTempFile(folder.toAbsolutePath().getParent(), ".fetch", ".tmp");
            for (Download download : published.downloads()) {
                fetch(client, download, temporary);
                if (download.file().endsWith(".tar.gz")) unpack(temporary, download, files);
                else files.put(download.file(), Files.readAllBytes(temporary));
            }
            WholeFolder.write(folder, files);
        } catch (IOException e) {
            throw new Failed("cannot fetch " + published.name() + " to " + folder + ": " + reason(e), e);
        } finally {
            discard(temporary);
        }
    }

    private void unpack(Path archive, Download download, Map<String, byte[]> files) throws IOException {
        List<String> wanted = new Reader(published).kept();
        try (InputStream in = new GZIPInputStream(new BufferedInputStream(Files.newInputStream(archive), 1 << 16), 1 << 16)) {
            files.putAll(Tar.read(in, wanted, download.file()));
        }
        List<String> missing = wanted.stream().filter(w -> !files.containsKey(w)).toList();
        if (!missing.isEmpty()) throw new Malformed(download.address() + " lacks " + String.join(", ", missing));
    }

    private void fetch(HttpClient client, Download download, Path to) throws IOException {
        MessageDigest digest = md5();
        try {
            HttpRequest request = HttpRequest.newBuilder(download.address()).timeout(patience).build();
            HttpResponse<InputStream> response = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream in = new DigestInputStream(response.body(), digest); OutputStream out = Files.newOutputStream(to)) {
                if (response.statusCode() != 200) throw new Failed(download.address() + " answers " + response.statusCode() + ": expected 200" + otherwise());
                copy(in, out, download.file(), response.headers().firstValueAsLong("Content-Length").orElse(-1));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failed("fetching " + download.address() + " was interrupted", e);
        } catch (IOException e) {
            throw new Failed(download.address() + " cannot be fetched: " + reason(e) + otherwise(), e);
        }
        String found = HexFormat.of().formatHex(digest.digest());
        if (!found.equals(download.md5())) throw new Failed(download.address() + " has the MD5 checksum " + found + ": expected " + download.md5() + ". It is not the published file; nothing was kept");
    }

    private void copy(InputStream in, OutputStream out, String file, long total) throws IOException {
        byte[] buffer = new byte[1 << 16];
        long done = 0;
        try (Watch watch = new Watch(in, patience)) {
            try {
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    watch.moved();
                    out.write(buffer, 0, n);
                    progress.at(file, done += n, total);
                }
            } catch (IOException e) {
                throw watch.hasClosed() ? stalled(done) : e;
            }
            if (watch.hasClosed()) throw stalled(done);
        }
        if (total >= 0 && done < total) throw new IOException("it ended after " + done + " of " + total + " bytes");
    }

    private IOException stalled(long done) { return new IOException("nothing came for " + patience.toSeconds() + " seconds after " + done + " bytes"); }

    private String otherwise() { return published.debian() == null ? ". Try again later" : ". Try again later, or apt-get install " + published.debian(); }

    private static String reason(IOException e) { return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage(); }

    private static MessageDigest md5() {
        try {
            return MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has MD5", e);
        }
    }

    private static void discard(@Nullable Path temporary) {
        try {
            if (temporary != null) Files.deleteIfExists(temporary);
        } catch (IOException e) {
            System.getLogger(Fetch.class.getName()).log(System.Logger.Level.DEBUG, "a temporary file stays behind: " + temporary, e);
        }
    }
}
