package dev.lacewing;

import dev.lacewing.emit.Tier;
import dev.lacewing.graph.Graph;
import dev.lacewing.plan.LayerReport;
import dev.lacewing.plan.Plan;
import dev.lacewing.plan.Planner;
import java.nio.file.Path;
import java.util.List;

/** A network ready to be planned and run. */
public record Model(Graph graph) {
    public Session session(Options options) { return new Session(plan(options), Tier.current()); }

    /** The planner's decisions, one entry for each layer, without running anything. */
    public List<LayerReport> explain(Options options) { return plan(options).layers(); }

    public Plan plan(Options options) { return Planner.plan(graph, Tier.current().machine(), options.threads(), options.dense()); }

    /** Writes {@code .lace} or {@code .onnx}, by the file's ending. */
    public void save(Path file) { Lacewing.format(file).write(graph, file); }
}
