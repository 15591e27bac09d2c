package dev.lacewing.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Value;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.assertj.core.data.Offset;

/** ONNX Runtime as the judge of what a file means. */
final class Oracle {
    private static final OrtEnvironment ENVIRONMENT = OrtEnvironment.getEnvironment();

    private Oracle() {}

    record Output(long[] shape, float[] values) {}

    /** Reading {@code model} and writing it again must not change what it computes. */
    static Graph sameAfterRoundTrip(ModelBuilder model) {
        Graph graph = model.read();
        same(model.model(), graph, new ModelWriter(graph, Double.POSITIVE_INFINITY).model());
        return graph;
    }

    static void same(ModelProto expected, Graph graph, ModelProto actual) {
        Map<String, Output> want = run(expected, graph), got = run(actual, graph);
        want.forEach((name, output) -> {
            assertThat(got.get(name).shape()).as("shape of " + name).isEqualTo(output.shape());
            assertThat(output.shape()).as("inferred shape of " + name)
                    .isEqualTo(graph.shape(name).dims().stream().mapToLong(d -> d).toArray());
            float largest = 0;
            for (float v : output.values()) largest = Math.max(largest, Math.abs(v));
            for (int i = 0; i < output.values().length; i++)
                assertThat(got.get(name).values()[i]).as(name + " element " + i).isCloseTo(output.values()[i], Offset.offset(1e-5f * largest + 1e-7f));
        });
    }

    static Map<String, Output> run(ModelProto model, Graph graph) {
        Map<String, OnnxTensor> inputs = new HashMap<>();
        Random random = new Random(11);
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            for (Value v : graph.inputs()) {
                float[] x = new float[v.shape().size()];
                for (int i = 0; i < x.length; i++) x[i] = random.nextFloat() * 8 - 4;
                inputs.put(v.name(), OnnxTensor.createTensor(ENVIRONMENT, FloatBuffer.wrap(x), v.shape().dims().stream().mapToLong(d -> d).toArray()));
            }
            Map<String, Output> outputs = new LinkedHashMap<>();
            try (OrtSession session = ENVIRONMENT.createSession(model.toByteArray(), options); OrtSession.Result result = session.run(inputs)) {
                for (var entry : result) {
                    OnnxTensor t = (OnnxTensor) entry.getValue();
                    FloatBuffer values = t.getFloatBuffer();
                    float[] y = new float[values.remaining()];
                    values.get(y);
                    outputs.put(entry.getKey(), new Output(t.getInfo().getShape(), y));
                }
            }
            return outputs;
        } catch (OrtException e) {
            throw new AssertionError("ONNX Runtime: " + e.getMessage(), e);
        } finally {
            inputs.values().forEach(OnnxTensor::close);
        }
    }
}
