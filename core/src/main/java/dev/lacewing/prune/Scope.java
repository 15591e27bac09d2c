package dev.lacewing.prune;

import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** Which layers to prune. */
public enum Scope {
    /** 1x1 convolutions without groups; not those that read the network's input, nor the classifier. */
    POINTWISE,
    /** Convolutions of all sizes; not depthwise ones, nor those that read the network's input, nor the classifier. */
    CONV,
    /** Every convolution, Gemm and squeeze-and-excitation. */
    ALL;

    /** Names of the layers in scope. */
    public Set<String> nodes(Graph graph) {
        Layers roles = new Layers(graph);
        return graph.nodes().stream().filter(n -> roles.isInScope(n, this)).map(Node::name).collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** Names of the convolutions that are the classifier: those on the 1x1 planes of a global pooling, or the last one before it. */
    public static Set<String> classifiers(Graph graph) {
        Layers roles = new Layers(graph);
        return graph.nodes().stream().filter(n -> n.op() instanceof Op.Conv && roles.isClassifier(n)).map(Node::name).collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** @throws Invalid unless {@code text} is a constant's name, in any case */
    public static Scope parse(String text) {
        for (Scope scope : values()) if (scope.name().equalsIgnoreCase(text)) return scope;
        throw new Invalid("there is no scope '" + text + "'; expected one of " + Arrays.toString(values()).toLowerCase(Locale.ROOT));
    }
}
