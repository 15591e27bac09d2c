package dev.lacewing.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lacewing.bench.Turns;
import dev.lacewing.bench.compare.Arguments.Row;
import dev.lacewing.bench.compare.Measurement.Cold;
import dev.lacewing.bench.compare.Measurement.Linearity;
import dev.lacewing.bench.compare.Measurement.Method;
import dev.lacewing.bench.compare.Measurement.Range;
import dev.lacewing.bench.compare.Measurement.Ratio;
import dev.lacewing.bench.compare.Measurement.Scaling;
import dev.lacewing.bench.compare.Measurement.Setting;
import dev.lacewing.bench.compare.Measurement.Spread;
import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.error.LacewingException.Malformed;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PageTest {
    private static Setting setting(String tier, int lanes) { return new Setting(tier, lanes, "cpu", "jvm", "abc1234", "shipped", "2026-01-01", "bench/compare " + tier); }

    private static final Method TURNS = Method.of(Turns.LONG, 120), SINGLE = Method.of(Turns.of(1), 120);

    private static Ratio ratio(String network, int threads, double ratio, Method method, Setting setting) {
        return new Ratio(network, threads, Range.of(ratio), new Spread(2, 1.9, 2.1), new Spread(2 * ratio, 2, 9), 1e-6, 0, true, method, setting);
    }

    private static Ratio ratio(String network, int threads, double ratio, Setting setting) { return ratio(network, threads, ratio, TURNS, setting); }

    private static Results results() {
        Results results = new Results();
        results.put(ratio("mobilenet_v1-90-1x4", 1, 4.5, setting("x64", 16)));
        results.put(ratio("mobilenet_v1-90-1x4", 2, 4.1, setting("x64", 16)));
        results.put(ratio("mobilenet_v1-90-1x4", 1, 3.6, setting("jvm", 16)));
        results.put(ratio("mobilenet_v1-90-1x4", 1, 2.25, setting("x64", 8)));
        results.put(ratio("mobilenet_v1-90-1x4", 4, 3.9, setting("x64", 16)));
        results.put(ratio("mobilenet_v1-90-1x4", 2, 3.3, SINGLE, setting("x64", 16)));
        results.put(new Scaling("mobilenet_v1-80-1x8-uniform", new Range(1.9, 1.8, 1.95), new Spread(3.8, 3.7, 3.9), new Spread(2, 1.9, 2.1), TURNS.in(3), setting("x64", 16)));
        results.put(LayerTimes.fitted("layer", "1x4", "data", 700, List.of(new Linearity.Point(.5, 1000, 1.5), new Linearity.Point(.9, 200, .7)), TURNS, setting("x64", 16)));
        results.put(new Cold("lacewing run", "net.lace", new Spread(400, 390, 410), Spread.NONE, Spread.NONE, Double.NaN, 5, setting("x64", 16)));
        return results;
    }

    @Test
    void showsEveryMeasurementAndBoldWhatReachesItsTarget(@TempDir Path folder) throws Exception {
        new Page(results()).write(folder);
        String page = Files.readString(folder.resolve("performance.md")).replaceAll(" +", " ");
        assertThat(page).contains("| network (x64, 16 lanes) | 1 thread | target | 2 threads | target | 4 threads | target |",
                "| MobileNetV1, 90 % 1x4 | **4.50** | 4.40 | 4.10 | 4.20 | 3.90 | - |", "## Alternating after every run", "| MobileNetV1, 90 % 1x4 | not measured | 4.40 | 3.30 | 4.20 |",
                "| MobileNetV1, dense | not measured | 1.00 |", "| network | x64, 8 lanes, 1 thread | x64, 8 lanes, 2 threads | x64, 8 lanes, 4 threads | jvm, 16 lanes, 1 thread |",
                "| MobileNetV1, 90 % 1x4 | 2.25 (0.50) | - | - | 3.60 (0.80) | - | - |", "| MobileNetV1, 80 % 1x8, uniform block rows | x64, 16 lanes | 3.80 | 2.00 | 1.90 (1.80 to 1.95) | 3 | abc1234 |",
                "| layer | 1x4 | x64, 16 lanes | 1.0000 | 0.0 % | 1000.000 | 0.5000 | 0.50 to 0.90 | 700 KB | abc1234 |", "| lacewing run | net.lace | x64, 16 lanes | 400 | 390 to 410 | - | - | - | - | - | - | 5 | abc1234 |", "* cpu; jvm; Lacewing at abc1234, planned with rates shipped; 2026-01-01");
        assertThat(folder.resolve("performance.svg")).content().contains("4.50", "4.10");
        assertThat(folder.resolve("performance-linearity.svg")).content().contains("R² 1.000");
    }

    @Test
    void resultsComeBackAndTheSameRowReplacesItself(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("r.json");
        Results results = results();
        results.write(file);
        assertThat(Results.read(file).of(Measurement.class)).isEqualTo(results.of(Measurement.class));
        assertThat(Files.readAllLines(file)).hasSize(9 + 2);
        results.put(ratio("mobilenet_v1-90-1x4", 2, 9.9, setting("x64", 16)));
        results.write(file);
        assertThat(Results.read(file).of(Ratio.class)).hasSize(6).extracting(r -> r.ratio().median()).contains(9.9).doesNotContain(4.1);
        Files.writeString(file, "[{\"kind\": \"other\"}]");
        assertThatThrownBy(() -> Results.read(file)).isInstanceOf(Malformed.class).hasMessageContaining("other");
    }

    @Test
    void whatWasMeasuredLessOftenDoesNotReplaceARow() {
        Results results = new Results();
        Ratio often = ratio("mobilenet_v1-dense", 1, 1.02, TURNS.in(3), setting("x64", 16));
        assertThat(results.put(often)).isTrue();
        assertThat(results.put(ratio("mobilenet_v1-dense", 1, 1.5, setting("x64", 16)))).isFalse();
        assertThat(results.of(Ratio.class)).containsExactly(often);
        Ratio again = ratio("mobilenet_v1-dense", 1, 1.01, TURNS.in(3), setting("x64", 16));
        assertThat(results.put(again)).isTrue();
        assertThat(results.put(ratio("mobilenet_v1-dense", 1, 1.5, SINGLE, setting("x64", 16)))).as("a row of its own").isTrue();
        assertThat(results.of(Ratio.class)).hasSize(2).contains(again);
        Cold cold = new Cold("lacewing run", "net.lace", Spread.NONE, Spread.NONE, Spread.NONE, 1, 9, setting("x64", 16));
        assertThat(results.put(cold)).isTrue();
        assertThat(results.put(new Cold("lacewing run", "net.lace", Spread.NONE, Spread.NONE, Spread.NONE, 2, 1, setting("x64", 16)))).isFalse();
    }

    @Test
    void saysInHowManyProcessesRowsWereMeasured(@TempDir Path folder) throws Exception {
        Results results = new Results();
        results.put(ratio("mobilenet_v1-dense", 1, 1.02, TURNS.in(3), setting("x64", 16)));
        results.put(ratio("mobilenet_v1-dense", 1, 0.9, TURNS, setting("x64", 8)));
        results.put(ratio("mobilenet_v1-dense", 1, 1.03, SINGLE, setting("x64", 16)));
        new Page(results).write(folder);
        assertThat(folder.resolve("performance.md")).content().containsOnlyOnce("The median of 3 fresh processes, in brackets").containsOnlyOnce("Each row was measured in one process.")
                .containsOnlyOnce("as above, of one process each");
        results.put(ratio("mobilenet_v1-dense", 2, 1.02, TURNS.in(5), setting("x64", 16)));
        assertThat(new Page(results).summary()).contains("The median of 3 to 5 fresh processes");
    }

    @Test
    void fitsALine() {
        Linearity line = LayerTimes.fitted("l", "p", "data", 0, List.of(new Linearity.Point(0, 0, 1), new Linearity.Point(0, 1, 3), new Linearity.Point(0, 2, 2)), TURNS, setting("jvm", 1));
        assertThat(line.nanosPerNonZero()).isCloseTo(0.5e6, within(1e-6));
        assertThat(line.interceptMs()).isCloseTo(1.5, within(1e-12));
        assertThat(line.r2()).isCloseTo(0.25, within(1e-12));
        assertThat(line.deviation()).as("3 where the line says 2").isCloseTo(0.5, within(1e-12));
    }

    @Test
    void mistakesInArgumentsAreNamed() {
        assertThatThrownBy(() -> Arguments.parse("--round", "3")).isInstanceOf(Invalid.class).hasMessageContaining("--round");
        assertThatThrownBy(() -> Arguments.parse("--runs", "none")).isInstanceOf(Invalid.class).hasMessageContaining("none");
        assertThatThrownBy(() -> Arguments.parse("--tier")).isInstanceOf(Invalid.class).hasMessageContaining("value");
        assertThatThrownBy(() -> Arguments.parse("--networks", "alexnet").chosen()).isInstanceOf(Invalid.class).hasMessageContaining("mobilenet_v1-dense");
        assertThat(Arguments.parse("all", "--threads", "2,1").what()).containsExactlyElementsOf(Arguments.WHAT);
        assertThat(Arguments.parse().chosen()).hasSize(9);
    }

    @Test
    void theProcessInTheMiddleGivesTheRow() {
        Ratio slow = ratio("n", 1, 2, setting("x64", 16)), fast = ratio("n", 1, 4, setting("x64", 16)), middle = ratio("n", 1, 3, setting("x64", 16));
        Ratio allocating = new Ratio("n", 1, Range.of(5), slow.ours(), slow.peer(), 1e-5, 8, false, TURNS, slow.setting());
        assertThat(Ratio.of(List.of(fast, slow, middle))).isEqualTo(new Ratio("n", 1, new Range(3, 2, 4), middle.ours(), middle.peer(), 1e-6, 0, true, TURNS.in(3), middle.setting()));
        assertThat(Ratio.of(List.of(allocating, slow, middle, fast))).isEqualTo(new Ratio("n", 1, new Range(3, 2, 5), middle.ours(), middle.peer(), 1e-5, 8, false, TURNS.in(4), middle.setting()));
    }

    @Test
    void commandsRepeatTheirRows() {
        Network net = Network.matching(List.of("resnet50")).getFirst(), hand = Network.matching(List.of("hand")).getFirst();
        assertThat(Arguments.parse().command(new Row("ratios", net, 2, "", ""), null)).isEqualTo("bench/compare ratios --networks resnet50-80-1x8 --threads 2");
        Arguments all = Arguments.parse("--turn", "1", "--runs", "7", "--processes", "2", "--calibrated", "--quick", "--hand-landmark", "folder/hand.onnx");
        assertThat(all.command(new Row("ratios", hand, 1, "jvm", "8"), "-Dx=y")).isEqualTo("LACEWING_JAVA_OPTS='-Dx=y' bench/compare ratios --networks hand_landmark --threads 1 --turn 1 --runs 7"
                + " --processes 2 --tier jvm --lanes 8 --calibrated --quick --hand-landmark hand.onnx");
        assertThat(all.command(new Row("cold", null, 0, "", ""), null)).isEqualTo("bench/compare cold --processes 2 --calibrated --quick");
        assertThat(all.command(new Row("linearity", null, 0, "", ""), null)).isEqualTo("bench/compare linearity --runs 7 --calibrated --quick");
    }
}
