package dev.lacewing.archive;

import dev.lacewing.graph.Activation;
import dev.lacewing.graph.Op;
import dev.lacewing.graph.Window;
import dev.lacewing.tensor.Shape;
import dev.lacewing.tensor.Tensor;
import java.util.List;

/** The counterpart of {@link OpWriter}; the components of a record are read in the order in which they are written here. */
record OpReader(Source in, List<Tensor> tensors) {
    Op read() {
        int code = in.u8();
        return switch (code) {
            case Codes.CONV -> new Op.Conv(tensor(), tensor(), window(), in.i32(), activation());
            case Codes.GEMM -> new Op.Gemm(tensor(), tensor(), activation());
            case Codes.MAT_MUL -> new Op.MatMul();
            case Codes.BATCH_NORMALIZATION -> new Op.BatchNormalization(tensor(), tensor(), tensor(), tensor(), in.f32());
            case Codes.ACTIVATE -> new Op.Activate(activation());
            case Codes.BINARY -> new Op.Binary(Codes.read(in, Op.Arithmetic.values(), Codes::of), activation());
            case Codes.CONSTANT -> new Op.Constant(tensor());
            case Codes.POOL -> new Op.Pool(Codes.read(in, Op.PoolKind.values(), Codes::of), window(), in.bool(), in.bool());
            case Codes.GLOBAL_AVERAGE_POOL -> new Op.GlobalAveragePool();
            case Codes.REDUCE_MEAN -> new Op.ReduceMean(in.ints(), in.bool());
            case Codes.SQUEEZE_EXCITE -> new Op.SqueezeExcite(tensor(), tensor(), activation(), tensor(), tensor(), activation());
            case Codes.CONCAT -> new Op.Concat(in.i32());
            case Codes.RESHAPE -> new Op.Reshape(new Shape(in.ints()));
            case Codes.TRANSPOSE -> new Op.Transpose(in.ints());
            case Codes.SLICE -> new Op.Slice(in.ints(), in.ints(), in.ints());
            case Codes.PAD -> new Op.Pad(in.ints(), in.ints(), Codes.read(in, Op.PadMode.values(), Codes::of), in.f32());
            case Codes.DEPTH_TO_SPACE -> new Op.DepthToSpace(in.i32(), Codes.read(in, Op.DepthOrder.values(), Codes::of));
            case Codes.RESIZE -> new Op.Resize(in.i32(), in.i32(), in.f32(), in.f32(), Codes.read(in, Op.ResizeMode.values(), Codes::of),
                    Codes.read(in, Op.Coordinates.values(), Codes::of), Codes.read(in, Op.NearestMode.values(), Codes::of));
            case Codes.SOFTMAX -> new Op.Softmax(in.i32());
            case Codes.IDENTITY -> new Op.Identity();
            default -> throw in.malformed("there is no operator with the code " + code);
        };
    }

    private Activation activation() {
        int code = in.u8();
        return switch (code) {
            case Codes.NONE -> Activation.NONE;
            case Codes.CLAMP -> new Activation.Clamp(in.f32(), in.f32());
            case Codes.LEAKY_RELU -> new Activation.LeakyRelu(in.f32());
            case Codes.P_RELU -> new Activation.PRelu(tensor());
            case Codes.SIGMOID -> new Activation.Sigmoid();
            case Codes.HARD_SIGMOID -> new Activation.HardSigmoid(in.f32(), in.f32());
            case Codes.HARD_SWISH -> new Activation.HardSwish();
            case Codes.SWISH -> new Activation.Swish();
            case Codes.TANH -> new Activation.Tanh();
            default -> throw in.malformed("there is no activation with the code " + code);
        };
    }

    private Tensor tensor() { return tensors.get(in.index(tensors.size(), "tensor")); }

    private Window window() {
        return new Window(in.i32(), in.i32(), in.i32(), in.i32(), in.i32(), in.i32(), in.i32(), in.i32(), in.i32(), in.i32());
    }
}
