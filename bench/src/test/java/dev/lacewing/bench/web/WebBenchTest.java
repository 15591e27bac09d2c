package dev.lacewing.bench.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lacewing.bench.report.Json;
import dev.lacewing.bench.report.Records;
import dev.lacewing.bench.web.Row.Times;
import dev.lacewing.error.LacewingException.Invalid;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WebBenchTest {
    @TempDir
    private Path folder;

    @Test
    void theMiddleProcessStandsForItsRow() {
        Row row = Row.of(List.of(row("hand_landmark", 8), row("hand_landmark", 5), row("hand_landmark", 6)));
        assertThat(row.ratio()).isEqualTo(6);
        assertThat(row.smallest()).isEqualTo(5);
        assertThat(row.largest()).isEqualTo(8);
        assertThat(row.theirs().median()).isEqualTo(60);
        assertThat(row.processes()).isEqualTo(3);
        assertThat(row.firstMs()).isEqualTo(6);
    }

    @Test
    void rebuildsThePageFromTheFile() throws IOException {
        Row reached = row("mobilenet_v1-dense", 2), missed = row("hand_landmark", 4);
        Files.writeString(folder.resolve("performance-web.json"), Json.write(List.of(Records.toMap(reached), Records.toMap(missed))));
        assertThat(run("--rebuild", "-o", folder.toString())).isZero();
        String page = Files.readString(folder.resolve("performance-web.md")), plot = Files.readString(folder.resolve("performance-web.svg"));
        assertThat(page).contains("**2.00**", " 4.00 |", "20.5 KB of the machine", "bench/web --networks hand_landmark", "Chromium 156", "not measured").doesNotContain("**4.00**");
        assertThat(plot).contains("MobileNetV1, dense", "Hand landmark");
        assertThat(page).contains("each row: 1 fresh process, 60 timed runs of each engine in each, in turns of 10", "no network misses");
    }

    @Test
    void saysWhatWasAimedAtAndMissed() throws IOException {
        Row slow = row("hand_landmark", 61), fast = row("mobilenet_v1-dense", 2);
        Row large = new Row(fast.network(), fast.where(), 1, 2, 2, 2, fast.ours(), fast.theirs(), 1e-6, 40, 3, 2, 30_000, 5_000_000, "relaxed", 10, 30, 3, fast.engine(), fast.machine(), fast.peer(), "abc", fast.date(),
                fast.command());
        Files.writeString(folder.resolve("performance-web.json"), Json.write(List.of(Records.toMap(slow), Records.toMap(large))));
        assertThat(run("--rebuild", "-o", folder.toString())).isZero();
        assertThat(Files.readString(folder.resolve("performance-web.md"))).contains("missed or not measured:", "* MobileNetV1, dense: its module has 30.0 KB\n", "* MediaPipe hand landmark as published: its first inference takes 61.0 ms\n",
                "1 of 2 rows: 1 fresh process, 60 timed runs", "1 of 2 rows: 3 fresh processes, 30 timed runs");
    }

    @Test
    void marksWhatWasNotCommittedOrNotMeasured() throws IOException {
        Row one = row("hand_landmark", 4);
        Row two = onTwoThreads(one, "abc+");
        Files.writeString(folder.resolve("performance-web.json"), Json.write(List.of(Records.toMap(one), Records.toMap(two))));
        assertThat(run("--rebuild", "-o", folder.toString())).isZero();
        String page = Files.readString(folder.resolve("performance-web.md"));
        assertThat(page).contains("not committed (after abc)", "no network misses").doesNotContain("abc+", "bench/web --threads 2", "second thread gains");
        assertThat(page.substring(page.indexOf("## Download"))).contains("|       1 |       20.0 |        5.00 |").doesNotContain("|       2 |");
    }

    @Test
    void refusesToMixMachines() throws IOException {
        Files.writeString(folder.resolve("performance-web.json"), Json.write(List.of(Records.toMap(row("hand_landmark", 4)))));
        assertThat(run("--home", folder.toString(), "-o", folder.toString())).isEqualTo(2);
    }

    @Test
    void readsItsArguments() {
        Arguments arguments = Arguments.parse("--networks", "v1-90,hand", "--where", "node", "--threads", "2", "--home", "clone");
        assertThat(Target.matching(arguments.networks())).extracting(Target::id).containsExactly("mobilenet_v1-90-unstructured", "mobilenet_v1-90-1x4", "hand_landmark");
        assertThat(Objects.requireNonNull(arguments.folder())).isEqualTo(Path.of("clone", "docs"));
        assertThat(arguments.command(Target.ALL.getFirst(), "node", 2)).isEqualTo("bench/web --networks mobilenet_v1-90-unstructured --where node --threads 2");
        assertThat(Arguments.parse("--quick", "--home", "clone").folder()).isNull();
        assertThatThrownBy(() -> Arguments.parse("--where", "firefox")).isInstanceOf(Invalid.class).hasMessageContaining("chromium or node");
        assertThatThrownBy(() -> Arguments.parse("--networks", "vgg")).isInstanceOf(Invalid.class).hasMessageContaining("mobilenet_v1-dense");
        assertThatThrownBy(() -> Arguments.parse("--threads", "3")).isInstanceOf(Invalid.class).hasMessageContaining("1 or 2, got 3");
        for (String option : List.of("--threads", "--where", "--networks")) assertThatThrownBy(() -> Arguments.parse(option, ",")).isInstanceOf(Invalid.class).hasMessageContaining(option + " needs a value");
        assertThatThrownBy(() -> Arguments.parse("--processes", "2")).isInstanceOf(Invalid.class).hasMessageContaining("odd number");
        assertThatThrownBy(() -> Arguments.parse("--runs", "0")).isInstanceOf(Invalid.class);
    }

    @Test
    void everyTargetIsANetwork() { assertThat(Target.ALL).allSatisfy(t -> assertThat(t.network().id()).isEqualTo(t.id())); }

    @Test
    void rowsSurviveTheFile() {
        Row row = row("hand_landmark", 4);
        assertThat(Records.fromMap(Row.class, (Map<?, ?>) Objects.requireNonNull(Json.read(Json.write(Records.toMap(row)))))).isEqualTo(row);
    }

    private static int run(String... args) {
        PrintStream nowhere = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
        return WebBench.run(args, nowhere, nowhere);
    }

    /** Only times of the same state of Lacewing are divided by one another. */
    @Test
    void tellsWhatASecondThreadGains() throws IOException {
        Row one = row("hand_landmark", 4);
        Files.writeString(folder.resolve("performance-web.json"), Json.write(List.of(Records.toMap(one), Records.toMap(onTwoThreads(one, one.commit())))));
        assertThat(run("--rebuild", "-o", folder.toString())).isZero();
        assertThat(folder.resolve("performance-web.md")).content().contains("so roughly: MediaPipe hand landmark as published in chromium 1.25.\n");
        Row before = with(one, "abc+"), changed = onTwoThreads(one, "abc+");
        Files.writeString(folder.resolve("performance-web.json"), Json.write(List.of(Records.toMap(before), Records.toMap(changed))));
        assertThat(run("--rebuild", "-o", folder.toString())).isZero();
        assertThat(folder.resolve("performance-web.md")).content().as("two states after one commit").doesNotContain("second thread gains");
    }

    private static Row with(Row r, String commit) {
        return new Row(r.network(), r.where(), r.threads(), r.ratio(), r.smallest(), r.largest(), r.ours(), r.theirs(), r.difference(), r.firstMs(), r.loadMs(), r.compileMs(), r.moduleBytes(),
                r.weightBytes(), r.variant(), r.turn(), r.runs(), r.processes(), r.engine(), r.machine(), r.peer(), commit, r.date(), r.command());
    }

    private static Row onTwoThreads(Row one, String commit) {
        return new Row(one.network(), one.where(), 2, 4, 4, 4, new Times(8, 7, 9), new Times(32, 31, 33), 1e-6, Double.NaN, Double.NaN, Double.NaN, 0, 0, "relaxed", 10, 60, 1, one.engine(),
                one.machine(), one.peer(), commit, one.date(), "bench/web --threads 2");
    }

    private static Row row(String network, double ratio) {
        return new Row(network, "chromium", 1, ratio, ratio, ratio, new Times(10, 9, 11), new Times(10 * ratio, 9 * ratio, 11 * ratio), 1e-6, 50, ratio, 2, 20_000, 5_000_000, "relaxed", 10, 60, 1, "Chromium 156",
                "20.5 KB of the machine", "onnxruntime-web 1.30.0", "abc", "2026-01-01", "bench/web --networks " + network);
    }
}
