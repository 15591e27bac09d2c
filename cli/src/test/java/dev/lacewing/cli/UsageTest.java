package dev.lacewing.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UsageTest {
    @ParameterizedTest
    @ValueSource(strings = {"bench", "frobnicate", "bench --threads", "bench --threads two net.onnx", "bench a.onnx b.onnx", "bench --threads 0 net.onnx",
            "bench --threads 257 net.onnx", "bench --runs 0 net.onnx", "bench --warmup -1 net.onnx", "bench net.onnx --against abacus", "zoo resnet20", "zoo alexnet -o a.onnx",
            "zoo resnet20 --width -1 -o a.onnx", "prune net.onnx", "prune net.onnx --pattern 1x -s 0.5 -o a.onnx", "prune net.onnx -s 1.5 -o a.onnx",
            "prune net.onnx --pattern 1x4 -o a.onnx", "prune net.onnx --pattern 2:4 -s 0.9 -o a.onnx", "prune net.onnx --scope none -s 0.5 -o a.onnx", "verify net.onnx",
            "verify net.onnx --against onnxruntime --test-data .", "verify net.onnx --against onnxruntime --input-shape 1,x", "eval net.onnx", "eval net.onnx --images .",
            "eval net.onnx --images . --cifar a", "run net.onnx", "run net.onnx --image a.png --top 0", "run net.onnx --image a.png --resize big",
            "run net.onnx --image a.png --mean 1,2", "run net.onnx --image a.png --order grb", "demo --threads 0", "zoo resnet20 -o a.txt", "prune net.onnx -s 0.5 -o a", "bench net.onnx --batch 0", "bench net.onnx --dim h=0", "explain net.onnx --runs 0", "tune net.onnx", "tune net.onnx -o net.onnx", "tune net.onnx -o net.lace --limit 0"})
    void wrongArgumentsExitWithTwo(String line) {
        Cli cli = Cli.run((Object[]) line.split(" "));
        assertThat(cli.code()).as(cli.err()).isEqualTo(2);
        assertThat(cli.out()).isEmpty();
        assertThat(cli.err()).startsWith("lacewing: ").contains("--help").doesNotContain("\tat ");
    }

    @Test
    void misspeltWordsGetSuggestions() {
        assertThat(Cli.run("bnech").err()).contains("there is no command bnech").contains("lacewing bench");
        assertThat(Cli.run("bench", "--thraeds", "2", "net.onnx").err()).contains("there is no option --thraeds").contains("--threads");
    }

    @Test
    void messagesSpeakOfNumbersAndChoicesNotOfJava() {
        assertThat(Cli.run("bench", "net.onnx", "--runs", "99999999999").err()).contains("'99999999999' is not a whole number, or too large");
        assertThat(Cli.run("prune", "net.onnx", "-s", "90%", "-o", "a.onnx").err()).contains("'90%' is not a number");
        assertThat(Cli.run("prune", "net.onnx", "--scope", "some", "-o", "a.onnx").err()).contains("expected pointwise, conv, all, got some");
        assertThat(Cli.run("bench", "net.onnx", "--dim", "h").err()).contains("option '--dim'").doesNotContain("option option");
    }

    @Test
    void helpIsAlsoACommand() {
        assertThat(Cli.run("help")).isEqualTo(Cli.run("--help"));
        assertThat(Cli.run("help", "bench")).isEqualTo(Cli.run("bench", "--help"));
        assertThat(Cli.run("help", "nothing").code()).isEqualTo(2);
    }

    @Test
    void alonePrintsTheOverview() {
        Cli cli = Cli.run();
        assertThat(cli.code()).isZero();
        assertThat(cli.out()).isEqualTo(Cli.run("--help").out()).contains("demo", "zoo", "prune", "explain", "bench", "run", "eval", "verify", "doctor");
        assertThat(cli.err()).isEmpty();
    }

    @Test
    void printsTheVersion() {
        Cli cli = Cli.run("--version");
        assertThat(cli.code()).isZero();
        assertThat(cli.out()).startsWith("lacewing ").hasLineCount(1);
    }
}
