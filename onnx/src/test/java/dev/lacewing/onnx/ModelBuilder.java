package dev.lacewing.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.SparseTensorProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.lacewing.file.WholeFile;
import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import dev.lacewing.tensor.Tensor;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Small ONNX models, spelt by hand. */
final class ModelBuilder {
    final GraphProto.Builder graph = GraphProto.newBuilder().setName("test");
    private final int opset;
    private final Random random = new Random(7);

    ModelBuilder(int opset) { this.opset = opset; }

    /** Dimensions are integers, or strings for symbolic ones; the empty string is an unnamed open one. */
    ModelBuilder input(String name, Object... dims) {
        graph.addInput(value(name, dims));
        return this;
    }

    ModelBuilder output(String... names) {
        for (String name : names) graph.addOutput(ValueInfoProto.newBuilder().setName(name)
                .setType(TypeProto.newBuilder().setTensorType(TypeProto.Tensor.newBuilder().setElemType(DataType.FLOAT_VALUE))));
        return this;
    }

    /** Seeded values between -1 and 1. */
    ModelBuilder weight(String name, int... dims) {
        Tensor t = Tensor.zeros(dims);
        for (int i = 0; i < t.size(); i++) t.values()[i] = random.nextFloat() * 2 - 1;
        return tensor(TensorWriter.dense(name, t));
    }

    ModelBuilder floats(String name, float... values) { return tensor(TensorWriter.dense(name, Tensor.of(values, values.length))); }

    ModelBuilder scalar(String name, float value) { return tensor(TensorWriter.dense(name, Tensor.of(new float[] {value}))); }

    ModelBuilder ints(String name, long... values) { return tensor(TensorWriter.integers(name, values)); }

    ModelBuilder tensor(TensorProto t) {
        graph.addInitializer(t);
        return this;
    }

    ModelBuilder sparse(SparseTensorProto t) {
        graph.addSparseInitializer(t);
        return this;
    }

    /** Inputs are separated by spaces; {@code -} is one left out. */
    ModelBuilder node(String op, String inputs, String output, AttributeProto... attributes) {
        List<String> names = inputs.isEmpty() ? List.of() : Arrays.stream(inputs.split(" ")).map(s -> s.equals("-") ? "" : s).toList();
        NodeProto.Builder node = Protos.node(op, "", names, output, attributes).toBuilder().clearOutput().clearName();
        graph.addNode(node.addAllOutput(List.of(output.split(" "))));
        return this;
    }

    ModelProto model() {
        return ModelProto.newBuilder().setIrVersion(8).setGraph(graph).addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(opset)).build();
    }

    Graph read() { return read(Map.of()); }

    Graph read(Map<String, Integer> dimensions) {
        return ModelReader.read(model(), "test", dimensions, new ExternalData(Path.of("nowhere")), model().getSerializedSize());
    }

    /** The op of the last node. */
    Op op() { return read().nodes().getLast().op(); }

    List<String> ops() { return read().nodes().stream().map(Node::op).map(o -> o.getClass().getSimpleName()).toList(); }

    Path save(Path folder) {
        Path file = folder.resolve("model.onnx");
        WholeFile.write(file, model()::writeTo);
        return file;
    }

    private static ValueInfoProto value(String name, Object... dims) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        for (Object d : dims) {
            Dimension.Builder dim = Dimension.newBuilder();
            if (d instanceof Integer i) dim.setDimValue(i);
            else if (!d.equals("")) dim.setDimParam(d.toString());
            shape.addDim(dim);
        }
        TypeProto.Tensor type = TypeProto.Tensor.newBuilder().setElemType(DataType.FLOAT_VALUE).setShape(shape).build();
        return ValueInfoProto.newBuilder().setName(name).setType(TypeProto.newBuilder().setTensorType(type)).build();
    }
}
