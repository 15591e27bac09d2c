package dev.lacewing.bench.web;

import dev.lacewing.bench.compare.Processes;
import dev.lacewing.bench.report.Json;
import dev.lacewing.error.LacewingException.Failed;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Programs that run JavaScript: each reports what {@code measure.js} measured, as JSON. */
final class Engines {
    static final String PEER_VERSION = "1.30.0";

    private static final int MINUTES = 10;

    private Engines() {}

    /** @return the folder of onnxruntime-web's modules, installed once into the build's folder */
    static Path peer(Path home) {
        Path folder = home.resolve("bench/target/onnxruntime-web-" + PEER_VERSION), modules = folder.resolve("node_modules/onnxruntime-web/dist");
        if (Files.isDirectory(modules)) return modules.toAbsolutePath();
        Processes.run(List.of("npm", "install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", folder.toString(), "onnxruntime-web@" + PEER_VERSION));
        if (!Files.isDirectory(modules)) throw new Failed("npm did not install onnxruntime-web into " + folder);
        return modules.toAbsolutePath();
    }

    static String node(Path site, Path peer, Json config) {
        return Processes.run(List.of("node", site.resolve("measure-node.mjs").toString(), config.toString(), peer.toString())).lines().getLast();
    }

    static String chromium(Path site, Json config) {
        Path program = ChromiumProgram.find().orElseThrow(() -> new Failed("Chromium was not found: install the package chromium, or measure --where node"));
        CompletableFuture<String> report = new CompletableFuture<>();
        try (FolderServer server = Objects.requireNonNull(FolderServer.start(site, 0))) {
            server.with("/report", exchange -> {
                try (exchange) {
                    report.complete(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
                    exchange.sendResponseHeaders(204, -1);
                }
            });
            Path profile = Files.createTempDirectory("lacewing-chromium-");
            List<String> command = new ArrayList<>(List.of(program.toString(), "--headless"));
            command.addAll(ChromiumProgram.FLAGS);
            command.add("--user-data-dir=" + profile);
            command.add(server.address() + "measure.html?" + URLEncoder.encode(config.toString(), StandardCharsets.UTF_8).replace("+", "%20"));
            Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(Redirect.DISCARD).start();
            try {
                CompletableFuture.anyOf(report, process.onExit()).get(MINUTES, TimeUnit.MINUTES);
                if (!report.isDone()) throw new Failed("Chromium ended without a report");
                return report.join();
            } finally {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly().waitFor();
                discard(profile);
            }
        } catch (IOException e) {
            throw new Failed("cannot run Chromium: " + e.getMessage(), e);
        } catch (TimeoutException e) {
            throw new Failed("Chromium gave no report in " + MINUTES + " minutes", e);
        } catch (ExecutionException e) {
            throw new Failed(String.valueOf(e.getMessage()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failed("interrupted while Chromium ran", e);
        }
    }

    /** A process of the browser may still be writing there. */
    private static void discard(Path profile) {
        try {
            Processes.delete(profile);
        } catch (IOException e) {
            System.getLogger(Engines.class.getName()).log(System.Logger.Level.DEBUG, "a temporary folder stays behind: " + profile, e);
        }
    }
}
