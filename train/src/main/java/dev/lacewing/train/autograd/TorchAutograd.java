package dev.lacewing.train.autograd;

import ai.djl.engine.EngineException;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;
import dev.lacewing.error.LacewingException.Failed;
import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.error.LacewingException.Unsupported;
import dev.lacewing.graph.Activation;
import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import dev.lacewing.rewrite.Rebatch;
import dev.lacewing.tensor.Shape;
import dev.lacewing.train.parameter.Parameter;
import dev.lacewing.train.parameter.Parameters;
import dev.lacewing.train.parameter.Statistics;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Autograd by PyTorch. Parameters are copied in at each call and gradients out, so that nothing of the library outlives a call but buffers. The same parameters, images and
 * number of threads give the same bits. A softmax that the network ends in is left out: losses want logits.
 */
public final class TorchAutograd implements Autograd {
    /** Share of the batch's statistics in the running ones after each step. */
    private static final double MOMENTUM = 0.1;

    private final Graph graph;
    private final Parameters parameters;
    private final int threads;
    private final String logits;
    private final PtNDManager manager;
    /** Held during each pass, and for ever once the JVM ends: a pass that the library's own end overtakes would crash the process. */
    private final ReentrantLock passing = new ReentrantLock();
    private final Thread atEnd = new Thread(passing::lock, "lacewing-autograd-end");
    /** Whether parameters never change, so that they need not be copied in again. */
    private final boolean constant;
    private final Map<Integer, Graph> batches = new HashMap<>();
    private final Map<String, ByteBuffer> buffers = new LinkedHashMap<>();

    /**
     * @param graph of one input and one output [1, classes] or [1, classes, 1, 1]
     * @param parameters of this graph
     * @param threads that the library may use, at least 1
     * @throws Unsupported naming all that cannot be trained
     * @throws Failed if the library is not there for this machine
     */
    public TorchAutograd(Graph graph, Parameters parameters, int threads) { this(graph, parameters, threads, false); }

    /** Of a network that is not trained: for {@link #logits} alone. Parameters as above. */
    public static TorchAutograd ofConstants(Graph graph, int threads) { return new TorchAutograd(graph, Parameters.of(graph), threads, true); }

    private TorchAutograd(Graph graph, Parameters parameters, int threads, boolean constant) {
        if (threads < 1) throw new Invalid("training needs at least 1 thread, got " + threads);
        check(graph);
        this.graph = graph;
        this.parameters = parameters;
        this.threads = threads;
        this.constant = constant;
        logits = logits(graph);
        manager = Torch.start();
        Runtime.getRuntime().addShutdownHook(atEnd);
    }

    @Override
    public Pass gradients(float[] images, Targets targets, Set<String> watched) {
        return pass(images, targets.n(), true, new Lowering.Mode(true, MOMENTUM), run -> {
            PtNDArray out = run.value(logits);
            float[] values = Torch.read(out);
            if (values.length != targets.n() * targets.classes())
                throw new Invalid("the network gives " + values.length / targets.n() + " classes, the targets have " + targets.classes());
            Loss.Result loss = Loss.of(targets, values);
            Map<String, float[]> activations = new LinkedHashMap<>();
            for (String name : watched) activations.put(name, Torch.read(run.value(name)));
            JniUtils.backward(out, Torch.array(run.manager, loss.gradient(), run.graph.shape(logits)), false, false);
            for (Parameter p : parameters.all()) download(JniUtils.getGradient(run.parameter(p.name())), p.gradient());
            downloadStatistics();
            return new Pass(loss.value(), values, activations);
        });
    }

    @Override
    public float[] logits(float[] images, int n) { return pass(images, n, false, new Lowering.Mode(false, 0), run -> Torch.read(run.value(logits))); }

    @Override
    public void estimate(float[] images, int n, double momentum) {
        pass(images, n, false, new Lowering.Mode(true, momentum), run -> {
            downloadStatistics();
            return 0;
        });
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(atEnd);
            manager.close();
        } catch (IllegalStateException e) {
            return;   // the JVM is ending, and takes the memory back
        }
    }

    private record Run(PtNDManager manager, Graph graph, Map<String, PtNDArray> parameters, Map<String, PtNDArray> values) {
        PtNDArray parameter(String name) { return known(parameters, name); }

        PtNDArray value(String name) { return known(values, name); }

        private static PtNDArray known(Map<String, PtNDArray> arrays, String name) {
            PtNDArray found = arrays.get(name);
            if (found == null) throw new Invalid("the graph has no value named " + name);
            return found;
        }
    }

    private <T> T pass(float[] images, int n, boolean gradients, Lowering.Mode mode, Function<Run, T> then) {
        Graph batch = batches.computeIfAbsent(n, b -> Rebatch.apply(graph, b));
        Shape in = batch.inputs().getFirst().shape();
        if (images.length != in.size()) throw new Invalid(n + " images for a network that reads " + in + " must be " + in.size() + " values, got " + images.length);
        passing.lock();
        try (PtNDManager sub = manager.newSubManager(manager.getDevice())) {
            JniUtils.setNumThreads(threads);
            JniUtils.setGradMode(gradients);
            Map<String, PtNDArray> uploaded = upload(sub, gradients);
            Map<String, PtNDArray> values = new Lowering(sub, batch, uploaded, mode).run(Torch.view(sub, put("", images), in));
            return then.apply(new Run(sub, batch, uploaded, values));
        } catch (EngineException e) {
            throw new Failed("PyTorch failed on a batch of " + n + ": " + e.getMessage(), e);
        } finally {
            passing.unlock();
        }
    }

    private Map<String, PtNDArray> upload(PtNDManager sub, boolean gradients) {
        Map<String, PtNDArray> uploaded = new HashMap<>();
        for (Parameter p : parameters.all()) {
            PtNDArray array = Torch.view(sub, constant && buffers.containsKey(p.name()) ? memory(p.name(), p.size()) : put(p.name(), p.read()), p.shape());
            if (gradients) JniUtils.attachGradient(array, true);
            uploaded.put(p.name(), array);
        }
        for (Statistics s : parameters.statistics()) {
            Shape shape = Shape.of(s.mean().length);
            uploaded.put(s.name() + "/mean", Torch.view(sub, put(s.name() + "/mean", s.mean()), shape));
            uploaded.put(s.name() + "/variance", Torch.view(sub, put(s.name() + "/variance", s.variance()), shape));
        }
        return uploaded;
    }

    /** @param gradient null if the loss does not depend on the parameter */
    private static void download(@Nullable PtNDArray gradient, float[] into) {
        if (gradient == null) Arrays.fill(into, 0);
        else Torch.read(gradient, into);
    }

    /** The library writes running statistics in place. */
    private void downloadStatistics() {
        for (Statistics s : parameters.statistics()) {
            memory(s.name() + "/mean", s.mean().length).asFloatBuffer().get(s.mean());
            memory(s.name() + "/variance", s.variance().length).asFloatBuffer().get(s.variance());
        }
    }

    private ByteBuffer put(String name, float[] values) {
        ByteBuffer memory = memory(name, values.length);
        memory.asFloatBuffer().put(values);
        return memory;
    }

    /** The buffer of a name, as large as it was last; images alone change their size. */
    private ByteBuffer memory(String name, int floats) {
        ByteBuffer kept = buffers.get(name);
        if (kept == null || kept.capacity() < 4 * floats) {
            kept = Torch.buffer(floats);
            buffers.put(name, kept);
        }
        return kept.duplicate().order(java.nio.ByteOrder.nativeOrder()).limit(4 * floats);
    }

    private static String logits(Graph graph) {
        String value = graph.outputs().getFirst();
        for (@Nullable Node node = graph.producer(value); node != null && node.op() instanceof Op.Identity; node = graph.producer(value)) value = node.input();
        Node last = graph.producer(value);
        return last != null && last.op() instanceof Op.Softmax ? last.input() : value;
    }

    private static void check(Graph graph) {
        List<String> wrong = new ArrayList<>();
        if (graph.inputs().size() != 1) wrong.add("it has " + graph.inputs().size() + " inputs, expected 1");
        if (graph.outputs().size() != 1) wrong.add("it has " + graph.outputs().size() + " outputs, expected 1");
        Shape out = graph.shape(graph.outputs().getFirst());
        if (out.rank() < 2 || out.size() != out.dim(0) * out.dim(1)) wrong.add("its output is " + out + ", expected one number for each class");
        for (Node node : graph.nodes())
            if (node.op() instanceof Op.SqueezeExcite s && s.gate() instanceof Activation.PRelu) wrong.add(node.name() + " is gated by a PRelu");
        if (!wrong.isEmpty()) throw new Unsupported("the network " + graph.name() + " cannot be trained: " + String.join("; ", wrong));
    }
}
