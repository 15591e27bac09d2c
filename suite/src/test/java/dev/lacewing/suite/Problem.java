package dev.lacewing.suite;

import dev.lacewing.graph.Graph;
import dev.lacewing.tensor.Tensor;
import java.util.List;
import java.util.Map;

/** A graph with inputs for it. The family and the seed determine both. */
record Problem(Problems.Family family, long seed, Graph graph, Map<String, Tensor> inputs) {
    /** For example {@code POINTWISE#17}: what {@code -Dlacewing.suite.problem} takes to run this one alone. */
    String name() { return family + "#" + seed; }

    /** In the order of the graph. */
    float[][] inputValues() { return graph.inputs().stream().map(v -> inputs.get(v.name()).values()).toArray(float[][]::new); }

    float[][] emptyOutputs() { return graph.outputs().stream().map(o -> new float[graph.shape(o).size()]).toArray(float[][]::new); }

    List<Tensor> expected() { return Reference.outputs(graph, inputs); }

    /** Enough to see what was asked without a debugger. */
    String describe() {
        StringBuilder text = new StringBuilder(name()).append(" on ").append(graph.inputs());
        graph.nodes().forEach(n -> text.append("\n  ").append(n.output()).append(' ').append(graph.shape(n.output())).append(" = ").append(n.op()).append(' ').append(n.inputs()));
        return text.append("\n  outputs ").append(graph.outputs()).append("\n  alone: -Dlacewing.suite.problem=").append(name()).toString();
    }
}
