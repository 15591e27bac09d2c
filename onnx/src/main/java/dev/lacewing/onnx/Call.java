package dev.lacewing.onnx;

import ai.onnx.proto.OnnxMl.NodeProto;
import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.error.LacewingException.Malformed;
import dev.lacewing.error.LacewingException.Unsupported;
import dev.lacewing.graph.Op;
import dev.lacewing.onnx.Literal.Floats;
import dev.lacewing.onnx.Literal.Ints;
import dev.lacewing.tensor.Shape;
import dev.lacewing.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One ONNX node on its way into the graph: what an importer may ask about it, and where it puts what it makes. Every value is either a literal
 * (known now) or an activation (known by shape).
 */
final class Call {
    private final Importer importer;
    private final NodeProto node;
    private final String name;
    private final Attributes attributes;

    Call(Importer importer, NodeProto node, String name) {
        this.importer = importer;
        this.node = node;
        this.name = name;
        attributes = new Attributes(node, toString());
    }

    String op() { return node.getOpType(); }

    int opset() { return importer.opset(); }

    Attributes attributes() { return attributes; }

    int inputs() { return node.getInputCount(); }

    int outputs() { return node.getOutputCount(); }

    /** False for an optional input that was left out. */
    boolean has(int i) { return i < node.getInputCount() && !node.getInput(i).isEmpty(); }

    boolean isLiteral(int i) { return importer.literal(input(i)) != null; }

    boolean allLiteral() {
        for (int i = 0; i < inputs(); i++) if (has(i) && !isLiteral(i)) return false;
        return true;
    }

    Shape shape(int i) {
        Literal literal = importer.literal(input(i));
        return literal == null ? importer.shape(input(i)) : new Shape(literal.dims());
    }

    int rank(int i) { return shape(i).rank(); }

    Shape image(int i) {
        if (rank(i) != 4) throw unsupported("input of rank " + rank(i) + " (only NCHW images)");
        return shape(i);
    }

    /** @throws Unsupported if the input is computed from the network's input */
    Literal literal(int i) {
        Literal literal = importer.literal(input(i));
        if (literal == null) throw unsupported("input " + i + " computed at run time");
        return literal;
    }

    Floats floats(int i) {
        if (literal(i) instanceof Floats f) return f;
        throw malformed("expected floating-point numbers in " + input(i) + ", got integers");
    }

    /** A literal as weights: every value finite. */
    Tensor weights(int i) { return Importer.finite(floats(i), input(i)); }

    long[] integers(int i) {
        if (literal(i) instanceof Ints ints) return ints.values();
        throw malformed("expected integers in " + input(i) + ", got floating-point numbers");
    }

    float scalar(int i) {
        float[] values = floats(i).values();
        if (values.length != 1) throw malformed("expected one number in " + input(i) + ", got " + values.length);
        if (Float.isNaN(values[0])) throw invalid(input(i) + " is NaN");
        return values[0];
    }

    /** A parameter that is an attribute in older opsets and input {@code i} in newer ones; null if left out. */
    long @Nullable [] parameter(String attribute, int i) {
        return has(i) ? integers(i) : attributes.integers(attribute);
    }

    /** The name of input {@code i} as an activation; a literal becomes an {@link Op.Constant} on first use. */
    String activation(int i) { return importer.activation(input(i)); }

    /** A constant made by the importer, as an activation. */
    String constant(String suffix, Tensor value) { return step(suffix, new Op.Constant(value)); }

    /** Adds the node that writes this call's output. */
    void emit(Op op, String... inputs) { emitTo(0, op, inputs); }

    void emitTo(int output, Op op, String... inputs) {
        importer.add(output == 0 ? name : name + "/" + output, op, List.of(inputs), output(output));
    }

    /** Adds a node before the last one, and returns the name of its output. */
    String step(String suffix, Op op, String... inputs) {
        String value = importer.freshValue(output(0) + "/" + suffix);
        importer.add(name + "/" + suffix, op, List.of(inputs), value);
        return value;
    }

    /** The node's output is known now. */
    void result(Literal literal) { importer.define(output(0), literal); }

    /** Allows a literal of {@code elements} elements to be made. */
    int claim(long elements) { return importer.claim(elements, toString()); }

    TensorReader tensors() { return importer.tensors(); }

    /** @throws Malformed unless {@code axis} is in -rank .. rank - 1 */
    int axis(long axis, int rank) {
        if (axis < -rank || axis >= rank) throw malformed("axis " + axis + " for a tensor of rank " + rank);
        return (int) (axis < 0 ? axis + rank : axis);
    }

    int toInt(long value, String what) {
        if (value != (int) value) throw malformed(what + " " + value + " does not fit 32 bits");
        return (int) value;
    }

    Malformed malformed(String what) { return new Malformed(this + ": " + what); }

    Invalid invalid(String what) { return new Invalid(this + ": " + what); }

    /** {@code what} completes "Conv with ...": calls of the same kind are counted together. */
    Unsupported unsupported(String what) { return new Unsupported(op() + " with " + what); }

    String output(int i) {
        if (i >= node.getOutputCount() || node.getOutput(i).isEmpty()) throw malformed("it has no output " + i);
        return node.getOutput(i);
    }

    private String input(int i) {
        if (!has(i)) throw malformed("it lacks its input " + i);
        return node.getInput(i);
    }

    @Override
    public String toString() { return "node " + name + " (" + node.getOpType() + ")"; }
}
