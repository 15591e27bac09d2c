package dev.lacewing.plan;

import dev.lacewing.graph.Activation;
import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import dev.lacewing.tensor.Shape;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The shortcut of a residual block, added where a convolution stores its sums: {@code activation(conv(x) + other)}.
 *
 * @param add the node that adds
 * @param other the value added; it is computed before the convolution
 */
record Residual(Node add, String other, Activation activation) {
    /**
     * The additions that a convolution's kernel can do, by that convolution's output: of two planes of one shape, one of which comes from a convolution without an
     * activation of its own that nothing else reads. Of two such convolutions the later one adds.
     */
    static Map<String, Residual> find(Graph graph) {
        Map<String, Integer> made = new HashMap<>(), readers = new HashMap<>();
        graph.inputs().forEach(in -> made.put(in.name(), -1));
        graph.outputs().forEach(out -> readers.merge(out, 1, Integer::sum));
        for (int i = 0; i < graph.nodes().size(); i++) {
            made.put(graph.nodes().get(i).output(), i);
            for (String in : graph.nodes().get(i).inputs()) readers.merge(in, 1, Integer::sum);
        }
        Map<String, Residual> found = new LinkedHashMap<>();
        for (Node node : graph.nodes()) {
            if (!(node.op() instanceof Op.Binary(var what, var activation)) || what != Op.Arithmetic.ADD) continue;
            List<String> inputs = node.inputs().stream().sorted(Comparator.comparing(made::get)).toList();
            String other = inputs.get(0), conv = inputs.get(1);
            int producer = Objects.requireNonNull(made.get(conv));
            boolean sole = !other.equals(conv) && Objects.requireNonNull(readers.get(conv)) == 1;
            if (sole && graph.shape(other).equals(graph.shape(conv)) && adds(graph, producer < 0 ? null : graph.nodes().get(producer))) found.put(conv, new Residual(node, other, activation));
        }
        return found;
    }

    private static boolean adds(Graph graph, @Nullable Node node) {
        if (node == null || !(node.op() instanceof Op.Conv conv) || !(conv.activation() instanceof Activation.None)) return false;
        Shape out = graph.shape(node.output());
        return LayoutPlanner.isPlanes(out) && Route.of(conv, graph.shape(node.input()), out) != Route.DEPTHWISE;
    }
}
