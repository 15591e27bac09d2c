package dev.lacewing;

import dev.lacewing.graph.Graph;
import java.nio.file.Path;
import java.util.List;

/** A network ready to be planned and run. */
public record Model(Graph graph) {
    public Session session(Options options) { throw new UnsupportedOperationException("stub"); }

    /** The planner's decisions, one entry for each layer, without running anything. */
    public List<LayerReport> explain(Options options) { throw new UnsupportedOperationException("stub"); }

    /** Writes {@code .lace} or {@code .onnx}, by the file's ending. */
    public void save(Path file) { Lacewing.format(file).write(graph, file); }
}
