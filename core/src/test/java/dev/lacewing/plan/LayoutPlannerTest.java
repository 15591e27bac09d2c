package dev.lacewing.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Window;
import dev.lacewing.program.Machine;
import dev.lacewing.tensor.Layout;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class LayoutPlannerTest {
    private static final Window SAME = Window.square(3, 1, 1);

    private static Layout layout(LayoutPlanner.Result planned, String value) { return Objects.requireNonNull(planned.layouts().get(value)); }

    @Test
    void whatFlatKernelsReadAndWriteSharesARowPitchWideEnoughForTheWidestHalo() {
        Sketch s = new Sketch(1, 8, 9, 9);
        s.pointwise("a", "x", 8, 8, 0, 1);
        s.pointwise("b", "a", 8, 8, 0, 1);
        s.conv("c", "b", 8, 8, Window.square(5, 1, 2), 8);
        s.pointwise("d", "c", 8, 8, 0, 1);
        s.add("e", "d", "c");
        LayoutPlanner.Result planned = LayoutPlanner.plan(s.graph("e"), Machine.AVX512);
        assertThat(layout(planned, "b").rowPitch()).isEqualTo(9 + 2);
        assertThat(layout(planned, "a").rowPitch()).isEqualTo(9 + 2);
        assertThat(layout(planned, "x").rowPitch()).isEqualTo(9 + 2);
        assertThat(layout(planned, "c").rowPitch()).as("a depthwise walk goes from one pitch to another").isEqualTo(9);
        assertThat(layout(planned, "d").rowPitch()).isEqualTo(9);
        assertThat(layout(planned, "e").rowPitch()).isEqualTo(9);
    }

    @Test
    void onlyWhatHasAReaderOfItsHaloIsZeroedAndHasRowsAbove() {
        Sketch s = new Sketch(1, 4, 7, 10);
        s.pointwise("a", "x", 4, 6, 0, 1);
        s.conv("b", "a", 6, 6, SAME, 6);
        s.conv("c", "b", 6, 5, SAME, 1);
        LayoutPlanner.Result planned = LayoutPlanner.plan(s.graph("c"), Machine.AVX512);
        assertThat(planned.zeroed()).containsExactlyInAnyOrder("a", "b");
        assertThat(layout(planned, "x").origin()).isZero();
        assertThat(layout(planned, "c").origin()).isZero();
        assertThat(layout(planned, "a").origin()).isGreaterThanOrEqualTo(layout(planned, "a").rowPitch() + 1);
        assertThat(layout(planned, "b").rowPitch()).as("c reads b by flat runs").isEqualTo(layout(planned, "c").rowPitch());
    }

    /** What a window reads beyond an edge is inside the buffer and nobody's element. */
    @Test
    void halosLieBetweenElements() {
        for (int size = 1; size < 12; size++) {
            Sketch s = new Sketch(2, 3, size + 1, size);
            s.conv("a", "x", 3, 3, new Window(3, 3, 1, 1, 1, 1, 1, 2, 2, 1), 1);
            s.conv("b", "a", 3, 3, SAME, 3);
            Graph graph = s.graph("b");
            LayoutPlanner.Result planned = LayoutPlanner.plan(graph, Machine.AVX512);
            assertHalo(layout(planned, "x"), 1, 2, 2, 1);
            assertHalo(layout(planned, "a"), 1, 1, 1, 1);
        }
    }

    private static void assertHalo(Layout l, int top, int left, int bottom, int right) {
        boolean[] element = new boolean[l.size()];
        for (int i = 0; i < l.shape().size(); i++) element[l.at(i)] = true;
        for (int n = 0; n < l.images(); n++)
            for (int c = 0; c < l.channels(); c++)
                for (int y = -top; y < l.height() + bottom; y++)
                    for (int x = -left; x < l.width() + right; x++) {
                        boolean inside = y >= 0 && y < l.height() && x >= 0 && x < l.width();
                        assertThat(element[l.at(n, c, y, x)]).as("%s at image %d, channel %d, row %d, column %d", l, n, c, y, x).isEqualTo(inside);
                    }
    }

    @Test
    void vectorsAreContiguous() {
        Sketch s = new Sketch(3, 8, 1, 1);
        s.pointwise("a", "x", 8, 5, 0, 1);
        LayoutPlanner.plan(s.graph("a"), Machine.AVX512).layouts().values().forEach(l -> assertThat(l.isContiguous()).as("%s", l).isTrue());
    }

    /** 14 rows of 14 are 13 vectors, with a halo beside them 14; machine code reads them without, and rows above and below are not read. */
    @Test
    void narrowPlanesOfMachineCodeHaveNoHaloForTheirDepthwiseReader() {
        Sketch s = new Sketch(1, 4, 14, 14);
        s.pointwise("a", "x", 4, 8, 0, 1);
        s.conv("b", "a", 8, 8, SAME, 8);
        s.pointwise("c", "b", 8, 4, 0, 1);
        Graph graph = s.graph("c");
        LayoutPlanner.Result without = LayoutPlanner.plan(graph, Machine.AVX512.baking()), with = LayoutPlanner.plan(graph, Machine.AVX512);
        assertThat(without.withoutHalo()).containsExactly("b");
        assertThat(without.zeroed()).isEmpty();
        assertThat(layout(without, "a").rowPitch()).isEqualTo(14);
        assertThat(layout(without, "a").planeFloats()).isEqualTo(14 * 14);
        assertThat(with.withoutHalo()).isEmpty();
        assertThat(with.zeroed()).containsExactly("a");
        assertThat(layout(with, "a").rowPitch()).isEqualTo(15);
    }

    /** Another reader's halo makes the rows as long as this one would: then it reads that. */
    @Test
    void noHaloIsLeftOutThatIsThereAnyway() {
        Sketch s = new Sketch(1, 4, 14, 14);
        s.pointwise("a", "x", 4, 8, 0, 1);
        s.conv("b", "a", 8, 8, SAME, 8);
        s.conv("c", "a", 8, 8, SAME, 1);
        s.add("d", "b", "c");
        LayoutPlanner.Result planned = LayoutPlanner.plan(s.graph("d"), Machine.AVX512.baking());
        assertThat(planned.withoutHalo()).isEmpty();
        assertThat(planned.zeroed()).containsExactly("a");
    }
}
