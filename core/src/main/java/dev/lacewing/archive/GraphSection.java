package dev.lacewing.archive;

import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import dev.lacewing.graph.Value;
import dev.lacewing.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Names, inputs, nodes and outputs. Values are numbered: the inputs first, then the outputs of the nodes in order; a node reads values of lower numbers. */
final class GraphSection {
    private GraphSection() {}

    static byte[] write(Graph graph, TensorTable tensors) {
        Sink out = new Sink().string(graph.name()).i32(graph.inputs().size());
        Map<String, Integer> numbers = new HashMap<>();
        for (Value input : graph.inputs()) {
            out.string(input.name()).ints(input.shape().dims());
            numbers.put(input.name(), numbers.size());
        }
        out.i32(graph.nodes().size());
        OpWriter ops = new OpWriter(out, tensors::number);
        for (Node node : graph.nodes()) {
            out.string(node.name()).string(node.output()).ints(node.inputs().stream().map(numbers::get).toList());
            ops.write(node.op());
            numbers.put(node.output(), numbers.size());
        }
        return out.ints(graph.outputs().stream().map(numbers::get).toList()).toByteArray();
    }

    static Graph read(Source in, List<Tensor> tensors, Map<String, String> metadata) {
        String name = in.string();
        List<String> values = new ArrayList<>();
        List<Value> inputs = new ArrayList<>();
        for (int i = 0, count = in.count("inputs"); i < count; i++) {
            inputs.add(new Value(in.string(), TensorTable.shape(in)));
            values.add(inputs.getLast().name());
        }
        List<Node> nodes = new ArrayList<>();
        for (int i = 0, count = in.count("nodes"); i < count; i++) {
            String node = in.string(), output = in.string();
            List<String> reads = names(in, values);
            nodes.add(new Node(node, op(in, tensors, node), reads, output));
            values.add(output);
        }
        List<String> outputs = names(in, values);
        in.end();
        try {
            return new Graph(name, inputs, nodes, outputs, metadata);
        } catch (Invalid e) {
            throw in.malformed(String.valueOf(e.getMessage()));
        }
    }

    private static Op op(Source in, List<Tensor> tensors, String node) {
        try {
            return new OpReader(in, tensors).read();
        } catch (Invalid e) {
            throw in.malformed("node " + node + ": " + e.getMessage());
        }
    }

    private static List<String> names(Source in, List<String> values) {
        List<String> names = new ArrayList<>();
        for (int i = 0, count = in.count("values"); i < count; i++) names.add(values.get(in.index(values.size(), "value")));
        return names;
    }
}
