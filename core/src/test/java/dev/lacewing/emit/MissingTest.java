package dev.lacewing.emit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MissingTest {
    private static final String PROPERTY = "lacewing.test.no-such-tool";

    @AfterEach void clear() { System.clearProperty(PROPERTY); }

    @Test void leavesTheTestOut() { assertThat(Missing.tool(PROPERTY, "install it")).hasMessage("install it"); }

    @Test void failsWhereTheToolIsDemanded() {
        System.setProperty(PROPERTY, "true");
        assertThatThrownBy(() -> Missing.tool(PROPERTY, "install it")).isInstanceOf(AssertionError.class).hasMessageContaining("install it").hasMessageContaining(PROPERTY);
    }
}
