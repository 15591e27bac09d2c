package dev.lacewing.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacewing.bench.compare.Measurement.Cold;
import dev.lacewing.bench.compare.Measurement.Linearity;
import dev.lacewing.bench.compare.Measurement.Ratio;
import dev.lacewing.bench.compare.Measurement.Scaling;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole command on small networks: that it works, not what it measures. At one lane, where little is to be compiled. */
class CompareTest {
    @TempDir
    Path folder;

    private record Result(int code, String out, String err) {}

    private Result compare(String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(), err = new ByteArrayOutputStream();
        int code = Compare.run(args, new PrintStream(out, true, StandardCharsets.UTF_8), new PrintStream(err, true, StandardCharsets.UTF_8));
        return new Result(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    @Test
    void measuresWritesAndRebuilds() throws Exception {
        Path lacewing = folder.resolve("lacewing");   // in place of the launcher, which needs the whole build
        Files.writeString(lacewing, "#!/bin/sh\necho \"$@\"\n");
        assertThat(lacewing.toFile().setExecutable(true)).isTrue();
        Result result = compare("all", "--quick", "--lanes", "1", "--networks", "mobilenet_v1-90-1x4", "--home", folder.toString(), "-o", folder.toString());
        assertThat(result.code()).as(result.err()).isZero();
        assertThat(result.out()).contains("MobileNetV1, 90 % 1x4, 1 thread(s)", "MobileNetV1, 90 % 1x4, 2 thread(s)", "on two threads", "R^2", "program with ONNX Runtime");
        Results results = Results.read(folder.resolve("performance.json"));
        assertThat(results.of(Ratio.class)).hasSize(2).allSatisfy(r -> {
            assertThat(r.ratio()).isEqualTo(r.peer().median() / r.ours().median());
            assertThat(r.difference()).isBetween(0.0, 1e-4);
            assertThat(r.setting().command()).startsWith("bench/compare ratios --networks mobilenet_v1-90-1x4 --rounds 5 --quick");
        });
        assertThat(results.of(Scaling.class)).hasSize(1);
        assertThat(results.of(Linearity.class)).extracting(Linearity::pattern).containsExactly("unstructured", "1x4", "1x8");
        assertThat(results.of(Cold.class)).extracting(Cold::what).containsExactly("lacewing run", "lacewing run", "program with Lacewing", "program with ONNX Runtime");
        assertThat(results.of(Cold.class).get(2).firstMs()).isPositive();

        String page = Files.readString(folder.resolve("performance.md"));
        Files.writeString(folder.resolve("performance.md"), "# Mine\n" + page.substring(page.indexOf("<!-- begin")));
        assertThat(compare("--rebuild", "-o", folder.toString()).code()).isZero();
        assertThat(folder.resolve("performance.md")).content().isEqualTo("# Mine\n" + page.substring(page.indexOf("<!-- begin")));
    }

    @Test
    void aRowThatFailsLeavesTheOthers() {
        Result result = compare("--quick", "--networks", "mobilenet_v1-dense", "--threads", "1", "--lanes", "3,1", "-o", folder.toString());
        assertThat(result.code()).isEqualTo(1);
        assertThat(result.err()).contains("this row failed");
        assertThat(Results.read(folder.resolve("performance.json")).of(Ratio.class)).singleElement().satisfies(r -> assertThat(r.setting().lanes()).isEqualTo(1));
    }

    @Test
    void mistakesEndWithTwo() {
        assertThat(compare("--what")).isEqualTo(new Result(2, "", "compare: there is no option or measurement '--what'; --help lists them\n"));
        assertThat(compare("--help").out()).isEqualTo(Arguments.USAGE);
    }
}
