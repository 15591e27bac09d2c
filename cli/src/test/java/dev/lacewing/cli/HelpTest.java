package dev.lacewing.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The help texts as approved; {@code -Dlacewing.approve=true} approves what they are now. */
class HelpTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden");

    @ParameterizedTest
    @ValueSource(strings = {"overview", "demo", "zoo", "data", "prune", "train", "experiment", "explain", "bench", "run", "eval", "verify", "tune", "calibrate", "export", "serve-web", "doctor"})
    void isAsApproved(String command) throws IOException {
        Cli cli = command.equals("overview") ? Cli.run() : Cli.run(command, "--help");
        assertThat(cli.code()).isZero();
        assertThat(cli.err()).isEmpty();
        assertThat(cli.out().lines()).allMatch(line -> line.length() <= 100);
        Path golden = GOLDEN.resolve("help-" + command + ".txt");
        String text = cli.out().replace("\r\n", "\n");
        if (Boolean.getBoolean("lacewing.approve")) Files.writeString(golden, text);
        assertThat(text).isEqualTo(Files.readString(golden));
    }
}
