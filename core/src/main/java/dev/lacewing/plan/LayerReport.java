package dev.lacewing.plan;

import dev.lacewing.graph.Costs;
import dev.lacewing.graph.Node;
import dev.lacewing.tensor.Shape;

/**
 * What the planner decided about one layer and why. Times in milliseconds for one run on one thread; NaN where not measured or not applicable.
 *
 * @param op the op's name, with its window where it has one
 * @param multiplyAdds of the dense layer; 0 where the op has none
 * @param sparsity share of zero weights, 0 to 1
 * @param fill share of non-zeros among the weights that the chosen kernel multiplies, 0 to 1
 * @param kernel name of the program that does most of the work, without what it does as it stores; {@code baked}, with the rows of its largest tile, for patterns as code;
 *     {@code fully connected} or {@code sparse fully connected}, {@code elementwise} and {@code copy} for their families; {@code general} for plain Java, {@code none} for an
 *     addition that the layer before has done. For a person
 * @param reason one sentence
 */
public record LayerReport(String name, String op, Shape input, Shape output, long multiplyAdds, double sparsity, double fill, String kernel,
        double predictedMs, double measuredMs, double denseMs, String reason) {
    public LayerReport withMeasured(double ms) {
        return new LayerReport(name, op, input, output, multiplyAdds, sparsity, fill, kernel, predictedMs, ms, denseMs, reason);
    }

    /** Of a layer that has no choice between sparse and dense. */
    static LayerReport plain(PlanBuilder b, Node node, String op, String kernel, double nanos, String reason) {
        Shape in = node.inputs().isEmpty() ? Shape.of() : b.graph.shape(node.input());
        return new LayerReport(node.name(), op, in, b.graph.shape(node.output()), Costs.multiplyAdds(b.graph, node), 0, 1, kernel, nanos / 1e6, Double.NaN, nanos / 1e6, reason);
    }
}
