package dev.lacewing.archive;

import dev.lacewing.graph.Activation;
import dev.lacewing.graph.Op;
import dev.lacewing.graph.Window;
import dev.lacewing.tensor.Tensor;
import java.util.function.ToIntFunction;

/** An op: its code, then its components in order. A tensor is its number in the table of tensors. */
record OpWriter(Sink out, ToIntFunction<Tensor> number) {
    void write(Op op) {
        out.u8(Codes.of(op));
        switch (op) {
            case Op.Conv(var weight, var bias, var window, int groups, var activation) -> tensors(weight, bias).window(window).out.i32(groups).raw(activation(activation));
            case Op.Gemm(var weight, var bias, var activation) -> tensors(weight, bias).out.raw(activation(activation));
            case Op.BatchNormalization(var scale, var shift, var mean, var variance, float epsilon) -> tensors(scale, shift, mean, variance).out.f32(epsilon);
            case Op.Activate(var activation) -> out.raw(activation(activation));
            case Op.Binary(var what, var activation) -> out.u8(Codes.of(what)).raw(activation(activation));
            case Op.Constant(var value) -> tensors(value);
            case Op.Pool(var kind, var window, boolean ceil, boolean countPadding) -> {
                out.u8(Codes.of(kind));
                window(window).out.bool(ceil).bool(countPadding);
            }
            case Op.ReduceMean(var axes, boolean keepDims) -> out.ints(axes).bool(keepDims);
            case Op.SqueezeExcite(var reduce, var reduceBias, var middle, var expand, var expandBias, var gate) -> {
                tensors(reduce, reduceBias).out.raw(activation(middle));
                tensors(expand, expandBias).out.raw(activation(gate));
            }
            case Op.Concat(int axis) -> out.i32(axis);
            case Op.Reshape(var shape) -> out.ints(shape.dims());
            case Op.Transpose(var permutation) -> out.ints(permutation);
            case Op.Slice(var starts, var steps, var sizes) -> out.ints(starts).ints(steps).ints(sizes);
            case Op.Pad(var before, var after, var mode, float value) -> out.ints(before).ints(after).u8(Codes.of(mode)).f32(value);
            case Op.DepthToSpace(int block, var order) -> out.i32(block).u8(Codes.of(order));
            case Op.Resize(int height, int width, float scaleHeight, float scaleWidth, var mode, var coordinates, var nearest) ->
                    out.i32(height).i32(width).f32(scaleHeight).f32(scaleWidth).u8(Codes.of(mode)).u8(Codes.of(coordinates)).u8(Codes.of(nearest));
            case Op.Softmax(int axis) -> out.i32(axis);
            case Op.MatMul m -> { }
            case Op.GlobalAveragePool g -> { }
            case Op.Identity i -> { }
        }
    }

    private OpWriter tensors(Tensor... tensors) {
        for (Tensor t : tensors) out.i32(number.applyAsInt(t));
        return this;
    }

    private OpWriter window(Window w) {
        out.i32(w.kernelHeight()).i32(w.kernelWidth()).i32(w.strideHeight()).i32(w.strideWidth()).i32(w.dilationHeight()).i32(w.dilationWidth())
                .i32(w.padTop()).i32(w.padLeft()).i32(w.padBottom()).i32(w.padRight());
        return this;
    }

    private byte[] activation(Activation activation) {
        Sink bytes = new Sink().u8(Codes.of(activation));
        return (switch (activation) {
            case Activation.Clamp(float lo, float hi) -> bytes.f32(lo).f32(hi);
            case Activation.LeakyRelu(float slope) -> bytes.f32(slope);
            case Activation.PRelu(var slopes) -> bytes.i32(number.applyAsInt(slopes));
            case Activation.HardSigmoid(float alpha, float beta) -> bytes.f32(alpha).f32(beta);
            case Activation.None n -> bytes;
            case Activation.Sigmoid s -> bytes;
            case Activation.HardSwish h -> bytes;
            case Activation.Swish s -> bytes;
            case Activation.Tanh t -> bytes;
        }).toByteArray();
    }
}
