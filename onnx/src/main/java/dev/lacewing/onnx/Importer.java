package dev.lacewing.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.SparseTensorProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.error.LacewingException.Malformed;
import dev.lacewing.error.LacewingException.Unsupported;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import dev.lacewing.graph.Shapes;
import dev.lacewing.graph.Value;
import dev.lacewing.onnx.Literal.Floats;
import dev.lacewing.tensor.Shape;
import dev.lacewing.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The walk over the nodes in order. Values are kept apart as literals (decoded on first use) and activations (shapes). What cannot be imported is
 * collected, with all that depends on it left out, so that one message tells everything.
 */
final class Importer {
    private final int opset;
    private final TensorReader tensors;
    private final Budget budget;
    private final Map<String, TensorProto> dense = new HashMap<>();
    private final Map<String, SparseTensorProto> sparse = new HashMap<>();
    private final Map<String, Literal> literals = new HashMap<>();
    private final Map<String, Shape> shapes = new HashMap<>();
    private final Set<String> lost = new HashSet<>(), valueNames = new HashSet<>(), nodeNames = new HashSet<>(), read = new HashSet<>();
    private final Map<String, Integer> unsupported = new TreeMap<>();
    private final List<Node> nodes = new ArrayList<>();

    Importer(int opset, GraphProto graph, List<Value> inputs, TensorReader tensors, Budget budget) {
        this.opset = opset;
        this.tensors = tensors;
        this.budget = budget;
        for (Value input : inputs) {
            declare(input.name());
            shapes.put(input.name(), input.shape());
        }
        for (TensorProto t : graph.getInitializerList()) {
            declare(t.getName());
            dense.put(t.getName(), t);
        }
        for (SparseTensorProto s : graph.getSparseInitializerList()) {
            declare(s.getValues().getName());
            sparse.put(s.getValues().getName(), s);
        }
        for (NodeProto n : graph.getNodeList()) for (String out : n.getOutputList()) if (!out.isEmpty()) declare(out);
    }

    /** Imports {@code ordered} and returns the graph's nodes. */
    List<Node> run(List<NodeProto> ordered, List<String> outputs) {
        for (NodeProto n : ordered) read.addAll(n.getInputList());
        read.addAll(outputs);
        for (NodeProto n : ordered) {
            try {
                importNode(n);
            } catch (Unsupported e) {
                unsupported.merge(e.getMessage(), 1, Integer::sum);
                lost.addAll(n.getOutputList());
            }
        }
        Operators.refuse(unsupported);
        outputs.forEach(this::activation);
        return nodes;
    }

    private void importNode(NodeProto n) {
        String name = unique(nodeNames, n.getName().isEmpty() ? n.getOpType() + "_" + (n.getOutputCount() > 0 ? n.getOutput(0) : "") : n.getName());
        if (n.getInputList().stream().anyMatch(lost::contains)) {
            lost.addAll(n.getOutputList());
            return;
        }
        Call call = new Call(this, n, name);
        try {
            Operators.apply(call);
        } catch (ArithmeticException e) {
            throw new Malformed(call + ": an extent overflows 32 bits", e);
        } catch (Invalid e) {
            throw String.valueOf(e.getMessage()).contains(name) ? e : new Invalid(call + ": " + e.getMessage());
        }
        for (int i = 0; i < n.getOutputCount(); i++)
            if (read.contains(n.getOutput(i)) && !n.getOutput(i).isEmpty() && literal(n.getOutput(i)) == null && !shapes.containsKey(n.getOutput(i)))
                throw call.unsupported("output " + i + " in use");
    }

    int opset() { return opset; }

    TensorReader tensors() { return tensors; }

    int claim(long elements, String who) { return budget.claim(elements, who); }

    @Nullable Literal literal(String value) {
        Literal known = literals.get(value);
        if (known != null) return known;
        TensorProto t = dense.get(value);
        if (t != null) return decoded(value, tensors.read(t, value));
        SparseTensorProto s = sparse.get(value);
        return s == null ? null : decoded(value, tensors.read(s, value));
    }

    private Literal decoded(String value, Literal literal) {
        literals.put(value, literal);
        return literal;
    }

    Shape shape(String value) {
        Shape shape = shapes.get(value);
        if (shape == null) throw new Malformed("the value " + value + " is read but nothing writes it");
        return shape;
    }

    String activation(String value) {
        Literal literal = shapes.containsKey(value) ? null : literal(value);
        if (literal == null) {
            shape(value);
            return value;
        }
        if (!(literal instanceof Floats f)) throw new Unsupported("the integer tensor " + value + " used as an activation");
        add(value, new Op.Constant(finite(f, value)), List.of(), value);
        return value;
    }

    void define(String value, Literal literal) { literals.put(value, literal); }

    void add(String name, Op op, List<String> inputs, String output) {
        Node node = new Node(nodeNames.contains(name) && op instanceof Op.Constant ? unique(nodeNames, name) : name, op, inputs, output);
        shapes.put(output, Shapes.infer(node, inputs.stream().map(this::shape).toList()));
        nodes.add(node);
    }

    String freshValue(String wish) { return unique(valueNames, wish); }

    static Tensor finite(Floats f, String name) {
        for (int i = 0; i < f.values().length; i++)
            if (!Float.isFinite(f.values()[i]))
                throw new Invalid("tensor " + name + " has the value " + f.values()[i] + " at element " + i + ": weights must be finite; export the model again");
        return new Tensor(new Shape(f.dims()), f.values());
    }

    private void declare(String value) {
        if (value.isEmpty()) throw new Malformed("an input or initializer has no name");
        if (!valueNames.add(value)) throw new Malformed("the name " + value + " is defined twice");
    }

    private static String unique(Set<String> taken, String wish) {
        String name = wish;
        for (int i = 2; !taken.add(name); i++) name = wish + "#" + i;
        return name;
    }
}
