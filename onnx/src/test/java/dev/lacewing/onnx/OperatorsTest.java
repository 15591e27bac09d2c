package dev.lacewing.onnx;

import static dev.lacewing.onnx.Protos.integer;
import static dev.lacewing.onnx.Protos.integers;
import static dev.lacewing.onnx.Protos.real;
import static dev.lacewing.onnx.Protos.text;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Each importer against ONNX Runtime: the file itself, and the same file read and written again, must compute the same. */
class OperatorsTest {
    private static final TensorProto.Builder EMPTY = TensorProto.newBuilder().addDims(0).setDataType(DataType.FLOAT_VALUE);
    private final List<DynamicTest> cases = new ArrayList<>();

    @TestFactory
    List<DynamicTest> convolutions() {
        conv("plain", 9, 8, 3, 1);
        conv("stride, uneven pads", 13, 8, 3, 1, integers("strides", 2, 1), integers("pads", 0, 1, 2, 3));
        conv("dilated", 13, 6, 3, 1, integers("dilations", 2, 3), integers("pads", 2, 2, 2, 2));
        conv("depthwise", 13, 4, 3, 4, integer("group", 4), integers("pads", 1, 1, 1, 1));
        conv("grouped", 13, 6, 3, 2, integer("group", 2), integers("kernel_shape", 3, 3));
        for (String auto : List.of("SAME_UPPER", "SAME_LOWER", "VALID")) {
            conv(auto + " even kernel", 13, 3, 4, 1, text("auto_pad", auto), integers("strides", 2, 2));
            conv(auto + " odd kernel", 9, 3, 3, 1, text("auto_pad", auto), integers("strides", 1, 2));
        }
        add("BatchNormalization", model(9).weight("s", 4).weight("b", 4).weight("m", 4).floats("v", 0.5f, 1, 2, 3)
                .node("BatchNormalization", "x s b m v", "y", real("epsilon", 0.01f)));
        return cases;
    }

    @TestFactory
    List<DynamicTest> matrices() {
        add("Gemm plain", matrix().weight("w", 6, 5).weight("c", 5).node("Gemm", "x w c", "y"));
        add("Gemm transposed weight, alpha, beta", matrix().weight("w", 5, 6).weight("c", 1, 5).node("Gemm", "x w c", "y", integer("transB", 1), real("alpha", 0.5f), real("beta", 2)));
        add("Gemm transposed left", matrix().weight("w", 3, 5).weight("c", 1).node("Gemm", "x w c", "y", integer("transA", 1)));
        add("Gemm without bias", matrix().weight("w", 6, 5).node("Gemm", "x w", "y"));
        add("Gemm with a bias for each row", matrix().weight("w", 6, 5).weight("c", 3, 1).node("Gemm", "x w c", "y", real("beta", 3)));
        add("Gemm of activations", matrix().weight("w", 6, 5).node("Relu", "x", "r").node("Gemm", "x r r2", "y", integer("transB", 1), real("alpha", 2))
                .weight("k", 3, 3).node("Gemm", "x r k", "y2", integer("transB", 1)).node("Add", "y2 k", "r2"), "y");
        add("MatMul constant right", matrix().weight("w", 6, 5).node("MatMul", "x w", "y"));
        add("MatMul constant left", matrix().weight("w", 5, 3).node("MatMul", "w x", "y"));
        add("MatMul of rank 4", model(13).weight("w", 9, 2).node("MatMul", "x w", "y"));
        add("MatMul batched constant", model(13).weight("w", 4, 9, 2).node("MatMul", "x w", "y"));
        add("MatMul of activations", matrix().node("Transpose", "x", "t").node("MatMul", "x t", "y"));
        return cases;
    }

    @TestFactory
    List<DynamicTest> elementwise() {
        for (String op : List.of("Relu", "LeakyRelu", "Sigmoid", "HardSigmoid", "Tanh", "Identity")) add(op, model(9).node(op, "x", "y"));
        add("HardSwish", model(14).node("HardSwish", "x", "y"));
        add("LeakyRelu alpha", model(16).node("LeakyRelu", "x", "y", real("alpha", 0.3f)));
        add("HardSigmoid parameters", model(22).node("HardSigmoid", "x", "y", real("alpha", 1 / 6f), real("beta", 0.4f)));
        add("Clip attributes", model(9).node("Clip", "x", "y", real("min", -1), real("max", 2)));
        add("Clip inputs", model(11).scalar("lo", 0).scalar("hi", 6).node("Clip", "x lo hi", "y"));
        add("Clip only above", model(13).scalar("hi", 1).node("Clip", "x - hi", "y"));
        add("Clip without bounds", model(13).node("Clip", "x", "y"));
        add("PRelu by channel", model(9).weight("s", 4, 1, 1).node("PRelu", "x s", "y"));
        add("PRelu one slope", model(16).weight("s", 1).node("PRelu", "x s", "y"));
        for (String op : List.of("Add", "Sub", "Mul", "Div")) {
            add(op + " activations", model(13).node("Sigmoid", "x", "s").node(op, "x s", "y"));
            add(op + " constant left", model(13).floats("c", 3).node("Sigmoid", "x", "s").node(op, "c s", "y"));
            add(op + " constant right", model(13).weight("c", 4, 1, 1).node(op, "x c", "y"));
        }
        add("Sum", model(13).weight("c", 4, 1, 1).node("Relu", "x", "r").node("Sum", "x c r", "y"));
        add("Max and Min with a number", model(13).scalar("a", -1).scalar("b", 1).node("Max", "x a", "m").node("Min", "b m", "y"));
        add("Softmax of old", model(11).node("Softmax", "x", "y", integer("axis", 2)));
        add("Softmax of old, default axis", model(9).node("Softmax", "x", "y"));
        add("Softmax of old on a matrix", matrix(11).node("Softmax", "x", "y"));
        add("Softmax of new", model(13).node("Softmax", "x", "y", integer("axis", 1)));
        add("Softmax of new, default axis", model(13).node("Softmax", "x", "y"));
        add("Dropout", model(12).node("Dropout", "x", "y mask"));
        add("Cast to float", model(13).node("Cast", "x", "y", integer("to", DataType.FLOAT_VALUE)));
        return cases;
    }

    @TestFactory
    List<DynamicTest> pooling() {
        for (String op : List.of("MaxPool", "AveragePool")) {
            add(op, model(11).node(op, "x", "y", integers("kernel_shape", 3, 2), integers("strides", 2, 2), integers("pads", 1, 0, 1, 1)));
            add(op + " ceil", model(19).node(op, "x", "y", integers("kernel_shape", 3, 3), integers("strides", 2, 2), integer("ceil_mode", 1)));
            add(op + " SAME_UPPER", model(11).node(op, "x", "y", integers("kernel_shape", 2, 2), integers("strides", 2, 2), text("auto_pad", "SAME_UPPER")));
            add(op + " SAME_LOWER", model(11).node(op, "x", "y", integers("kernel_shape", 2, 2), integers("strides", 2, 2), text("auto_pad", "SAME_LOWER")));
        }
        add("MaxPool dilated", model(12).node("MaxPool", "x", "y", integers("kernel_shape", 3, 3), integers("dilations", 2, 2)));
        add("AveragePool counting pads", model(11).node("AveragePool", "x", "y", integers("kernel_shape", 3, 3), integers("pads", 1, 1, 1, 1), integer("count_include_pad", 1)));
        add("AveragePool dilated", model(20).node("AveragePool", "x", "y0", integers("kernel_shape", 3, 3), integers("dilations", 2, 2))
                .ints("a", 3).node("ReduceMean", "y0 a", "y"));
        add("GlobalAveragePool", model(9).node("GlobalAveragePool", "x", "y"));
        add("GlobalMaxPool", model(9).node("GlobalMaxPool", "x", "y"));
        add("ReduceMean attribute", model(13).node("ReduceMean", "x", "y", integers("axes", -1, 2), integer("keepdims", 0)));
        add("ReduceMean input", model(18).ints("a", 2, 3).node("ReduceMean", "x a", "y"));
        add("ReduceMean of all", model(18).node("ReduceMean", "x", "y"));
        add("ReduceMean no-op", model(18).node("ReduceMean", "x", "y", integer("noop_with_empty_axes", 1)));
        return cases;
    }

    @TestFactory
    List<DynamicTest> layouts() {
        add("Concat with a constant", model(13).weight("c", 1, 2, 8, 9).node("Concat", "x c x", "y", integer("axis", -3)));
        add("Flatten", model(13).node("Flatten", "x", "y"));
        add("Flatten axis 0", model(13).node("Flatten", "x", "y", integer("axis", 0)));
        add("Flatten from the end", model(13).node("Flatten", "x", "y", integer("axis", -1)));
        add("Flatten axis = rank", model(13).node("Flatten", "x", "y", integer("axis", 4)));
        add("Reshape 0 and -1", model(13).ints("s", 0, -1, 9).node("Reshape", "x s", "y"));
        add("Transpose", model(13).node("Transpose", "x", "y", integers("perm", 0, 2, 3, 1)));
        add("Transpose reversed", model(13).node("Transpose", "x", "y"));
        add("Squeeze attribute", model(11).node("Squeeze", "x", "y", integers("axes", 0)));
        add("Squeeze input", model(13).ints("a", -4).node("Squeeze", "x a", "y"));
        add("Squeeze all", model(13).node("Squeeze", "x", "y"));
        add("Unsqueeze attribute", model(11).node("Unsqueeze", "x", "y", integers("axes", 0, 5)));
        add("Unsqueeze input", model(13).ints("a", -1, 1).node("Unsqueeze", "x a", "y"));
        add("DepthToSpace DCR", model(13).node("DepthToSpace", "x", "y", integer("blocksize", 2)));
        add("DepthToSpace CRD", model(13).node("DepthToSpace", "x", "y", integer("blocksize", 2), text("mode", "CRD")));
        add("Slice attributes", model(9).node("Slice", "x", "y", integers("starts", 1, -5), integers("ends", 3, Integer.MAX_VALUE), integers("axes", 1, 3)));
        add("Slice inputs", model(13).ints("s", 1, 7).ints("e", Long.MAX_VALUE, 0).ints("a", 3, 2).ints("t", 3, -2).node("Slice", "x s e a t", "y"));
        add("Slice backwards to the start", model(13).ints("s", -1).ints("e", Long.MIN_VALUE).ints("a", -1).ints("t", -1).node("Slice", "x s e a t", "y"));
        add("Slice of the first axes", model(10).ints("s", 0, 1).ints("e", 1, 3).node("Slice", "x s e", "y"));
        add("Split", model(13).ints("p", 1, 3).node("Split", "x p", "y z", integer("axis", 1)), "y", "z");
        add("Split in equal parts", model(11).node("Split", "x", "y z", integer("axis", 2)), "y", "z");
        add("Pad attributes", model(9).node("Pad", "x", "y", integers("pads", 0, 0, 1, 2, 0, 0, 3, 0), real("value", 1.5f)));
        for (String mode : List.of("constant", "reflect", "edge")) add("Pad " + mode, model(13).ints("p", 0, 1, 2, 0, 0, 0, 1, 3).node("Pad", "x p", "y", text("mode", mode)));
        add("Pad value and axes", model(18).ints("p", 1, 2).scalar("v", -3).ints("a", -1).node("Pad", "x p v a", "y"));
        add("Pad negative", model(13).ints("p", 0, 0, -1, 2, 0, 0, 1, -3).node("Pad", "x p", "y"));
        add("Pad only crops", model(13).ints("p", 0, -1, 0, 0, 0, -1, 0, 0).node("Pad", "x p", "y"));
        return cases;
    }

    @TestFactory
    List<DynamicTest> resizing() {
        add("Upsample 9", model(9).floats("s", 1, 1, 2, 3).node("Upsample", "x s", "y", text("mode", "nearest")));
        add("Upsample 9 linear", model(9).floats("s", 1, 1, 2, 2).node("Upsample", "x s", "y", text("mode", "linear")));
        add("Resize 10 up", model(10).floats("s", 1, 1, 1.5f, 2).node("Resize", "x s", "y"));
        add("Resize 10 down", model(10).floats("s", 1, 1, 0.6f, 0.5f).node("Resize", "x s", "y"));
        for (String coordinates : List.of("half_pixel", "pytorch_half_pixel", "align_corners", "asymmetric"))
            for (String mode : List.of("nearest", "linear")) {
                add("Resize scales " + coordinates + " " + mode, model(13).floats("s", 1, 1, 1.7f, 0.6f)
                        .node("Resize", "x - s", "y", text("mode", mode), text("coordinate_transformation_mode", coordinates)));
                add("Resize sizes " + coordinates + " " + mode, model(11).tensor(EMPTY.setName("r").build()).tensor(EMPTY.setName("s").build()).ints("z", 1, 4, 5, 20)
                        .node("Resize", "x r s z", "y", text("mode", mode), text("coordinate_transformation_mode", coordinates)));
            }
        for (String nearest : List.of("round_prefer_floor", "round_prefer_ceil", "floor", "ceil"))
            add("Resize " + nearest, model(13).floats("s", 1, 1, 2.5f, 0.5f).node("Resize", "x - s", "y", text("nearest_mode", nearest)));
        add("Resize axes", model(18).ints("z", 4, 18).node("Resize", "x - - z", "y", integers("axes", 2, 3), text("mode", "linear")));
        return cases;
    }

    private static ModelBuilder model(int opset) { return new ModelBuilder(opset).input("x", 1, 4, 8, 9); }

    private static ModelBuilder matrix() { return matrix(13); }

    private static ModelBuilder matrix(int opset) { return new ModelBuilder(opset).input("x", 3, 6); }

    private void conv(String what, int opset, int out, int kernel, int groups, AttributeProto... attributes) {
        add("Conv " + what, model(opset).weight("w", out, 4 / groups, kernel, kernel).weight("b", out).node("Conv", "x w b", "y", attributes));
    }

    private void add(String name, ModelBuilder model, String... outputs) {
        model.output(outputs.length == 0 ? new String[] {"y"} : outputs);
        cases.add(DynamicTest.dynamicTest(name, () -> Oracle.sameAfterRoundTrip(model)));
    }
}
