package dev.lacewing.bench;

import dev.lacewing.tensor.Shape;
import java.util.List;

/** Another engine with a model opened in it, run in the same way as {@link dev.lacewing.Session}. Not safe to share between threads. */
public interface Peer extends AutoCloseable {
    /** For a person: {@code ONNX Runtime}. */
    String name();

    String version();

    List<Shape> inputShapes();

    List<Shape> outputShapes();

    /**
     * Row-major arrays in the order of the model; fills {@code outputs}. The time of copying in and out is part of a run, as it is for a session.
     *
     * @throws dev.lacewing.error.LacewingException.Invalid if an array has another length than its shape
     * @throws dev.lacewing.error.LacewingException.Failed if the engine fails
     */
    void run(float[][] inputs, float[][] outputs);

    /** As {@link #run(float[][], float[][])}, into new arrays. */
    default float[][] run(float[]... inputs) {
        float[][] outputs = outputShapes().stream().map(s -> new float[s.size()]).toArray(float[][]::new);
        run(inputs, outputs);
        return outputs;
    }

    @Override
    void close();
}
