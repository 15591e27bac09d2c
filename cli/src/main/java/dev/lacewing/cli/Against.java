package dev.lacewing.cli;

import dev.lacewing.bench.OnnxRuntimePeer;
import dev.lacewing.bench.Peer;
import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Value;

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
        return OnnxRuntimePeer.open(graph, threads);
    }
}
