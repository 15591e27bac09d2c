package dev.lacewing.sparse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lacewing.error.LacewingException.Invalid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PatternTest {
    @ParameterizedTest
    @ValueSource(strings = {"unstructured", "1x1", "1x4", "1x16", "2:4", "1:8"})
    void printsWhatItParses(String text) { assertThat(Pattern.parse(text)).hasToString(text); }

    @ParameterizedTest
    @ValueSource(strings = {"", "Unstructured", "1x", "1x0", "1x-4", "2x4", "1x4 ", "1x99999999999", "1x2000", "4:4", "5:4", "0:4", "2:", ":4", "2:4:8", "2/4", "99999999999:4"})
    void refusesTheRestWithAnExample(String text) { assertThatThrownBy(() -> Pattern.parse(text)).isInstanceOf(Invalid.class).hasMessageMatching("(?s).*(1x4|1xN|N:M).*"); }

    @Test
    void ratioImpliesItsSparsity() { assertThat(new Pattern.NofM(1, 8).sparsity()).isCloseTo(0.875, within(1e-12)); }
}
