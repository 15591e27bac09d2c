package dev.lacewing.suite.house;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A folder with a copy of the launcher, a fake Maven wrapper, fake JDKs, and a PATH that leads to nothing else. */
final class Sandbox {
    private static final List<String> TOOLS = List.of("cat", "dirname", "find", "head", "mkdir", "mv", "readlink", "rm", "sleep");

    final Path folder;
    final Path clone;
    private final Map<String, String> environment = new TreeMap<>();

    Sandbox(Path folder) throws IOException {
        this.folder = folder.toRealPath();
        clone = this.folder.resolve("my clone");
        Files.createDirectories(clone.resolve(".mvn"));
        for (String file : List.of("lacewing", "mvnw", ".mvn/find-jdk.sh"))
            Files.copy(Repository.root().resolve(file), clone.resolve(file), StandardCopyOption.COPY_ATTRIBUTES);
        for (String file : List.of("pom.xml", "core/src/main/A.java")) write(clone.resolve(file), "");
        Path bin = Files.createDirectories(this.folder.resolve("bin"));
        for (String tool : TOOLS) {
            Path real = Files.exists(Path.of("/bin", tool)) ? Path.of("/bin", tool) : Path.of("/usr/bin", tool);
            script(bin.resolve(tool), "exec " + real + " \"$@\"");
        }
        set("PATH", bin.toString());
        set("HOME", this.folder.resolve("home").toString());
        set("LACEWING_JDK_ROOT", this.folder.resolve("root").toString());
    }

    void set(String variable, String value) { environment.put(variable, value); }

    /** A JDK whose java prints its own path and its arguments, one a line. Returns its home. */
    String jdk(String home, String version) throws IOException {
        Path jdk = folder.resolve(home);
        write(jdk.resolve("release"), "IMPLEMENTOR=\"Nobody\"\nJAVA_VERSION=\"" + version + "\"\nOS_ARCH=\"any\"");
        script(jdk.resolve("bin/java"), "printf '%s\\n' \"$0\" \"$@\"");
        script(jdk.resolve("bin/javac"), "exit 1");
        return jdk.toString();
    }

    /** A JDK whose java also writes {@code cache} into the file that it is asked to record. */
    String recordingJdk(String home, String version, String cache) throws IOException {
        String jdk = jdk(home, version);
        script(Path.of(jdk, "bin/java"), "for a; do case $a in -XX:AOTCacheOutput=*) printf %s " + cache + " > \"${a#*=}\" ;; esac; done\nprintf '%s\\n' \"$0\" \"$@\"");
        return jdk;
    }

    /** What a JDK says of itself in its file {@code release}. */
    void release(String home, String... lines) throws IOException { write(folder.resolve(home).resolve("release"), String.join("\n", lines)); }

    /** What Linux says of the processor. */
    void processor(String flags) throws IOException { write(folder.resolve("root/proc/cpuinfo"), "processor\t: 0\nmodel name\t: x\nflags\t\t: " + flags + "\nbugs\t: none\n"); }

    /** What the launcher calls to build: counts its calls, then does {@code body} in the clone. */
    void maven(String body) throws IOException {
        script(clone.resolve("mvnw"), "echo call >> '" + calls() + "'\ncd '" + clone + "'\n" + body);
    }

    int builds() throws IOException { return Files.exists(calls()) ? Files.readAllLines(calls()).size() : 0; }

    private Path calls() { return folder.resolve("calls"); }

    Result run(String... command) throws IOException, InterruptedException { return start(command).result(); }

    Running start(String... command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        Path err = Files.createTempFile(folder, "err", ".txt");
        return new Running(builder.redirectError(err.toFile()).start(), err);
    }

    record Running(Process process, Path err) {
        Result result() throws IOException, InterruptedException {
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Result(process.waitFor(), out.lines().toList(), Files.readString(err));
        }
    }

    static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    static void script(Path file, String body) throws IOException {
        write(file, "#!/bin/sh\n" + body + "\n");
        if (!file.toFile().setExecutable(true)) throw new IOException(file + " cannot be made executable");
    }

    record Result(int code, List<String> out, String err) {}
}
