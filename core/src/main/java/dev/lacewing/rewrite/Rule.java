package dev.lacewing.rewrite;

import dev.lacewing.graph.Graph;

/** One improvement, applied wherever it fits. */
public interface Rule {
    /** Lower case with hyphens. */
    String name();

    /** A graph that computes the same, or {@code graph} itself (the same object) where the rule finds nothing to do. */
    Graph apply(Graph graph);
}
