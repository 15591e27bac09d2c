package dev.lacewing.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.lacewing.cli.Main;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code lacewing export --npm}: a package that Node imports and a bundler takes. */
class WebPackageTest {
    /** System properties: without Node, or npm and its registry, tests fail that else are left out. */
    private static final String NODE = "lacewing.test.node", NPM = "lacewing.test.npm";

    private static final String ESBUILD = "esbuild@0.25.12", VITE = "vite@7.3.8", TYPESCRIPT = "typescript@5.9.3";
    private static final int MINUTES = 4;

    @TempDir
    private Path folder;

    private Path exported;

    @BeforeEach
    void export() throws IOException {
        Path net = folder.resolve("net.onnx"), pruned = folder.resolve("pruned.onnx"), labels = folder.resolve("labels.txt");
        exported = folder.resolve("package");
        Files.write(labels, List.of("a", "b", "c", "d", "e", "f", "g", "h", "i", "j"));
        lacewing("zoo", "mobilenet_v1", "--width", "0.25", "--resolution", "32", "--classes", "10", "-o", net.toString());
        lacewing("prune", net.toString(), "-s", "0.9", "-o", pruned.toString());
        lacewing("export", pruned.toString(), "--target", "web", "--with-dense", "--npm", "@me/my-network", "--threads", "2", "--labels", labels.toString(), "-o", exported.toString());
    }

    private static void lacewing(String... args) {
        StringWriter err = new StringWriter();
        int code = Main.run(args, new PrintWriter(Writer.nullWriter()), new PrintWriter(err));
        assertThat(code).as("%s: %s", Arrays.toString(args), err).isZero();
    }

    @Test
    void answersAndSaysWhatIsWrong() throws IOException {
        Path script = folder.resolve("api.mjs");
        try (var in = Objects.requireNonNull(WebPackageTest.class.getResourceAsStream("/web/api.mjs"))) {
            Files.copy(in, script);
        }
        assertThat(run(folder, NODE, "node", script.toString(), exported.toString())).endsWith("ok\n");
    }

    @Test
    void isPackedImportedAndBundled() throws IOException {
        String packed = run(exported, NPM, npm(), "pack", "--silent", "--pack-destination", folder.toString()).strip();
        Path project = Files.createDirectory(folder.resolve("project")), archive = folder.resolve(packed.substring(packed.lastIndexOf('\n') + 1));
        Files.writeString(project.resolve("package.json"), "{\"type\": \"module\"}");
        run(project, NPM, npm(), "install", "--silent", "--no-audit", "--no-fund", archive.toString(), ESBUILD, VITE, TYPESCRIPT);
        String use = """
                const net = await Lacewing.load(%s);
                const { data } = await net.run(new Float32Array(3 * 32 * 32).fill(0.5));
                console.log(data.length, net.top(1)[0].label, Array.from(data).map((v) => v.toFixed(4)).join(' '));
                """;
        Files.writeString(project.resolve("imported.js"), "import { Lacewing } from '@me/my-network';\n" + use.formatted(""));
        Files.writeString(project.resolve("entry.js"), "import { Lacewing } from '@me/my-network';\n" + use.formatted("'node_modules/@me/my-network'"));
        String imported = run(project, NODE, "node", "imported.js");
        assertThat(imported).startsWith("10 ");
        Files.writeString(project.resolve("dense.js"), "import { Lacewing } from '@me/my-network';\n" + use.formatted("new URL('dense/', import.meta.resolve('@me/my-network'))"));
        assertThat(run(project, NODE, "node", "dense.js")).startsWith(imported.substring(0, "10 a ".length()));
        String said = run(project, NODE, npm(), "exec", "--silent", "--", "esbuild", "entry.js", "--bundle", "--format=esm", "--platform=browser", "--outfile=bundle.js", "--log-level=warning");
        assertThat(said).as("warnings of the bundler").isEmpty();
        assertThat(run(project, NODE, "node", "bundle.js")).isEqualTo(imported);
        Files.writeString(project.resolve("vite.config.js"), "export default {build: {target: 'es2022', lib: {entry: 'entry.js', formats: ['es'], fileName: 'vite'}}};\n");
        assertThat(run(project, NODE, npm(), "exec", "--silent", "--", "vite", "build", "--logLevel", "warn")).as("warnings of Vite").isEmpty();
        assertThat(run(project, NODE, "node", "dist/vite.js")).isEqualTo(imported);
        try (var in = Objects.requireNonNull(WebPackageTest.class.getResourceAsStream("/web/types.ts"))) {
            Files.copy(in, project.resolve("types.ts"));
        }
        run(project, NODE, npm(), "exec", "--silent", "--", "tsc", "--strict", "--noEmit", "--module", "nodenext", "--target", "es2022", "--lib", "es2022,dom", "types.ts");
    }

    private static String npm() { return System.getProperty("os.name").startsWith("Windows") ? "npm.cmd" : "npm"; }

    /** What a command prints; if it cannot be started or ends with an error, the test is left out unless the property demands it. */
    private static String run(Path where, String required, String... command) throws IOException {
        Path said = Files.createTempFile("lacewing-", ".txt");
        try {
            Process process = new ProcessBuilder(command).directory(where.toFile()).redirectErrorStream(true).redirectOutput(said.toFile()).start();
            boolean ended = process.waitFor(MINUTES, TimeUnit.MINUTES);
            if (!ended) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
            String text = Files.readString(said);
            if (ended && process.exitValue() != 0 && required.equals(NPM) && !Boolean.getBoolean(NPM)) abort("npm failed, perhaps because its registry cannot be reached: " + text);
            assertThat(ended).as("%s ends: %s", List.of(command), text).isTrue();
            assertThat(process.exitValue()).as("%s: %s", List.of(command), text).isZero();
            return text;
        } catch (IOException e) {
            if (!Boolean.getBoolean(required)) abort("this test needs " + command[0] + ": install the packages nodejs and npm");
            throw e;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        } finally {
            Files.delete(said);
        }
    }
}
