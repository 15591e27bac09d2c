package dev.lacewing.general;

import dev.lacewing.graph.Op;
import dev.lacewing.program.Kernel;
import dev.lacewing.tensor.Layout;
import java.util.List;

/** Kernels of the general path. */
public final class General {
    private General() {}

    /**
     * A kernel for {@code op} on activations in the given layouts. Its arguments are the addresses of the inputs' buffers in order, then of the output's.
     * The output must not overlap an input.
     *
     * @param output of the shape that {@link dev.lacewing.graph.Shapes} infers
     * @throws IllegalStateException for an operation that always has a vector program
     */
    public static Kernel kernel(Op op, List<Layout> inputs, Layout output) {
        return switch (op) {
            case Op.Constant constant -> Moves.constant(constant, output);
            case Op.Identity() -> MoveKernel.relayout(inputs.getFirst(), output);
            case Op.Reshape r -> Moves.reshape(inputs.getFirst(), output);
            case Op.Transpose transpose -> Moves.transpose(transpose, inputs.getFirst(), output);
            case Op.Slice slice -> Moves.slice(slice, inputs.getFirst(), output);
            case Op.Pad pad -> Moves.pad(pad, inputs.getFirst(), output);
            case Op.Concat concat -> Moves.concat(concat, inputs, output);
            case Op.DepthToSpace d -> Moves.depthToSpace(d, inputs.getFirst(), output);
            default -> throw new IllegalStateException(op.toString());
        };
    }
}
