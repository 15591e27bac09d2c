package dev.lacewing.bench;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;

/** Tiny ONNX models spelt out by hand. */
final class OnnxFiles {
    private OnnxFiles() {}

    /** sum = left + right and gap = left - right, both [batch, 3]; the batch is left open. */
    static byte[] sumAndDifference(TensorProto.DataType type) {
        GraphProto.Builder graph = GraphProto.newBuilder().setName("tiny");
        for (String in : new String[] {"left", "right"}) graph.addInput(value(in, type));
        graph.addNode(NodeProto.newBuilder().setOpType("Add").addInput("left").addInput("right").addOutput("sum"));
        graph.addNode(NodeProto.newBuilder().setOpType("Sub").addInput("left").addInput("right").addOutput("gap"));
        for (String out : new String[] {"sum", "gap"}) graph.addOutput(value(out, type));
        return model(graph);
    }

    /** A 1x1 convolution of [1, 2, 2, 2] by the weights 1, 10 without any open dimension. */
    static byte[] pointwise() {
        GraphProto.Builder graph = GraphProto.newBuilder().setName("tiny");
        graph.addInput(value("x", TensorProto.DataType.FLOAT, 1, 2, 2, 2));
        graph.addInitializer(TensorProto.newBuilder().setName("w").setDataType(TensorProto.DataType.FLOAT.getNumber()).addDims(1).addDims(2).addDims(1).addDims(1)
                .addFloatData(1).addFloatData(10));
        graph.addNode(NodeProto.newBuilder().setOpType("Conv").addInput("x").addInput("w").addOutput("y")
                .addAttribute(AttributeProto.newBuilder().setName("group").setType(AttributeProto.AttributeType.INT).setI(1)));
        graph.addOutput(value("y", TensorProto.DataType.FLOAT, 1, 1, 2, 2));
        return model(graph);
    }

    private static byte[] model(GraphProto.Builder graph) {
        return ModelProto.newBuilder().setIrVersion(8).addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(13)).setGraph(graph).build().toByteArray();
    }

    private static ValueInfoProto value(String name, TensorProto.DataType type, int... dims) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        if (dims.length == 0) {
            shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimParam("batch"));
            shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(3));
        }
        for (int dim : dims) shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(dim));
        TypeProto.Tensor tensor = TypeProto.Tensor.newBuilder().setElemType(type.getNumber()).setShape(shape).build();
        return ValueInfoProto.newBuilder().setName(name).setType(TypeProto.newBuilder().setTensorType(tensor)).build();
    }
}
