package dev.lacewing.bench;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.TensorInfo;
import dev.lacewing.Model;
import dev.lacewing.error.LacewingException.Failed;
import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.error.LacewingException.Malformed;
import dev.lacewing.error.LacewingException.Unsupported;
import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Value;
import dev.lacewing.tensor.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * ONNX Runtime on the CPU, set up for the fastest sequential run: all graph optimisations, {@code threads} threads inside an operator and one
 * between operators. Inputs and outputs live in direct buffers made once, so that a run copies and computes but marshals nothing. As it ships its
 * threads spin on for tens of milliseconds after a run: whoever measures something else in the same process waits for their end, or opens it with
 * {@link Spinning#UNTIL_THE_RUN_ENDS}.
 */
public final class OnnxRuntimePeer implements Peer {
    /** What its threads do when a run ends. */
    public enum Spinning {
        /** Spin on for a while, as ONNX Runtime ships: the next run finds them awake. */
        DEFAULT,
        /** Sleep at once: {@code session.force_spinning_stop}. */
        UNTIL_THE_RUN_ENDS
    }

    private final String version;
    private final OrtSession session;
    private final List<Port> inputs = new ArrayList<>(), outputs = new ArrayList<>();
    private final Map<String, OnnxTensor> in = new LinkedHashMap<>(), out = new LinkedHashMap<>();

    private record Port(String name, Shape shape, FloatBuffer buffer, OnnxTensor tensor) {
        static Port of(OrtEnvironment environment, String name, Shape shape) throws OrtException {
            FloatBuffer buffer = ByteBuffer.allocateDirect(Math.multiplyExact(shape.size(), Float.BYTES)).order(ByteOrder.nativeOrder()).asFloatBuffer();
            return new Port(name, shape, buffer, OnnxTensor.createTensor(environment, buffer, Arrays.stream(shape.toArray()).asLongStream().toArray()));
        }
    }

    /**
     * @param inputShapes one for each input in the model's order; they fix the dimensions that the file leaves open
     * @throws Failed if the native library does not load on this platform, or the file cannot be read
     * @throws Malformed if ONNX Runtime refuses the model
     * @throws Invalid if the shapes do not fit the model's inputs
     */
    public static OnnxRuntimePeer open(Path model, List<Shape> inputShapes, int threads) { return open(model, inputShapes, threads, Spinning.DEFAULT); }

    /**
     * As {@link #open(Path, List, int, Spinning)}, for a graph, which is written as ONNX with dense weights first.
     *
     * @throws Failed also if no temporary file can be written
     */
    public static OnnxRuntimePeer open(Graph graph, int threads, Spinning spinning) {
        try {
            Path file = Files.createTempFile("lacewing-", ".onnx");
            try {
                new Model(graph).save(file);
                return open(file, graph.inputs().stream().map(Value::shape).toList(), threads, spinning);
            } finally {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new Failed("cannot write a temporary file: " + e.getMessage(), e);
        }
    }

    /** As {@link #open(Graph, int, Spinning)}, as it ships. */
    public static OnnxRuntimePeer open(Graph graph, int threads) { return open(graph, threads, Spinning.DEFAULT); }

    /**
     * Of the ONNX Runtime that peers would use.
     *
     * @throws Failed if there is none for this platform
     */
    public static String installedVersion() { return environment().getVersion(); }

    private static OrtEnvironment environment() {
        try {
            return OrtEnvironment.getEnvironment();
        } catch (LinkageError e) {
            throw new Failed("ONNX Runtime's native library does not load on this platform (" + System.getProperty("os.name") + " " + System.getProperty("os.arch")
                    + "): compare on x86-64 or AArch64 with Linux (glibc), Windows or macOS, or leave the comparison out", e);
        }
    }

    /** As {@link #open(Path, List, int)}, with a choice of what its threads do when a run ends. */
    public static OnnxRuntimePeer open(Path model, List<Shape> inputShapes, int threads, Spinning spinning) {
        if (!Files.isRegularFile(model)) throw new Failed(model + ": no such file");
        if (threads < 1) throw new Invalid("threads must be at least 1, got " + threads);
        OrtEnvironment environment = environment();
        OrtSession session;
        try (SessionOptions options = new SessionOptions()) {
            options.setIntraOpNumThreads(threads);
            options.setInterOpNumThreads(1);
            options.setExecutionMode(SessionOptions.ExecutionMode.SEQUENTIAL);
            options.setOptimizationLevel(SessionOptions.OptLevel.ALL_OPT);
            options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
            if (spinning == Spinning.UNTIL_THE_RUN_ENDS) options.addConfigEntry("session.force_spinning_stop", "1");
            session = environment.createSession(model.toString(), options);
        } catch (OrtException e) {
            throw new Malformed("ONNX Runtime does not open " + model + ": " + e.getMessage(), e);
        }
        OnnxRuntimePeer peer = new OnnxRuntimePeer(environment.getVersion(), session);
        try {
            peer.connect(environment, inputShapes);
            return peer;
        } catch (OrtException e) {
            peer.close();
            throw new Failed("ONNX Runtime does not run " + model + ": " + e.getMessage(), e);
        } catch (RuntimeException e) {
            peer.close();
            throw e;
        }
    }

    private OnnxRuntimePeer(String version, OrtSession session) {
        this.version = version;
        this.session = session;
    }

    private void connect(OrtEnvironment environment, List<Shape> shapes) throws OrtException {
        List<NodeInfo> wanted = List.copyOf(session.getInputInfo().values());
        if (wanted.size() != shapes.size()) throw new Invalid("the model has " + wanted.size() + " inputs, got shapes for " + shapes.size());
        for (int i = 0; i < shapes.size(); i++) {
            NodeInfo info = wanted.get(i);
            TensorInfo tensor = floats(info);
            if (!fits(tensor.getShape(), shapes.get(i))) throw new Invalid("input " + info.getName() + " takes " + Arrays.toString(tensor.getShape()) + ", got " + shapes.get(i));
            Port port = Port.of(environment, info.getName(), shapes.get(i));
            inputs.add(port);
            in.put(port.name, port.tensor);
        }
        Map<String, Shape> results = resultShapes();
        for (var entry : results.entrySet()) {
            Port port = Port.of(environment, entry.getKey(), entry.getValue());
            outputs.add(port);
            out.put(port.name, port.tensor);
        }
    }

    /** The declared shapes where all are closed; otherwise those that a run on zeros gives. */
    private Map<String, Shape> resultShapes() throws OrtException {
        Map<String, Shape> shapes = new LinkedHashMap<>();
        for (NodeInfo info : session.getOutputInfo().values()) {
            long[] dims = floats(info).getShape();
            if (Arrays.stream(dims).allMatch(d -> d > 0)) shapes.put(info.getName(), shape(dims));
        }
        if (shapes.size() == session.getNumOutputs()) return shapes;
        shapes.clear();
        try (OrtSession.Result result = session.run(in)) {
            for (var entry : result) shapes.put(entry.getKey(), shape(((OnnxTensor) entry.getValue()).getInfo().getShape()));
        }
        return shapes;
    }

    private static TensorInfo floats(NodeInfo info) {
        if (info.getInfo() instanceof TensorInfo tensor && tensor.type == OnnxJavaType.FLOAT) return tensor;
        throw new Unsupported(info.getName() + " is " + info.getInfo() + ": only models with fp32 inputs and outputs can be compared");
    }

    private static boolean fits(long[] declared, Shape shape) {
        if (declared.length != shape.rank()) return false;
        for (int axis = 0; axis < declared.length; axis++) if (declared[axis] > 0 && declared[axis] != shape.dim(axis)) return false;
        return true;
    }

    private static Shape shape(long[] dims) { return Shape.of(Arrays.stream(dims).mapToInt(Math::toIntExact).toArray()); }

    @Override
    public String name() { return "ONNX Runtime"; }

    @Override
    public String version() { return version; }

    @Override
    public List<Shape> inputShapes() { return inputs.stream().map(Port::shape).toList(); }

    @Override
    public List<Shape> outputShapes() { return outputs.stream().map(Port::shape).toList(); }

    @Override
    public void run(float[][] inputs, float[][] outputs) {
        check("inputs", inputs, this.inputs);
        check("outputs", outputs, this.outputs);
        for (int i = 0; i < inputs.length; i++) this.inputs.get(i).buffer.put(0, inputs[i]);
        try (OrtSession.Result result = session.run(in, out)) {
            if (result.size() != outputs.length) throw new Failed("ONNX Runtime returned " + result.size() + " outputs, expected " + outputs.length);
        } catch (OrtException e) {
            throw new Failed("ONNX Runtime failed in a run: " + e.getMessage(), e);
        }
        for (int i = 0; i < outputs.length; i++) this.outputs.get(i).buffer.get(0, outputs[i]);
    }

    private static void check(String what, float[][] arrays, List<Port> ports) {
        if (arrays.length != ports.size()) throw new Invalid("the model has " + ports.size() + " " + what + ", got " + arrays.length);
        for (int i = 0; i < arrays.length; i++)
            if (arrays[i].length != ports.get(i).shape.size())
                throw new Invalid(ports.get(i).name + " of shape " + ports.get(i).shape + " needs " + ports.get(i).shape.size() + " values, got " + arrays[i].length);
    }

    @Override
    public void close() {
        inputs.forEach(p -> p.tensor.close());
        outputs.forEach(p -> p.tensor.close());
        try {
            session.close();
        } catch (OrtException e) {
            throw new Failed("ONNX Runtime does not close its session: " + e.getMessage(), e);
        }
    }
}
