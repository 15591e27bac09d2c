package dev.lacewing.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lacewing.emit.wasm.Features;
import dev.lacewing.error.LacewingException.Failed;
import dev.lacewing.plan.Plan;
import dev.lacewing.plan.Planner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The suite's problems as WebAssembly in Node: sparse and dense, on one thread, and with the shares of two one after another. One process of Node for a family. */
class WasmSuiteTest {
    /** System property: without Node, tests fail that else are left out. */
    private static final String REQUIRED = "lacewing.test.node";

    private static final Path GOLDEN = Path.of("src/test/resources/golden/wasm-plain.txt");
    private static final int COUNT = Integer.getInteger("lacewing.suite.count", 12);

    @TempDir
    private Path folder;

    @BeforeAll
    static void node() throws InterruptedException {
        try {
            new ProcessBuilder("node", "--version").redirectErrorStream(true).start().waitFor();
        } catch (IOException e) {
            assumeTrue(!Boolean.getBoolean(REQUIRED), "this test needs Node: install the package nodejs");
            throw new AssertionError("node, from the package nodejs", e);
        }
    }

    @ParameterizedTest
    @EnumSource
    void relaxedSimd(Problems.Family family) { check(family, Features.RELAXED, 1, false); }

    @ParameterizedTest
    @EnumSource
    void relaxedSimdOnTwoThreads(Problems.Family family) { check(family, Features.RELAXED, 2, false); }

    @ParameterizedTest
    @EnumSource
    void simd(Problems.Family family) { check(family, Features.SIMD, 1, false); }

    @ParameterizedTest
    @EnumSource
    void denseSimd(Problems.Family family) { check(family, Features.SIMD, 1, true); }

    @ParameterizedTest
    @EnumSource
    void scalar(Problems.Family family) { check(family, Features.SCALAR, 1, false); }

    private void check(Problems.Family family, Features features, int threads, boolean dense) {
        List<Problem> problems = Problems.several(family, COUNT).stream().filter(p -> WasmPlan.plain(plan(p, features, threads, dense)).isEmpty()).toList();
        if (problems.isEmpty()) return;   // see withoutWebAssembly
        try {
            for (Problem problem : problems) new WasmPlan(plan(problem, features, threads, dense)).write(folder.resolve(problem.name()), features, problem.inputValues());
            Path script = Path.of(Objects.requireNonNull(WasmSuiteTest.class.getResource("/wasm/plans.mjs")).toURI());
            Process process = new ProcessBuilder("node", script.toString(), folder.toString(), "" + threads).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as(output).isZero();
        } catch (IOException | URISyntaxException | InterruptedException e) {
            throw new AssertionError(e);
        }
        Conformance.check(problems, family, "WebAssembly " + features, this::results);
    }

    private static Plan plan(Problem problem, Features features, int threads, boolean dense) { return Planner.plan(problem.graph(), features.machine(), threads, dense); }

    private float[][] results(Problem problem) {
        Path at = folder.resolve(problem.name());
        try {
            if (Files.exists(at.resolve("error.txt"))) throw new Failed(Files.readString(at.resolve("error.txt")));
            ByteBuffer words = ByteBuffer.wrap(Files.readAllBytes(at.resolve("result.bin"))).order(ByteOrder.LITTLE_ENDIAN);
            float[][] outputs = problem.emptyOutputs();
            for (float[] output : outputs) for (int i = 0; i < output.length; i++) output[i] = words.getFloat();
            return outputs;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What cannot run as WebAssembly yet, since it is plain Java on every target; {@code -Dlacewing.approve=true} approves what it is now. */
    @Test
    void withoutWebAssembly() throws IOException {
        TreeMap<String, String> lines = new TreeMap<>();
        for (Problems.Family family : Problems.Family.values()) {
            Set<String> ops = new TreeSet<>();
            int left = 0;
            for (long seed = 0; seed < 12; seed++) {
                List<String> plain = WasmPlan.plain(plan(Problems.one(family, seed), Features.SIMD, 1, false));
                ops.addAll(plain);
                if (!plain.isEmpty()) left++;
            }
            if (left > 0) lines.put(family.name(), left + " of 12 problems: " + String.join(" ", ops));
        }
        StringBuilder text = new StringBuilder();
        lines.forEach((family, line) -> text.append(family).append(' ').append(line).append('\n'));
        if (Boolean.getBoolean("lacewing.approve")) Files.writeString(GOLDEN, text);
        assertThat(text.toString()).isEqualTo(Files.readString(GOLDEN).replace("\r\n", "\n"));
    }
}
