package dev.lacewing.jmh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lacewing.bench.LayerSteps;
import dev.lacewing.error.LacewingException.Malformed;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KernelsTest {
    private record Result(int code, String out, String err) {}

    private static Result kernels(String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(), err = new ByteArrayOutputStream();
        int code = Kernels.run(args, new PrintStream(out, true, StandardCharsets.UTF_8), new PrintStream(err, true, StandardCharsets.UTF_8));
        return new Result(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    @Test
    void measuresAndMerges(@TempDir Path folder) throws Exception {
        String[] layer = {"--quick", "--networks", "mobilenet_v1", "--layers", "1x1 512 512", "--pattern", "1x4", "-o", folder.toString(), "--sparsity"};
        Result first = kernels(with(layer, "0.9,0.95"));
        assertThat(first.code()).as(first.err()).isZero();
        assertThat(kernels(with(layer, "0,0.95")).code()).isZero();
        assertThat(Files.readAllLines(folder.resolve("kernels.json"))).hasSize(3 + 2);
        String page = Files.readString(folder.resolve("kernels.md")).replaceAll(" +", " ");
        assertThat(page).contains("| 1x1 512 512 14 14 1 | 1x4 | 90 % |", "| 1x1 512 512 14 14 1 | 1x4 | 95 % |", "| 1x1 512 512 14 14 1 | dense | 0 % |", "Peak of fused",
                "bench/kernels --networks mobilenet_v1 --layers '1x1 512 512' --sparsity 0.9,0.95 --pattern 1x4 --quick\n", "--sparsity 0,0.95 --pattern 1x4 --quick\n");
    }

    private static String[] with(String[] words, String last) {
        String[] all = java.util.Arrays.copyOf(words, words.length + 1);
        all[words.length] = last;
        return all;
    }

    @ParameterizedTest
    @ValueSource(strings = {"1x1 20 36 9 11 1, 1x4, 0.7", "1x1 20 36 9 11 2, unstructured, 0.8", "3x3 12 17 10 9 1, unstructured, 0.5", "3x3 12 16 11 9 2, 1x8, 0.7",
        "3x3 12 16 11 9 2, unstructured, 0.0", "depthwise3x3 8 8 13 12 2, unstructured, 0.0", "depthwise5x5 8 8 13 12 1, unstructured, 0.0"})
    void resultsAreThoseOfNestedLoops(String text) {
        Problem problem = Problem.parse(text);
        assertThat(problem).hasToString(text);
        try (LayerSteps steps = problem.open()) {   // checks
            steps.run();
            assertThat(steps.output()).hasSize(problem.shape().out() * problem.shape().outHeight() * problem.shape().outWidth());
        }
        assertThat(problem.operations()).isPositive();
    }

    @Test
    void listsEachProblemOnce() {
        Result all = kernels("--list");
        assertThat(all.out().lines()).doesNotHaveDuplicates().hasSizeGreaterThan(500).anyMatch(l -> l.startsWith("depthwise5x5")).noneMatch(l -> l.matches("depthwise.*0\\.[1-9].*"));
    }

    @Test
    void mistakesEndWithTwo() {
        assertThat(kernels("--networks", "alexnet").code()).isEqualTo(2);
        assertThat(kernels("--layers", "nothing like it").err()).contains("nothing like it");
        assertThat(kernels("--sparsity", "2").err()).contains("'2'");
        assertThat(kernels("--pattern").err()).contains("--pattern needs a value");
        assertThatThrownBy(() -> Problem.parse("1x1 2 2 3 3 1")).isInstanceOf(Malformed.class);
    }
}
