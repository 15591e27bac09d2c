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

    /** Deeper ResNets repeat the layers of the first. */
    static List<String> names() { return Zoo.names().stream().filter(n -> !n.matches("resnet(32|56)")).toList(); }

    static Graph dense(String name) {
        ZooOptions published = Zoo.defaults(name);
        int resolution = SMALL.contains(name) ? 32 : Math.min(65, published.resolution());
        return Zoo.build(name, published.withWidth(0.25).withResolution(resolution).withClasses(10).withSeed(1));
    }

    static Graph pruned(String name, Pattern pattern, Scope scope) { return Pruner.prune(dense(name), new Pruning(pattern, SPARSITY, scope)).graph(); }
}
