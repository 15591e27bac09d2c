package dev.lacewing.archive;

import dev.lacewing.graph.Activation;
import dev.lacewing.graph.Op;
import dev.lacewing.graph.Op.Arithmetic;
import dev.lacewing.graph.Op.Coordinates;
import dev.lacewing.graph.Op.DepthOrder;
import dev.lacewing.graph.Op.NearestMode;
import dev.lacewing.graph.Op.PadMode;
import dev.lacewing.graph.Op.PoolKind;
import dev.lacewing.graph.Op.ResizeMode;
import dev.lacewing.plan.Format;
import java.util.function.ToIntFunction;

/** The numbers that stand for ops, activations and modes in a file. A number keeps its meaning for ever; what is new takes the next free one. */
final class Codes {
    static final int CONV = 1, GEMM = 2, MAT_MUL = 3, BATCH_NORMALIZATION = 4, ACTIVATE = 5, BINARY = 6, CONSTANT = 7, POOL = 8, GLOBAL_AVERAGE_POOL = 9, REDUCE_MEAN = 10,
            SQUEEZE_EXCITE = 11, CONCAT = 12, RESHAPE = 13, TRANSPOSE = 14, SLICE = 15, PAD = 16, DEPTH_TO_SPACE = 17, RESIZE = 18, SOFTMAX = 19, IDENTITY = 20;

    static final int NONE = 0, CLAMP = 1, LEAKY_RELU = 2, P_RELU = 3, SIGMOID = 4, HARD_SIGMOID = 5, HARD_SWISH = 6, SWISH = 7, TANH = 8;

    private Codes() {}

    static int of(Op op) {
        return switch (op) {
            case Op.Conv c -> CONV;
            case Op.Gemm g -> GEMM;
            case Op.MatMul m -> MAT_MUL;
            case Op.BatchNormalization b -> BATCH_NORMALIZATION;
            case Op.Activate a -> ACTIVATE;
            case Op.Binary b -> BINARY;
            case Op.Constant c -> CONSTANT;
            case Op.Pool p -> POOL;
            case Op.GlobalAveragePool g -> GLOBAL_AVERAGE_POOL;
            case Op.ReduceMean r -> REDUCE_MEAN;
            case Op.SqueezeExcite s -> SQUEEZE_EXCITE;
            case Op.Concat c -> CONCAT;
            case Op.Reshape r -> RESHAPE;
            case Op.Transpose t -> TRANSPOSE;
            case Op.Slice s -> SLICE;
            case Op.Pad p -> PAD;
            case Op.DepthToSpace d -> DEPTH_TO_SPACE;
            case Op.Resize r -> RESIZE;
            case Op.Softmax s -> SOFTMAX;
            case Op.Identity i -> IDENTITY;
        };
    }

    static int of(Activation activation) {
        return switch (activation) {
            case Activation.None n -> NONE;
            case Activation.Clamp c -> CLAMP;
            case Activation.LeakyRelu l -> LEAKY_RELU;
            case Activation.PRelu p -> P_RELU;
            case Activation.Sigmoid s -> SIGMOID;
            case Activation.HardSigmoid h -> HARD_SIGMOID;
            case Activation.HardSwish h -> HARD_SWISH;
            case Activation.Swish s -> SWISH;
            case Activation.Tanh t -> TANH;
        };
    }

    static int of(Arithmetic what) {
        return switch (what) {
            case ADD -> 0;
            case SUB -> 1;
            case MUL -> 2;
            case DIV -> 3;
        };
    }

    static int of(PoolKind kind) {
        return switch (kind) {
            case MAX -> 0;
            case AVERAGE -> 1;
        };
    }

    static int of(PadMode mode) {
        return switch (mode) {
            case CONSTANT -> 0;
            case REFLECT -> 1;
            case EDGE -> 2;
        };
    }

    static int of(DepthOrder order) {
        return switch (order) {
            case DCR -> 0;
            case CRD -> 1;
        };
    }

    static int of(ResizeMode mode) {
        return switch (mode) {
            case NEAREST -> 0;
            case LINEAR -> 1;
        };
    }

    static int of(Coordinates coordinates) {
        return switch (coordinates) {
            case HALF_PIXEL -> 0;
            case PYTORCH_HALF_PIXEL -> 1;
            case ALIGN_CORNERS -> 2;
            case ASYMMETRIC -> 3;
        };
    }

    static int of(NearestMode mode) {
        return switch (mode) {
            case ROUND_PREFER_FLOOR -> 0;
            case ROUND_PREFER_CEIL -> 1;
            case FLOOR -> 2;
            case CEIL -> 3;
        };
    }

    static int of(Format format) {
        return switch (format) {
            case DENSE -> 0;
            case SPARSE -> 1;
            case BAKED -> 2;
        };
    }

    /** The one of {@code all} whose code stands next in {@code in}. */
    static <E extends Enum<E>> E read(Source in, E[] all, ToIntFunction<E> code) {
        int wanted = in.u8();
        for (E e : all) if (code.applyAsInt(e) == wanted) return e;
        throw in.malformed("there is no " + all[0].getDeclaringClass().getSimpleName() + " with the code " + wanted);
    }
}
