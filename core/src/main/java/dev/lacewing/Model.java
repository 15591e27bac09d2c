package dev.lacewing;

import dev.lacewing.emit.Tier;
import dev.lacewing.graph.Graph;
import dev.lacewing.plan.Decision;
import dev.lacewing.plan.LayerReport;
import dev.lacewing.plan.Plan;
import dev.lacewing.plan.Planner;
import dev.lacewing.tune.CostCache;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A network ready to be planned and run. Immutable; each session plans it anew, for the machine and the tier of this process.
 *
 * @param decisions how to run layers, by their names, where that was decided before (in a {@code .lace} file); the planner decides about the others
 */
public record Model(Graph graph, Map<String, Decision> decisions) {
    public Model { decisions = Collections.unmodifiableMap(new LinkedHashMap<>(decisions)); }

    public Model(Graph graph) { this(graph, Map.of()); }

    /**
     * Plans the network, allocates memory and starts threads; close it to give both back.
     *
     * @throws dev.lacewing.error.LacewingException.Failed if memory or threads cannot be had
     */
    public Session session(Options options) { return new Session(plan(options), Tier.current()); }

    /** The planner's decisions, one entry for each layer, without running anything. */
    public List<LayerReport> explain(Options options) { return plan(options).layers(); }

    /** How this machine would compute the network: format, kernel, split and memory of each layer. */
    public Plan plan(Options options) { return Planner.plan(graph, CostCache.ofUser().known(Tier.current()), options.threads(), options.dense(), decisions); }

    /**
     * Writes {@code .lace} or {@code .onnx}, by the file's ending; a file that stands there is replaced only when the new one is complete.
     *
     * @throws dev.lacewing.error.LacewingException as {@link Lacewing#format} and {@link ModelFormat#write} do
     */
    public void save(Path file) { Lacewing.format(file).write(this, file); }
}
