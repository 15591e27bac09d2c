package dev.lacewing.cli;

import dev.lacewing.bench.report.Json;
import dev.lacewing.bench.web.FolderServer;
import dev.lacewing.error.LacewingException.Failed;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "serve-web", header = "Show an exported network in the browser of this machine.",
        description = "Serves a folder that export --target web made, with the headers that let a page use threads, to this machine only. Ctrl-C ends it.%n",
        footer = {"%nExample:", "  lacewing serve-web site"})
final class ServeWebCommand extends Subcommand {
    private static final int FIRST_PORT = 8080, PORTS = 20;

    @Parameters(index = "0", paramLabel = "DIR", description = "The folder.")
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @Option(names = "--port", paramLabel = "N", description = "Port (default: " + FIRST_PORT + ", or the next free one; 0: any free one).")
    private @Nullable Integer port;

    @Override
    public Integer call() {
        check(port == null || port >= 0 && port <= 65535, "--port must be between 0 and 65535, got " + port);
        if (Files.isRegularFile(folder) && folder.toString().endsWith(".html")) throw new Failed(folder + " is a page by itself: open it in a browser; it needs no server");
        if (Files.isRegularFile(folder) && OutputFile.hasEnding(folder)) throw new Failed(folder + " is a network: export it first, with lacewing export " + folder + " --target web -o DIR, and serve that folder");
        if (Files.isRegularFile(folder)) throw new Failed(folder + " is a file: expected a folder made by lacewing export MODEL --target web -o DIR");
        if (!Files.isDirectory(folder)) throw new Failed(folder + ": no such folder; make one with: lacewing export MODEL --target web -o " + folder);
        if (!Files.isRegularFile(folder.resolve("index.html")))
            throw new Failed(folder + " has no index.html: expected a folder made by lacewing export MODEL --target web -o DIR");
        try (FolderServer server = port == null ? onFreePort() : onPort(port)) {
            print(Json.object().put("url", server.address()).put("port", server.port()), server.address().toString());
            note(folder + " is served to this machine only; Ctrl-C ends it");
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return ExitCode.OK;
    }

    private FolderServer onFreePort() {
        for (int p = FIRST_PORT; p < FIRST_PORT + PORTS; p++) {
            FolderServer server = FolderServer.start(folder, p);
            if (server == null) continue;
            if (p > FIRST_PORT) note("note: port " + FIRST_PORT + " is in use, so it is " + p);
            return server;
        }
        throw new Failed("the ports " + FIRST_PORT + " to " + (FIRST_PORT + PORTS - 1) + " are all in use: --port 0 takes any free one");
    }

    private FolderServer onPort(int wanted) {
        FolderServer server = FolderServer.start(folder, wanted);
        if (server == null) throw new Failed("port " + wanted + " is in use: choose another, or --port 0 for any free one");
        return server;
    }
}
