package dev.lacewing.bench.compare;

import dev.lacewing.error.LacewingException.Failed;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Starts fresh JVMs like this one, and other programs. */
public final class Processes {
    private static final String VECTORS = "--add-modules=jdk.incubator.vector";
    /** Debuggers, and the launcher's cache of loaded classes, which was recorded for another program. */
    private static final List<String> NOT_INHERITED = List.of("-agentlib", "-javaagent", "-XX:AOT", "-Xshare", "-Xlog", VECTORS);

    private Processes() {}

    /**
     * What a program printed.
     *
     * @param ms from before its start until its output had ended
     */
    public record Printed(List<String> lines, double ms) {}

    /**
     * This JVM with its options and class path, another main class, and {@code properties} of the form {@code -Dname=value} after those it was started with.
     *
     * @param vectors with the Vector API, which the jvm tier needs and which makes a start slower
     */
    static List<String> java(Class<?> main, boolean vectors, List<String> properties, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        for (String option : ManagementFactory.getRuntimeMXBean().getInputArguments()) if (NOT_INHERITED.stream().noneMatch(option::startsWith)) command.add(option);
        if (vectors) command.add(VECTORS);
        command.addAll(properties);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(arguments);
        return command;
    }

    /**
     * Its stderr goes where ours goes.
     *
     * @throws Failed if it cannot be started or ends with another code than 0
     */
    public static Printed run(List<String> command) { return run(command, Redirect.INHERIT, Map.of()); }

    static Printed run(List<String> command, Redirect stderr) { return run(command, stderr, Map.of()); }

    /** @param environment beside ours */
    static Printed run(List<String> command, Redirect stderr, Map<String, String> environment) {
        long start = System.nanoTime();
        try {
            ProcessBuilder builder = new ProcessBuilder(command).redirectError(stderr);
            builder.environment().putAll(environment);
            Process process = builder.start();
            List<String> lines;
            try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
                lines = output.readAllLines();
            }
            double ms = (System.nanoTime() - start) / 1e6;
            int code = process.waitFor();
            if (code != 0) throw new Failed(command.getFirst() + " ended with code " + code + ": " + String.join(" ", command));
            return new Printed(lines, ms);
        } catch (IOException e) {
            throw new Failed("cannot run " + command.getFirst() + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failed("interrupted while " + command.getFirst() + " ran", e);
        }
    }

    /** A folder and what processes left in it. */
    public static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
        }
    }
}
