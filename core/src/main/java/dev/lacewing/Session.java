package dev.lacewing;

import dev.lacewing.tensor.Shape;
import java.util.List;

/** A planned model with its memory and threads. Safe to share between callers: each run takes a workspace from a pool. */
public interface Session extends AutoCloseable {
    /** Shapes of the inputs, in the order of the graph. */
    List<Shape> inputShapes();

    List<Shape> outputShapes();

    /** One input, one output, row-major. Allocates the result. */
    float[] run(float[] input);

    /** Row-major arrays in the order of the graph; fills {@code outputs}. Allocates nothing after the first runs. */
    void run(float[][] inputs, float[][] outputs);

    /** The layers with the median measured time of {@code runs} runs on these inputs. */
    List<LayerReport> profile(float[][] inputs, int runs);

    /** {@code jvm} or {@code interpreter}. */
    String tier();

    /** Floats in a vector: 16, 8, 4 or 1. */
    int lanes();

    int threads();

    @Override
    void close();
}
