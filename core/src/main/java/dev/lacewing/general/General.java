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
            case Op.Resize resize -> switch (resize.mode()) {
                case NEAREST -> Moves.nearest(resize, inputs.getFirst(), output);
                case LINEAR -> new ResizeLinearKernel(resize, inputs.getFirst(), output);
            };
            case Op.Binary binary -> ElementwiseKernel.binary(binary, inputs.get(0), inputs.get(1), output);
            case Op.MatMul() -> new MatMulKernel(inputs.get(0), inputs.get(1), output);
            case Op.Softmax(int axis) -> new SoftmaxKernel(axis, inputs.getFirst(), output);
            case Op.Conv _, Op.Gemm _, Op.SqueezeExcite _, Op.Pool _, Op.GlobalAveragePool _, Op.ReduceMean _, Op.BatchNormalization _, Op.Activate _ -> throw noKernel(op);
        };
    }

    private static IllegalStateException noKernel(Op op) {
        return new IllegalStateException("expected a vector program for " + op.getClass().getSimpleName() + ", which has no kernel on the general path");
    }
}
