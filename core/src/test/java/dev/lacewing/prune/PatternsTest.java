package dev.lacewing.prune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.sparse.Pattern;
import dev.lacewing.tensor.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PatternsTest {
    @Test
    void aPatternForEachOperator() {
        Patterns patterns = Patterns.parse("pointwise=1x8, spatial=1x4 gemm=2:4");
        assertThat(patterns.of(Shape.of(8, 4, 1, 1), 1)).isEqualTo(new Pattern.Block(8));
        assertThat(patterns.of(Shape.of(8, 4, 3, 3), 1)).isEqualTo(new Pattern.Block(4));
        assertThat(patterns.of(Shape.of(8, 4, 3, 3), 2)).isEqualTo(new Pattern.Block(4));
        assertThat(patterns.of(Shape.of(8, 4), 1)).isEqualTo(new Pattern.NofM(2, 4));
        assertThat(patterns.of(Shape.of(8, 1, 3, 3), 8)).isNull();
        assertThat(patterns.of(Shape.of(8, 1, 3, 3), 1)).as("one input channel is not depthwise").isEqualTo(new Pattern.Block(4));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1x4", "unstructured", "2:4", "pointwise=1x8 spatial=1x4 gemm=dense depthwise=unstructured"})
    void printsWhatItReads(String text) { assertThat(Patterns.parse(text)).hasToString(text); }

    @Test
    void groupsLeaveDepthwiseDense() {
        assertThat(Patterns.parse("group:8")).isEqualTo(Patterns.groups(8)).hasToString("pointwise=1x8 spatial=1x8 gemm=1x8 depthwise=dense");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1y4", "group:x", "conv=1x4", "pointwise=1x4 spatial", "pointwise="})
    void whatItRefuses(String text) { assertThatThrownBy(() -> Patterns.parse(text)).isInstanceOf(Invalid.class); }
}
