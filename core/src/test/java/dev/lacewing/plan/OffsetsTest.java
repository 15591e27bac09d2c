package dev.lacewing.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lacewing.general.General;
import dev.lacewing.graph.Activation;
import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import dev.lacewing.graph.Value;
import dev.lacewing.kernel.Epilogue;
import dev.lacewing.plan.ElementwiseLowering.Operand;
import dev.lacewing.plan.Plan.Argument;
import dev.lacewing.program.Machine;
import dev.lacewing.tensor.Layout;
import dev.lacewing.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A product over planes of 5 x 5 pixels, 3 channels in and 4 out, whose offsets are right or wrong. */
class OffsetsTest {
    private static final Value X = new Value("x", Shape.of(1, 3, 5, 5));
    private static final Graph GRAPH = new Graph("sketch", List.of(X, new Value("u", Shape.of(1, 4, 5, 5))),
            List.of(new Node("n", new Op.Activate(Activation.NONE), List.of("u"), "y")), List.of("y"), Map.of());

    private final PlanBuilder b = new PlanBuilder(GRAPH, CostModel.shipped(Machine.AVX512.baking()), 1, LayoutPlanner.plan(GRAPH, Machine.AVX512.baking()), Map.of(), Set.of());
    private final int pitch = b.layout("x").planePitch();

    @Test
    void offsetsInsideTheBufferAreAccepted() {
        assertThat(share(4, false, 0, pitch, 2L * pitch)).isNotEmpty();
        assertThat(share(4, true, 0, pitch, 2L * pitch)).isNotEmpty();
    }

    @Test
    void bakedOffsetsAreCheckedToo() {
        assertThat(share(4, Format.BAKED, 0, pitch, 2L * pitch)).isNotEmpty();
        assertThatThrownBy(() -> share(4, Format.BAKED, 0, -1)).isInstanceOf(IllegalStateException.class).hasMessageContaining("column");
        assertThatThrownBy(() -> share(4, Format.BAKED, 0, 4L * pitch)).isInstanceOf(IllegalStateException.class).hasMessageContaining("column");
        assertThatThrownBy(() -> share(9, Format.BAKED, 0, pitch)).isInstanceOf(IllegalStateException.class).hasMessageContaining("row");
    }

    @Test
    void aColumnBeforeTheBufferIsRefused() {
        assertThatThrownBy(() -> share(4, false, -1, pitch, 2L * pitch)).isInstanceOf(IllegalStateException.class).hasMessageContaining("floats -1 to").hasMessageContaining("of x");
    }

    @Test
    void aColumnAfterTheBufferIsRefused() {
        int slack = b.layout("x").size() - 2 * pitch - 32;   // the last plane is walked in 32 floats
        assertThat(share(4, false, 0, pitch, 2L * pitch + slack)).isNotEmpty();
        assertThatThrownBy(() -> share(4, false, 0, pitch, 2L * pitch + slack + 1)).isInstanceOf(IllegalStateException.class).hasMessageContaining("column");
    }

    @Test
    void layoutsLargerThanTheirBuffersAreRefusedOnTheGeneralPath() {
        Layout small = Layout.contiguous(Shape.of(3, 5)), large = Layout.contiguous(Shape.of(300, 5));
        int buffer = b.scratch("small", small.size());
        Op back = new Op.Identity();
        PortableLowering.step(b, "copy", back, Operand.of(b, "y"), Operand.of(b, "y"));
        assertThatThrownBy(() -> PortableLowering.step(b, "copy", back, new Operand(buffer, large, null), new Operand(b.scratch("large", large.size()), large, null)))
                .isInstanceOf(IllegalStateException.class).hasMessageContaining("a move reads touches floats 0 to 1500 of small");
        assertThatThrownBy(() -> PortableLowering.step(b, "copy", back, new Operand(b.scratch("large", large.size()), large, null), new Operand(buffer, large, null)))
                .isInstanceOf(IllegalStateException.class).hasMessageContaining("of small");
    }

    /** An op whose indices lead out of its input, though all layouts are those of their buffers. */
    @Test
    void indicesOutsideTheInputAreRefusedOnTheGeneralPath() {
        Layout in = Layout.contiguous(Shape.of(4)), out = Layout.contiguous(Shape.of(2));
        Argument.Memory from = PlanBuilder.at(b.scratch("from", 4), 0), to = PlanBuilder.at(b.scratch("to", 2), 0);
        assertThat(b.call(General.kernel(new Op.Slice(List.of(2), List.of(1), List.of(2)), List.of(in), out), from, to).arguments()).containsExactly(from, to);
        for (int start : new int[] {3, 1000})
            assertThatThrownBy(() -> b.call(General.kernel(new Op.Slice(List.of(start), List.of(1), List.of(2)), List.of(in), out), from, to))
                    .isInstanceOf(IllegalStateException.class).hasMessageContaining("a move reads").hasMessageContaining("of from");
    }

    @Test
    void moreRowsThanTheOutputHasAreRefused() {
        assertThatThrownBy(() -> share(9, false, 0, pitch, 2L * pitch)).isInstanceOf(IllegalStateException.class).hasMessageContaining("row").hasMessageContaining("of y");
    }

    @Test
    void moreColumnsThanTheInputHasAreRefused() {
        assertThatThrownBy(() -> share(4, true, 0, pitch, 2L * pitch, 3L * pitch, 4L * pitch)).isInstanceOf(IllegalStateException.class).hasMessageContaining("column");
    }

    @Test
    void anAddressOutsideItsBufferIsRefused() {
        assertThatThrownBy(() -> b.single("move", b.clear("x").getFirst(), b.call(arguments -> {}, b.at("x", b.layout("x").size()))))
                .isInstanceOf(IllegalStateException.class).hasMessageContaining("move");
    }

    private List<Plan.Call> share(int rows, boolean dense, long... offsets) { return share(rows, dense ? Format.DENSE : Format.SPARSE, offsets); }

    private List<Plan.Call> share(int rows, Format format, long... offsets) {
        float[] values = new float[rows * offsets.length];
        Arrays.fill(values, 1);
        var lowering = new ProductLowering(b, Epilogue.NONE, null, false);
        var groups = List.of(new Matrix(values, rows, offsets.length, offsets));
        var choice = new MatrixChoice(format, 4, values.length, 0, 0, "");
        var packed = PackedMatrix.pack(b.constants, groups, new float[rows], choice, format == Format.DENSE);
        return lowering.share(packed, lowering.shares(packed), null, b.buffer("x"), b.layout("x").at(0, 0, 0, 0), pitch, "y", 0, 0);
    }
}
