package dev.lacewing.tune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ProcessorTest {
    @Test
    @Timeout(20)
    void whatACommandPrintsIfItIsQuick() {
        assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "a shell");
        assertThat(Processor.printed("/bin/sh", "-c", "echo A processor")).isEqualTo("A processor");
        assertThat(Processor.printed("/bin/sh", "-c", "echo none; exit 3")).isEmpty();
        assertThat(Processor.printed("/bin/sh", "-c", "echo late; exec sleep 60")).isEmpty();
        assertThat(Processor.printed("/no/such/command")).isEmpty();
    }
}
