package dev.lacewing.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lacewing.error.LacewingException.Invalid;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LayoutTest {
    private static void assertElementsApart(Layout l) {
        Set<Integer> positions = new HashSet<>();
        for (int i = 0; i < l.shape().size(); i++) positions.add(l.at(i));
        assertThat(positions).as("%s", l).hasSize(l.shape().size()).allMatch(p -> p >= l.origin() && p < l.size());
    }

    @Test
    void contiguousIsRowMajorAtAnyRank() {
        for (Shape shape : new Shape[] {Shape.of(), Shape.of(5), Shape.of(3, 7), Shape.of(2, 3, 4), Shape.of(2, 3, 4, 5), Shape.of(1, 2, 1, 3, 2)}) {
            Layout l = Layout.contiguous(shape);
            assertThat(l.isContiguous()).isTrue();
            for (int i = 0; i < shape.size(); i++) assertThat(l.at(i)).as("%s", shape).isEqualTo(i);
            assertThat(l.images() * l.channels() * l.height() * l.width()).isEqualTo(shape.size());
        }
    }

    @Test
    void planesStartAtCacheLinesAndKeepTheirElementsApart() {
        for (long seed = 0; seed < 200; seed++) {
            Random r = new Random(seed);
            Shape shape = Shape.of(1 + r.nextInt(3), 1 + r.nextInt(5), 1 + r.nextInt(12), 1 + r.nextInt(40));
            int left = r.nextInt(3), right = r.nextInt(3), pitch = shape.dim(3) + Math.max(left, right) + r.nextInt(4);
            Layout l = Layout.planes(shape, pitch, r.nextInt(3), left, r.nextInt(3), right);
            assertElementsApart(l);
            for (int n = 0; n < l.images(); n++)
                for (int c = 0; c < l.channels(); c++) assertThat(l.at(n, c, 0, 0) % Layout.ALIGN).as("%s", l).isZero();
            assertThat(l.at(0, 0, l.height() - 1, l.width() - 1) - l.at(0, 0, 0, 0)).isLessThan(l.planeFloats());
        }
    }

    @Test
    void linearAndFourIndicesAgree() {
        Layout l = Layout.planes(Shape.of(2, 3, 4, 5), 7, 1, 2, 1, 2);
        int i = 0;
        for (int n = 0; n < 2; n++) for (int c = 0; c < 3; c++) for (int y = 0; y < 4; y++) for (int x = 0; x < 5; x++) assertThat(l.at(i++)).isEqualTo(l.at(n, c, y, x));
    }

    @Test
    void planesDoNotCollideInTheCache() { assertThat(Layout.flat(Shape.of(1, 64, 32, 32)).planePitch() % 1024).isNotZero(); }

    @Test
    void refusesWhatCannotBe() {
        assertThatThrownBy(() -> Layout.planes(Shape.of(1, 1, 4, 5), 4, 0, 0, 0, 0)).isInstanceOf(Invalid.class).hasMessageContaining("row pitch of 4");
        assertThatThrownBy(() -> Layout.planes(Shape.of(4, 5), 5, 0, 0, 0, 0)).isInstanceOf(Invalid.class).hasMessageContaining("NCHW");
        assertThatThrownBy(() -> Layout.flat(Shape.of(1, 700, 1000, 1000))).isInstanceOf(Invalid.class).hasMessageContaining("2 GB");
    }
}
