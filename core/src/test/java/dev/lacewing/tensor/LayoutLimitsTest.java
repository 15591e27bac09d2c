package dev.lacewing.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lacewing.error.LacewingException.Invalid;
import org.junit.jupiter.api.Test;

class LayoutLimitsTest {
    @Test
    void haloedPlanesKeepRoomAroundTheirPixels() {
        Layout l = Layout.planes(Shape.of(2, 3, 5, 7), 9, 1, 2, 3, 2);
        assertThat(l.at(0, 0, -1, -2)).isNotNegative();
        assertThat(l.at(0, 1, -1, -2)).isGreaterThan(l.at(0, 0, 4, 6));
        assertThat(l.at(0, 1, 0, 0)).isGreaterThan(l.at(0, 0, 4 + 3, 6 + 2));
        assertThat(l.at(1, 2, 4 + 3, 6 + 2)).isLessThan(l.size());
        assertThat(l.planePitch() % Layout.ALIGN).isZero();
    }

    /** 40000 rows of 60000 floats overflow an int, to a negative number of bytes. */
    @Test
    void planesTooLargeForAnIntAreRefused() {
        assertThatThrownBy(() -> Layout.planes(Shape.of(1, 1, 40_000, 40_000), 60_000, 0, 0, 0, 0)).isInstanceOf(Invalid.class).hasMessageContaining("2 GB");
        assertThatThrownBy(() -> Layout.planes(Shape.of(1, 2, 10, 10), 1 << 20, 1 << 12, 0, 0, 0)).isInstanceOf(Invalid.class).hasMessageContaining("2 GB");
    }
}
