package dev.lacewing.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacewing.bench.compare.Measurement.Cold;
import dev.lacewing.bench.compare.Measurement.Linearity;
import dev.lacewing.bench.compare.Measurement.Method;
import dev.lacewing.bench.compare.Measurement.Ratio;
import dev.lacewing.bench.compare.Measurement.Scaling;
import dev.lacewing.plan.CostModel;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
            assertThat(r.ratio().median()).isEqualTo(r.peer().median() / r.ours().median());
            assertThat(r.difference()).isBetween(0.0, 1e-4);
            assertThat(r.setting().command()).isEqualTo("bench/compare ratios --networks mobilenet_v1-90-1x4 --threads " + r.threads() + " --lanes 1 --quick");
            assertThat(r.setting().costs()).isEqualTo(CostModel.SHIPPED);
            assertThat(r.method()).isEqualTo(new Method(10, 100, 20, 1));
        });
        assertThat(results.of(Scaling.class)).hasSize(1);
        assertThat(results.of(Linearity.class)).extracting(Linearity::pattern).containsSubsequence("unstructured", "1x4", "1x8");
        assertThat(results.of(Cold.class)).extracting(Cold::what).containsExactly("lacewing run", "lacewing run", "program with Lacewing", "program with ONNX Runtime");
        assertThat(results.of(Cold.class).get(2).first().median()).isPositive();

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
    void rowsOfAnotherMachineAreKeptApart() throws Exception {
        Path file = folder.resolve("performance.json");
        String[] args = {"--quick", "--networks", "mobilenet_v1-dense", "--threads", "2", "--lanes", "1", "--turn", "1", "--processes", "2", "-o", folder.toString()};
        assertThat(compare(args).code()).isZero();
        assertThat(Results.read(file).of(Ratio.class)).singleElement().satisfies(r -> {
            assertThat(r.method()).isEqualTo(new Method(1, 0, 20, 2));
            assertThat(r.ratio().median()).isEqualTo(r.ratio().smallest());
        });
        Files.writeString(file, Files.readString(file).replaceAll("\"machine\": \"", "$0another "));
        Result refused = compare(args);
        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.err()).contains("another machine", "--fresh");
        List<String> fresh = new ArrayList<>(List.of(args));
        fresh.add("--fresh");
        assertThat(compare(fresh.toArray(String[]::new)).code()).isZero();
        assertThat(file).content().doesNotContain("another");
    }

    @Test
    void mistakesEndWithTwo() {
        assertThat(compare("--what")).isEqualTo(new Result(2, "", "compare: there is no option or measurement '--what'; --help lists them\n"));
        assertThat(compare("--help").out()).isEqualTo(Arguments.USAGE);
    }
}
