package dev.lacewing.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class TrainProgressTest {
    private static final long LONGER_THAN_BETWEEN_TWO_BARS = 250;

    @Test
    void aPersonSeesABar() throws InterruptedException {
        assertThat(shown(true)).matches("\r\\[#{5}\\.{15}] epoch 1/2, loss 0.250, accuracy 75.0 %, density 12.5 %, [4-9] s left");
    }

    @Test
    void aFileGetsNone() throws InterruptedException { assertThat(shown(false)).isEmpty(); }

    /** A run of 20 steps, resumed behind the fourth: the fifth took a quarter of a second or a bit more, so 15 will take 4 s or a bit more. */
    private static String shown(boolean interactive) throws InterruptedException {
        StringWriter err = new StringWriter();
        try (TrainProgress progress = new TrainProgress(new Terminal(new PrintWriter(new StringWriter()), new PrintWriter(err), interactive), 2)) {
            Thread.sleep(LONGER_THAN_BETWEEN_TWO_BARS);
            progress.step(5, 20, 0.25, 0.75, 0.125);
            return err.toString();
        }
    }
}
