package dev.lacewing.onnx;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import dev.lacewing.graph.Activation;
import dev.lacewing.graph.Activation.Clamp;
import dev.lacewing.graph.Op;
import dev.lacewing.tensor.Shape;
import dev.lacewing.tensor.Tensor;

/** Activation functions, arithmetic and softmax. */
final class ElementwiseImporters {
    private ElementwiseImporters() {}

    static void relu(Call call) { activate(call, Activation.RELU); }

    static void sigmoid(Call call) { activate(call, new Activation.Sigmoid()); }

    static void tanh(Call call) { activate(call, new Activation.Tanh()); }

    static void hardSwish(Call call) { activate(call, new Activation.HardSwish()); }

    static void leakyRelu(Call call) { activate(call, new Activation.LeakyRelu(call.attributes().real("alpha", 0.01f))); }

    static void hardSigmoid(Call call) {
        activate(call, new Activation.HardSigmoid(call.attributes().real("alpha", 0.2f), call.attributes().real("beta", 0.5f)));
    }

    /** Bounds are attributes before opset 11, inputs from then on. */
    static void clip(Call call) {
        float lo = call.attributes().real("min", Float.NEGATIVE_INFINITY), hi = call.attributes().real("max", Float.POSITIVE_INFINITY);
        if (call.has(1)) lo = call.scalar(1);
        if (call.has(2)) hi = call.scalar(2);
        if (Float.isNaN(lo) || Float.isNaN(hi)) throw call.invalid("a bound that is NaN");
        activate(call, new Clamp(lo, hi));
    }

    /** Slopes must be one for all, or one for each channel (axis 1). */
    static void pRelu(Call call) {
        Tensor slopes = call.weights(1);
        Shape x = call.shape(0), s = slopes.shape();
        int channelAxis = s.rank() - x.rank() + 1;   // where axis 1 of x falls in the slope's shape
        boolean perChannel = x.rank() >= 2 && channelAxis >= 0 && channelAxis < s.rank() && s.dim(channelAxis) == slopes.size() && slopes.size() == x.dim(1);
        if (slopes.size() != 1 && !perChannel) throw call.unsupported("slopes that differ within a channel");
        activate(call, new Activation.PRelu(slopes.reshape(Shape.of(slopes.size()))));
    }

    static void binary(Call call, Op.Arithmetic what) {
        call.emit(new Op.Binary(what, Activation.NONE), call.activation(0), call.activation(1));
    }

    /** A sum of n values, as a chain. */
    static void sum(Call call) {
        if (call.inputs() == 1) {
            identity(call);
            return;
        }
        Op add = new Op.Binary(Op.Arithmetic.ADD, Activation.NONE);
        String total = call.activation(0);
        for (int i = 1; i < call.inputs() - 1; i++) total = call.step("sum" + i, add, total, call.activation(i));
        call.emit(add, total, call.activation(call.inputs() - 1));
    }

    static void max(Call call) {
        int constant = bound(call);
        activate(call, 1 - constant, new Clamp(call.scalar(constant), Float.POSITIVE_INFINITY));
    }

    static void min(Call call) {
        int constant = bound(call);
        activate(call, 1 - constant, new Clamp(Float.NEGATIVE_INFINITY, call.scalar(constant)));
    }

    private static int bound(Call call) {
        int constant = call.inputs() == 2 && call.isLiteral(0) ? 0 : 1;
        if (call.inputs() != 2 || !call.isLiteral(constant) || call.literal(constant).size() != 1 || call.rank(constant) > call.rank(1 - constant))
            throw call.unsupported("anything but one value and one constant number");
        return constant;
    }

    /** Before opset 13 the axes from {@code axis} on are one; from 13 on it is a single axis. */
    static void softmax(Call call) {
        Shape x = call.shape(0);
        boolean flat = call.opset() < 13;
        int axis = call.axis(call.attributes().integer("axis", flat ? 1 : -1), Math.max(1, x.rank()));
        int rest = 1;
        for (int a = axis; a < x.rank(); a++) rest *= x.dim(a);
        if (x.rank() == 0) throw call.invalid("a scalar");
        if (!flat || rest == x.dim(axis)) {
            call.emit(new Op.Softmax(axis), call.activation(0));
            return;
        }
        String rows = call.step("flat", new Op.Reshape(Shape.of(x.size() / rest, rest)), call.activation(0));
        call.emit(new Op.Reshape(x), call.step("softmax", new Op.Softmax(1), rows));
    }

    static void identity(Call call) { call.emit(new Op.Identity(), call.activation(0)); }

    static void dropout(Call call) {
        if (call.has(2) && call.integers(2).length == 1 && call.integers(2)[0] != 0) throw call.unsupported("training_mode (export the model for inference)");
        identity(call);
    }

    static void cast(Call call) {
        long to = call.attributes().integer("to", 0);
        if (to != DataType.FLOAT_VALUE) throw call.unsupported("computed values to " + DataType.forNumber(call.toInt(to, "type")) + " (all activations are fp32)");
        identity(call);
    }

    private static void activate(Call call, Activation activation) { activate(call, 0, activation); }

    private static void activate(Call call, int input, Activation activation) { call.emit(new Op.Activate(activation), call.activation(input)); }
}
