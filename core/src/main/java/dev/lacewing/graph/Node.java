package dev.lacewing.graph;

import java.util.List;

/** One operation: reads the activations {@code inputs}, writes the activation {@code output}. */
public record Node(String name, Op op, List<String> inputs, String output) {
    public Node { inputs = List.copyOf(inputs); }

    public Node with(Op op) { return new Node(name, op, inputs, output); }

    public String input() { return inputs.getFirst(); }
}
