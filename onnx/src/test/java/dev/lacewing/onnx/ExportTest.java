package dev.lacewing.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.TensorProto;
import dev.lacewing.Model;
import dev.lacewing.ModelFormat;
import dev.lacewing.error.LacewingException.Failed;
import dev.lacewing.error.LacewingException.Malformed;
import dev.lacewing.graph.Activation;
import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import dev.lacewing.graph.Value;
import dev.lacewing.graph.Window;
import dev.lacewing.tensor.Shape;
import dev.lacewing.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Graphs to files: what is unfused comes back equal, what is fused is spelt out, ONNX Runtime takes all of it. */
class ExportTest {
    private static final List<Activation> ACTIVATIONS = List.of(Activation.NONE, Activation.RELU, Activation.RELU6, new Activation.Clamp(-1, Float.POSITIVE_INFINITY),
            new Activation.Clamp(Float.NEGATIVE_INFINITY, 2), new Activation.LeakyRelu(0.2f), new Activation.PRelu(random(6)), new Activation.PRelu(random(1)), new Activation.Sigmoid(),
            new Activation.HardSigmoid(0.25f, 0.5f), new Activation.HardSwish(), new Activation.Swish(), new Activation.Tanh());

    @TempDir
    Path folder;

    @TestFactory
    Stream<DynamicTest> comesBackEqual() {
        List<Op> ops = new ArrayList<>(List.of(
                new Op.Conv(random(4, 3, 3, 2), random(4), new Window(3, 2, 2, 1, 1, 2, 0, 1, 2, 3), 2, Activation.NONE),
                new Op.BatchNormalization(random(6), random(6), random(6), Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 6), 1e-3f),
                new Op.Pool(Op.PoolKind.MAX, new Window(3, 3, 2, 2, 2, 1, 1, 0, 1, 0), true, false),
                new Op.Pool(Op.PoolKind.AVERAGE, Window.square(3, 2, 1), false, true),
                new Op.Pool(Op.PoolKind.AVERAGE, new Window(3, 3, 1, 1, 2, 2, 0, 0, 0, 0), false, false),
                new Op.GlobalAveragePool(), new Op.ReduceMean(List.of(1, 3), false), new Op.ReduceMean(List.of(2, 3), true), new Op.Concat(1),
                new Op.Reshape(Shape.of(6, 72)), new Op.Transpose(List.of(0, 2, 3, 1)),
                new Op.Slice(List.of(0, 5, 7, 0), List.of(1, -2, -1, 3), List.of(1, 3, 8, 3)),
                new Op.Slice(List.of(0, 5, 7, 1), List.of(1, -Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE), List.of(1, 1, 1, 1)),
                new Op.Pad(List.of(0, 0, 1, 2), List.of(0, 1, 0, 3), Op.PadMode.CONSTANT, 0.5f), new Op.Pad(List.of(0, 0, 1, 2), List.of(0, 0, 0, 3), Op.PadMode.REFLECT, 0),
                new Op.Pad(List.of(0, 0, 1, 2), List.of(0, 0, 0, 3), Op.PadMode.EDGE, 0), new Op.Softmax(1), new Op.Identity(),
                new Op.Resize(16, 27, 2, 3, Op.ResizeMode.LINEAR, Op.Coordinates.HALF_PIXEL, Op.NearestMode.FLOOR),
                new Op.Resize(13, 6, 1.7f, 0.7f, Op.ResizeMode.NEAREST, Op.Coordinates.ASYMMETRIC, Op.NearestMode.ROUND_PREFER_CEIL),
                new Op.Resize(20, 5, 20 / 8f, 5 / 9f, Op.ResizeMode.LINEAR, Op.Coordinates.ALIGN_CORNERS, Op.NearestMode.ROUND_PREFER_FLOOR)));
        ACTIVATIONS.stream().filter(a -> !(a instanceof Activation.None) && !(a instanceof Activation.Swish)).map(Op.Activate::new).forEach(ops::add);
        return ops.stream().map(op -> DynamicTest.dynamicTest(op.toString(), () -> {
            Graph graph = graph(Shape.of(1, 6, 8, 9), op);
            assertThat(readBack(graph)).isEqualTo(graph);
            assertThat(Oracle.run(new ModelWriter(graph, 2).model(), graph).get("y").shape()).isEqualTo(graph.shape("y").dims().stream().mapToLong(d -> d).toArray());
        }));
    }

    @Test
    void depthToSpaceMatrixProductAndConstantsComeBackEqual() {
        for (Op.DepthOrder order : Op.DepthOrder.values()) {
            Graph graph = graph(Shape.of(1, 8, 3, 3), new Op.DepthToSpace(2, order));
            assertThat(readBack(graph)).isEqualTo(graph);
        }
        Graph product = new Graph("g", List.of(new Value("x", Shape.of(2, 3, 4))), List.of(
                new Node("t", new Op.Transpose(List.of(0, 2, 1)), List.of("x"), "t"), new Node("m", new Op.MatMul(), List.of("t", "x"), "m"),
                new Node("d", new Op.Binary(Op.Arithmetic.DIV, Activation.NONE), List.of("m", "m"), "d"), new Node("g", new Op.Gemm(random(5, 4), Tensor.zeros(5), Activation.NONE), List.of("d"), "e"),
                new Node("c", new Op.Constant(random(4, 5)), List.of(), "c"), new Node("s", new Op.Binary(Op.Arithmetic.SUB, Activation.NONE), List.of("e", "c"), "y")), List.of("y"), Map.of("k", "v", "a", "b"));
        assertThat(readBack(product)).isEqualTo(product);
        Graph matrix = graph(Shape.of(3, 4), new Op.Gemm(random(5, 4), random(5), Activation.NONE));
        assertThat(readBack(matrix)).isEqualTo(matrix);
    }

    /** Fused forms are compared with the same thing spelt out by hand. */
    @TestFactory
    Stream<DynamicTest> fusedActivationsFollowTheirOp() {
        return ACTIVATIONS.stream().filter(a -> !(a instanceof Activation.None)).map(a -> DynamicTest.dynamicTest(a.toString(), () -> {
            Tensor w = random(6, 6, 1, 1), b = random(6), m = random(6, 6);
            Shape image = Shape.of(1, 6, 5, 4), matrix = Shape.of(3, 6), rows = Shape.of(1, 2, 3, 6);
            Window window = Window.square(1, 1, 0);
            same(graph(image, new Op.Conv(w, b, window, 1, a)), graph(image, new Op.Conv(w, b, window, 1, Activation.NONE), new Op.Activate(a)));
            same(graph(matrix, new Op.Gemm(m, b, a)), graph(matrix, new Op.Gemm(m, b, Activation.NONE), new Op.Activate(a)));
            if (a instanceof Activation.PRelu(var slopes) && slopes.size() > 1) return;   // channels are not the last axis
            same(graph(rows, new Op.Gemm(m, b, a)), graph(rows, new Op.Gemm(m, b, Activation.NONE), new Op.Activate(a)));
            same(graph(rows, new Op.Gemm(m, Tensor.zeros(6), a)), graph(rows, new Op.Gemm(m, Tensor.zeros(6), Activation.NONE), new Op.Activate(a)));
        }));
    }

    @Test
    void squeezeExciteIsSpeltOut() {
        Tensor reduce = random(2, 6), reduceBias = random(2), expand = random(6, 2), expandBias = random(6);
        for (Activation middle : List.of(Activation.RELU, new Activation.Swish(), new Activation.PRelu(random(2))))
            for (Activation gate : List.of(new Activation.Sigmoid(), new Activation.HardSigmoid(1 / 6f, 0.5f))) {
                Graph fused = graph(Shape.of(2, 6, 5, 4), new Op.SqueezeExcite(reduce, reduceBias, middle, expand, expandBias, gate));
                Window one = Window.square(1, 1, 0);
                Graph spelt = new Graph("spelt", fused.inputs(), List.of(new Node("p", new Op.GlobalAveragePool(), List.of("x"), "p"),
                        new Node("r", new Op.Conv(reduce.reshape(Shape.of(2, 6, 1, 1)), reduceBias, one, 1, middle), List.of("p"), "r"),
                        new Node("e", new Op.Conv(expand.reshape(Shape.of(6, 2, 1, 1)), expandBias, one, 1, gate), List.of("r"), "e"),
                        new Node("m", new Op.Binary(Op.Arithmetic.MUL, Activation.NONE), List.of("x", "e"), "y")), List.of("y"), Map.of());
                same(fused, spelt);
            }
    }

    @Test
    void sparseWeightsAreReadByOnnxRuntimeAndBack() throws IOException {
        Tensor weight = random(32, 16, 3, 3);
        for (int i = 0; i < weight.size(); i++) if (i % 10 != 0) weight.values()[i] = 0;
        Graph graph = graph(Shape.of(1, 16, 5, 5), new Op.Conv(weight, random(32), Window.square(3, 1, 1), 1, Activation.NONE), new Op.Conv(random(4, 32, 1, 1), random(4), Window.square(1, 1, 0), 1, Activation.NONE));
        var sparse = new ModelWriter(graph, 0.5).model();
        assertThat(sparse.getGraph().getSparseInitializerCount()).isEqualTo(1);
        Oracle.same(new ModelWriter(graph, 2).model(), graph, sparse);
        Path dense = folder.resolve("dense.onnx"), file = folder.resolve("sparse.onnx");
        new OnnxFormat().write(new Model(graph), dense);
        new OnnxFormat(0.5).write(new Model(graph), file);
        assertThat(new OnnxFormat().read(file, Map.of()).graph()).isEqualTo(graph);
        assertThat(Files.size(file)).isLessThan(Files.size(dense) / 2);
    }

    @Test
    void sharedWeightsAreWrittenOnceAndBytesAreEqual() {
        Tensor w = random(6, 6, 1, 1), b = random(6);
        Op conv = new Op.Conv(w, b, Window.square(1, 1, 0), 1, Activation.RELU6);
        Graph graph = graph(Shape.of(1, 6, 5, 4), conv, conv);
        assertThat(new ModelWriter(graph, 2).model().getGraph().getInitializerList()).extracting(TensorProto::getName).containsExactly("n0.weight", "n0.bias", "number", "number#2");
        assertThat(new ModelWriter(graph, 2).model().toByteArray()).isEqualTo(new ModelWriter(graph, 2).model().toByteArray());
    }

    @Test
    void namesNeverCollide() {
        Graph graph = new Graph("g", List.of(new Value("n.weight", Shape.of(1, 6, 5, 4))), List.of(new Node("n", new Op.Conv(random(6, 6, 1, 1), random(6), Window.square(1, 1, 0), 1, Activation.RELU),
                List.of("n.weight"), "y"), new Node("k", new Op.Identity(), List.of("y"), "y/linear")), List.of("y/linear"), Map.of());
        assertThat(readBack(graph).outputs()).containsExactly("y/linear");
        assertThat(Oracle.run(new ModelWriter(graph, 2).model(), graph)).containsKey("y/linear");
    }

    @Test
    void targetsThatCannotBeWritten() throws IOException {
        Graph graph = graph(Shape.of(1, 2), new Op.Identity());
        OnnxFormat format = new OnnxFormat();
        assertThatThrownBy(() -> format.write(new Model(graph), folder.resolve("none/m.onnx"))).isInstanceOf(Failed.class).hasMessageContaining("no folder");
        assertThatThrownBy(() -> format.write(new Model(graph), folder)).isInstanceOf(Failed.class).hasMessageContaining("is a folder");
        Path target = Files.writeString(folder.resolve("m.onnx"), "old");
        format.write(new Model(graph), target);
        assertThat(format.read(target, Map.of()).graph()).isEqualTo(graph);
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).containsExactly(target);
        }
    }

    @Test
    void isFoundAsAService() {
        assertThat(ServiceLoader.load(ModelFormat.class).stream().map(ServiceLoader.Provider::get).map(ModelFormat::extension)).contains(".onnx");
    }

    @Test
    void tensorFiles() throws IOException {
        Path file = folder.resolve("input_0.pb");
        Tensor tensor = random(2, 3);
        tensor.values()[1] = Float.NaN;
        TensorFile.write(file, "input", tensor);
        assertThat(TensorFile.read(file)).isEqualTo(tensor);
        assertThatThrownBy(() -> TensorFile.read(folder.resolve("none.pb"))).isInstanceOf(Failed.class);
        Files.write(file, new byte[] {1, 2, 3});
        assertThatThrownBy(() -> TensorFile.read(file)).isInstanceOf(Malformed.class);
    }

    private Graph readBack(Graph graph) {
        Path file = folder.resolve("back.onnx");
        new OnnxFormat().write(new Model(graph), file);
        return new OnnxFormat().read(file, Map.of()).graph();
    }

    private static void same(Graph a, Graph b) { Oracle.same(new ModelWriter(b, 2).model(), a, new ModelWriter(a, 2).model()); }

    private static Graph graph(Shape input, Op... ops) {
        List<Node> nodes = new ArrayList<>();
        for (int i = 0; i < ops.length; i++) nodes.add(new Node("n" + i, ops[i], List.of(i == 0 ? "x" : "v" + i), i == ops.length - 1 ? "y" : "v" + (i + 1)));
        return new Graph("test", List.of(new Value("x", input)), nodes, List.of("y"), Map.of());
    }

    private static Tensor random(int... dims) {
        Random random = new Random(Arrays.hashCode(dims));
        Tensor t = Tensor.zeros(dims);
        for (int i = 0; i < t.size(); i++) t.values()[i] = random.nextFloat() * 2 - 1;
        return t;
    }
}
