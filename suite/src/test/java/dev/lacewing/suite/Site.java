package dev.lacewing.suite;

import dev.lacewing.bench.web.FolderServer;
import dev.lacewing.graph.Graph;
import dev.lacewing.web.PictureInput;
import dev.lacewing.web.WebExport;
import dev.lacewing.web.WebExport.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** An exported network on a server. */
record Site(Path folder, Map<String, byte[]> files, FolderServer server) implements AutoCloseable {
    /** Samples from -1 to 1. */
    static final PictureInput SIGNED = new PictureInput(null, null, "rgb", List.of(127.5f), List.of(127.5f), false, false);

    static Site of(Path folder, Graph graph, boolean withDense, @Nullable PictureInput picture, List<String> labels) throws IOException {
        return of(folder, graph, new Settings(graph.name(), false, withDense, picture, labels, null, "test"));
    }

    static Site of(Path folder, Graph graph, Settings settings) throws IOException {
        Map<String, byte[]> files = WebExport.files(graph, settings);
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            Path to = folder.resolve(file.getKey());
            Files.createDirectories(to.getParent());
            Files.write(to, file.getValue());
        }
        return new Site(folder, files, Objects.requireNonNull(FolderServer.start(folder, 0)));
    }

    String address() { return server.address().toString(); }

    @Override
    public void close() { server.close(); }
}
