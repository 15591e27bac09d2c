package dev.lacewing.cli;

import dev.lacewing.Lacewing;
import dev.lacewing.Model;
import dev.lacewing.bench.OnnxRuntimePeer;
import dev.lacewing.bench.Peer;
import dev.lacewing.error.LacewingException.Failed;
import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Value;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Other engines to compare with. */
enum Against {
    onnxruntime;

    /**
     * The same network in the peer. An ONNX file goes to the peer as it is; anything else (a compiled file, a changed batch) is first written as ONNX
     * with dense weights.
     *
     * @param graph what Lacewing runs
     */
    Peer open(ModelArgument model, Graph graph, int threads, Subcommand command) {
        if (model.isOnnxAsStored()) return OnnxRuntimePeer.open(model.file(), graph.inputs().stream().map(Value::shape).toList(), threads);
        command.note("ONNX Runtime gets this network as an ONNX file written by Lacewing");
        return exported(graph, threads);
    }

    /** The graph as Lacewing writes it. */
    static Peer exported(Graph graph, int threads) {
        try {
            Path file = Files.createTempFile("lacewing-", ".onnx");
            try {
                Lacewing.format(file).write(new Model(graph), file);
                return OnnxRuntimePeer.open(file, graph.inputs().stream().map(Value::shape).toList(), threads);
            } finally {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new Failed("cannot write a temporary file: " + e.getMessage(), e);
        }
    }
}
