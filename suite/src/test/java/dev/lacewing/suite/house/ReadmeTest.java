package dev.lacewing.suite.house;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacewing.cli.Main;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples compile, and the README shows the example that compiles. */
final class ReadmeTest {
    private static final String README = Repository.text("README.md");

    @Test
    void showsTheQuickstartExample() {
        String region = Repository.text("examples/Quickstart.java").lines().dropWhile(l -> !l.contains("// region quickstart")).skip(1)
                .takeWhile(l -> !l.contains("// endregion")).collect(Collectors.joining("\n")).stripIndent();
        assertThat(region.lines()).hasSizeBetween(5, 12);
        assertThat(README).contains("```java\n" + region + "\n```\n");
    }

    /** Whoever follows the table from top to bottom overwrites nothing and misses nothing. */
    @Test
    void commandsReadWhatTheOnesAboveWrote() {
        List<String> commands = Pattern.compile("`\\./lacewing ([^`]+)` \\|").matcher(README).results().map(m -> m.group(1)).toList();
        assertThat(commands).hasSizeGreaterThan(8);
        Set<String> written = new HashSet<>();
        for (String command : commands) {
            String[] words = command.split(" ", -1);
            if (words.length == 1) assertThat(runs(command, "--help")).as(command).isZero();
            else assertThat(runs(command.replaceAll("\\w+\\.(?:onnx|lace)", "no-such-folder/$0").split(" ", -1))).as(command).isEqualTo(1);
            for (int i = 1; i < words.length; i++)
                if (words[i].endsWith(".onnx") || words[i].endsWith(".lace")) {
                    if (words[i - 1].equals("-o")) assertThat(written.add(words[i])).as(command + " overwrites").isTrue();
                    else assertThat(written).as(command).contains(words[i]);
                }
        }
    }

    /** The exit code; 2 would be a mistake in the arguments. */
    private static int runs(String... words) {
        PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
        return Main.run(words, nowhere, nowhere);
    }

    @Test
    void theDependencyIsThisVersionOfAModule() {
        Matcher shown = Pattern.compile("<artifactId>lacewing-(\\w+)</artifactId>\\s*<version>(.+?)</version>").matcher(README);
        assertThat(shown.find()).isTrue();
        assertThat(Repository.text("pom.xml")).contains("<module>" + shown.group(1) + "</module>", "<artifactId>lacewing</artifactId>\n  <version>" + shown.group(2) + "</version>");
    }

    @Test
    void filesNamedExist() {
        for (String page : List.of("README.md", "CONTRIBUTING.md")) {
            List<String> files = Pattern.compile("\\]\\(([^):#]+)\\)|`((?:docs|examples|bench)/[^`* ]+)`").matcher(Repository.text(page)).results()
                    .map(m -> m.group(1) != null ? m.group(1) : m.group(2)).toList();
            assertThat(files).isNotEmpty().allSatisfy(f -> assertThat(Repository.root().resolve(f)).exists());
        }
    }

    @Test
    void examplesCompileWithoutAWarning(@TempDir Path folder) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.list(Repository.root().resolve("examples"))) {
            files = all.filter(f -> f.toString().endsWith(".java")).toList();
        }
        assertThat(files).isNotEmpty();
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter messages = new StringWriter();
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
            List<String> options = List.of("-d", folder.toString(), "-proc:none", "-Xlint:all,-path", "-Werror", "-cp", System.getProperty("java.class.path"));
            assertThat(compiler.getTask(messages, manager, null, options, null, manager.getJavaFileObjectsFromPaths(files)).call())
                    .as(messages.toString()).isTrue();
        }
    }
}
