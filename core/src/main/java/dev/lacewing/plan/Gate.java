package dev.lacewing.plan;

import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import dev.lacewing.plan.ElementwiseLowering.Operand;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The factors of a squeeze-and-excitation whose result never stands in memory: the one pointwise convolution that reads it reads {@code x} instead, which nothing
 * else needs. Either {@code x} has been multiplied where it stands, or the convolution multiplies its weights.
 *
 * @param x what is multiplied
 * @param factors one for each channel of each image
 * @param scalesWeights the convolution multiplies, since that is predicted to take less time than a pass over {@code x}
 */
record Gate(String x, Operand factors, boolean scalesWeights) {
    /** The convolutions that can read what stands before the multiplication, by the squeeze-and-excitation's output. */
    static Map<String, Op.Conv> find(Graph graph) {
        Map<String, Integer> readers = new HashMap<>();
        Set<String> given = new HashSet<>();
        graph.inputs().forEach(in -> given.add(in.name()));
        graph.outputs().forEach(out -> readers.merge(out, 1, Integer::sum));
        for (Node node : graph.nodes()) for (String in : node.inputs()) readers.merge(in, 1, Integer::sum);
        Map<String, Op.Conv> found = new HashMap<>();
        for (Node node : graph.nodes()) {
            if (!(node.op() instanceof Op.SqueezeExcite) || given.contains(node.input()) || !LayoutPlanner.isPlanes(graph.shape(node.output()))) continue;
            String y = node.output();
            if (Objects.requireNonNull(readers.get(node.input())) != 1 || readers.getOrDefault(y, 0) != 1) continue;
            for (Node reader : graph.nodes())
                if (reader.inputs().contains(y) && reader.op() instanceof Op.Conv conv && Route.of(conv, graph.shape(y), graph.shape(reader.output())) == Route.POINTWISE) found.put(y, conv);
        }
        return found;
    }

    /** Whether {@code conv} should multiply its weights, as far as can be told before its format is chosen. */
    static boolean scalesWeights(PlanBuilder b, Op.Conv conv, Operand x, boolean dense, double pass) {
        return x.layout().images() == 1 && b.costs.scaleStream(dense ? conv.weight().size() : conv.weight().nonzeros()) < pass;
    }
}
