package dev.lacewing.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import dev.lacewing.error.LacewingException.Unsupported;
import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import dev.lacewing.graph.Value;
import dev.lacewing.tensor.Shape;
import dev.lacewing.tensor.Tensor;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A graph as an ONNX model of opset 17 (19 where needed): names, weights and the frame; {@link NodeWriter} spells the ops. */
final class ModelWriter {
    private static final long LARGEST = Integer.MAX_VALUE - (1 << 20);

    private final Graph graph;
    private final double sparseFrom;
    private final GraphProto.Builder out = GraphProto.newBuilder();
    private final Set<String> taken = new HashSet<>();
    private final Map<Tensor, String> weights = new IdentityHashMap<>();
    private final Map<List<Long>, String> integers = new HashMap<>();
    private final Map<Float, Tensor> numbers = new HashMap<>();
    private final int opset;
    private long bytes;

    ModelWriter(Graph graph, double sparseFrom) {
        this.graph = graph;
        this.sparseFrom = sparseFrom;
        opset = NodeWriter.opset(graph.nodes());
        taken.addAll(graph.shapes().keySet());
    }

    /** @throws Unsupported if the weights exceed the 2 GB that one protobuf file can hold */
    ModelProto model() {
        out.setName(graph.name());
        for (Value input : graph.inputs()) out.addInput(Protos.value(input.name(), input.shape()));
        for (String output : graph.outputs()) out.addOutput(Protos.value(output, graph.shape(output)));
        NodeWriter nodes = new NodeWriter(this);
        for (Node node : graph.nodes())
            if (node.op() instanceof Op.Constant(var value)) store(node.output(), value);
            else nodes.write(node);
        ModelProto.Builder model = ModelProto.newBuilder().setIrVersion(opset < 19 ? 8 : 9).setProducerName("lacewing").setGraph(out)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(opset));
        graph.metadata().forEach((key, value) -> model.addMetadataProps(StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
        return model.build();
    }

    int opset() { return opset; }

    Graph graph() { return graph; }

    void add(String op, String name, List<String> inputs, String output, AttributeProto... attributes) {
        out.addNode(Protos.node(op, name, inputs, output, attributes));
    }

    /** The initializer that holds {@code tensor}; one for all uses of the same object. */
    String weight(String wish, Tensor tensor) {
        String known = weights.get(tensor);
        if (known != null) return known;
        String name = fresh(wish);
        store(name, tensor);
        weights.put(tensor, name);
        return name;
    }

    /** An initializer of integers; equal ones are shared. */
    String integers(List<Integer> values) {
        List<Long> key = values.stream().map(Integer::longValue).toList();
        return integers.computeIfAbsent(key, k -> {
            String name = fresh("ints_" + integers.size());
            out.addInitializer(TensorWriter.integers(name, values.stream().mapToLong(v -> v).toArray()));
            return name;
        });
    }

    /** A scalar initializer; equal ones are shared. */
    String number(float value) { return weight("number", numbers.computeIfAbsent(value, v -> new Tensor(Shape.of(), new float[] {v}))); }

    String fresh(String wish) {
        String name = wish;
        for (int i = 2; !taken.add(name); i++) name = wish + "#" + i;
        return name;
    }

    private void store(String name, Tensor tensor) {
        boolean sparse = TensorWriter.isSparse(tensor, sparseFrom);
        bytes += sparse ? 12L * tensor.nonzeros() : 4L * tensor.size();
        if (bytes > LARGEST) throw new Unsupported("the weights exceed the 2 GB that one ONNX file can hold: save as .lace");
        if (sparse) out.addSparseInitializer(TensorWriter.sparse(name, tensor));
        else out.addInitializer(TensorWriter.dense(name, tensor));
    }
}
