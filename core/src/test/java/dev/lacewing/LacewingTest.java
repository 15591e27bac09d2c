package dev.lacewing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lacewing.archive.LaceFormat;
import dev.lacewing.error.LacewingException.Unsupported;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class LacewingTest {
    @Test
    void theEndingTellsTheFormat() {
        assertThat(Lacewing.format(Path.of("net.LACE"))).isInstanceOf(LaceFormat.class);
        for (String name : new String[] {"/", "", "net", "net.txt"}) assertThatThrownBy(() -> Lacewing.format(Path.of(name))).as(name).isInstanceOf(Unsupported.class).hasMessageContaining(".lace");
    }
}
