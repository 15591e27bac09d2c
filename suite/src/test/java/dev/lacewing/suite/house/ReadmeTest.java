package dev.lacewing.suite.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples compile, and the README shows the example that compiles. */
final class ReadmeTest {
    @Test
    void showsTheQuickstartExample() {
        String region = Repository.text("examples/Quickstart.java").lines().dropWhile(l -> !l.contains("// region quickstart")).skip(1)
                .takeWhile(l -> !l.contains("// endregion")).collect(Collectors.joining("\n")).stripIndent();
        assertThat(region.lines()).hasSizeBetween(5, 12);
        assertThat(Repository.text("README.md")).contains("```java\n" + region + "\n```\n");
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
