package dev.lacewing.suite;

import dev.lacewing.graph.Graph;
import dev.lacewing.prune.Pruner;
import dev.lacewing.prune.Pruning;
import dev.lacewing.prune.Scope;
import dev.lacewing.sparse.Pattern;
import dev.lacewing.zoo.Zoo;
import dev.lacewing.zoo.ZooOptions;
import java.util.List;
import java.util.Set;

/** The zoo's networks made small enough to test: narrow, at a low resolution, pruned where asked. */
final class ZooModels {
    private static final double SPARSITY = 0.9;

    /** At 32 pixels; the windows of the last MobileNet layers then see their whole input, and answer with one pixel. */
    private static final Set<String> SMALL = Set.of("resnet20", "mobilenet_v1", "mobilenet_v3_small");

    private ZooModels() {}

    static List<String> names() { return Zoo.names(); }

    static Graph dense(String name) { return Zoo.build(name, new ZooOptions(0.25, SMALL.contains(name) ? 32 : 65, 10, 1)); }

    static Graph pruned(String name, Pattern pattern, Scope scope) { return Pruner.prune(dense(name), new Pruning(pattern, SPARSITY, scope)).graph(); }
}
