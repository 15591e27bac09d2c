package dev.lacewing.prune;

import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import dev.lacewing.tensor.Shape;
import java.util.HashSet;
import java.util.Set;

/**
 * The roles that layers play. An entry convolution reads the network's input through no other layer with weights. A classifier is a convolution on the
 * 1x1 planes that global pooling leaves, or one behind which stands global pooling but no further layer with weights.
 */
final class Layers {
    private final Graph graph;
    /** Values that a layer with weights has gone into. */
    private final Set<String> weighted = new HashSet<>();
    /** Values that stem from global pooling alone. */
    private final Set<String> pooled = new HashSet<>();
    /** Values that a layer with weights, or a global pooling, reads directly or through others. */
    private final Set<String> readByWeighted = new HashSet<>(), readByPooling = new HashSet<>();

    Layers(Graph graph) {
        this.graph = graph;
        Set<String> constants = new HashSet<>();
        for (Node node : graph.nodes()) {
            if (hasWeights(node.op()) || node.inputs().stream().anyMatch(weighted::contains)) weighted.add(node.output());
            if (node.op() instanceof Op.Constant) constants.add(node.output());
            if (isGlobalPooling(node) || isVector(graph.shape(node.output())) && node.inputs().stream().anyMatch(pooled::contains)
                    && node.inputs().stream().allMatch(in -> pooled.contains(in) || constants.contains(in)))
                pooled.add(node.output());
        }
        for (Node node : graph.nodes().reversed()) {
            if (hasWeights(node.op()) || readByWeighted.contains(node.output())) readByWeighted.addAll(node.inputs());
            if (isGlobalPooling(node) || readByPooling.contains(node.output())) readByPooling.addAll(node.inputs());
        }
    }

    boolean isInScope(Node node, Scope scope) {
        return switch (scope) {
            case POINTWISE -> node.op() instanceof Op.Conv conv && conv.isPointwise() && !isEntry(node) && !isClassifier(node);
            case CONV -> node.op() instanceof Op.Conv conv && !conv.isDepthwise() && !isEntry(node) && !isClassifier(node);
            case ALL -> hasWeights(node.op());
        };
    }

    private boolean isEntry(Node node) { return !weighted.contains(node.input()); }

    boolean isClassifier(Node node) {
        return pooled.contains(node.input()) || readByPooling.contains(node.output()) && !readByWeighted.contains(node.output());
    }

    private boolean isGlobalPooling(Node node) {
        return switch (node.op()) {
            case Op.GlobalAveragePool p -> true;
            case Op.ReduceMean r -> graph.shape(node.input()).rank() == 4 && isVector(graph.shape(node.output()));
            case Op.Pool p -> isVector(graph.shape(node.output())) && !isVector(graph.shape(node.input()));
            default -> false;
        };
    }

    private static boolean hasWeights(Op op) { return op instanceof Op.Conv || op instanceof Op.Gemm || op instanceof Op.SqueezeExcite; }

    /** [n, c] or [n, c, 1, 1]. */
    private static boolean isVector(Shape s) { return s.rank() == 2 || s.rank() == 4 && s.dim(2) == 1 && s.dim(3) == 1; }
}
