package dev.lacewing.onnx;

import static dev.lacewing.onnx.Protos.integer;
import static dev.lacewing.onnx.Protos.integers;
import static dev.lacewing.onnx.Protos.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.error.LacewingException.Malformed;
import dev.lacewing.error.LacewingException.Unsupported;
import dev.lacewing.graph.Activation;
import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import dev.lacewing.graph.Window;
import dev.lacewing.tensor.Shape;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What becomes of a file: ops, names, order, dimensions, and what is refused. */
class ImportTest {
    @Test
    void convolutionKeepsItsGeometry() {
        var model = image(13).weight("w", 4, 2, 3, 5).node("Conv", "x w", "y", integers("pads", 1, 2, 3, 4), integers("strides", 2, 1), integer("group", 2)).output("y");
        assertThat(model.op()).isInstanceOfSatisfying(Op.Conv.class, conv -> {
            assertThat(conv.window()).isEqualTo(new Window(3, 5, 2, 1, 1, 1, 1, 2, 3, 4));
            assertThat(conv.groups()).isEqualTo(2);
            assertThat(conv.bias().nonzeros()).isZero();
            assertThat(conv.activation()).isEqualTo(Activation.NONE);
        });
    }

    @Test
    void samePaddingPutsTheOddPixelWhereAsked() {
        for (boolean upper : new boolean[] {true, false}) {
            var model = image(13).weight("w", 1, 4, 2, 2).node("Conv", "x w", "y", text("auto_pad", upper ? "SAME_UPPER" : "SAME_LOWER")).output("y");
            Window window = ((Op.Conv) model.op()).window();
            assertThat(List.of(window.padTop(), window.padBottom())).isEqualTo(upper ? List.of(0, 1) : List.of(1, 0));
        }
    }

    @Test
    void namesAreTheFilesOrMadeOfOpAndOutput() {
        var model = image(13).node("Relu", "x", "a").node("Tanh", "a", "y").output("y");
        model.graph.setNode(0, model.graph.getNode(0).toBuilder().setName("first"));
        assertThat(model.read().nodes()).extracting(Node::name).containsExactly("first", "Tanh_y");
        model.graph.setNode(1, model.graph.getNode(1).toBuilder().setName("first"));
        assertThat(model.read().nodes()).extracting(Node::name).containsExactly("first", "first#2");
    }

    @Test
    void nodesAreSortedAndDeadOnesDropped() {
        var model = image(13).node("Tanh", "b", "y").node("Sigmoid", "a", "b").node("Relu", "x", "a").node("Relu", "b", "dead").output("y");
        assertThat(model.read().nodes()).extracting(Node::output).containsExactly("a", "b", "y");
    }

    @Test
    void inputsThatAreInitializersAreWeights() {
        Graph graph = image(13).input("w", 4, 4, 1, 1).weight("w", 4, 4, 1, 1).node("Conv", "x w", "y").output("y").read();
        assertThat(graph.inputs()).extracting(v -> v.name()).containsExactly("x");
    }

    @Test
    void aFileOfConstantsAloneIsRefused() {
        ModelBuilder model = new ModelBuilder(13).input("x", 2).floats("x", 1, 2).node("Relu", "x", "y").output("y");
        assertThatThrownBy(model::read).isInstanceOf(Invalid.class).hasMessageContaining("no input");
    }

    @Test
    void weightsAreSharedByReference() {
        Graph graph = image(13).weight("w", 4, 4, 1, 1).node("Conv", "x w", "a").node("Conv", "a w", "y").output("y").read();
        assertThat(((Op.Conv) graph.nodes().get(0).op()).weight().values()).isSameAs(((Op.Conv) graph.nodes().get(1).op()).weight().values());
    }

    @Test
    void constantOperandsBecomeConstantNodesOnce() {
        Graph graph = image(13).floats("c", 2).node("Mul", "x c", "a").node("Add", "c a", "y").output("y").read();
        assertThat(graph.nodes()).extracting(Node::output).containsExactly("c", "a", "y");
    }

    @Test
    void inputMayBeOutputAndConstantToo() {
        Graph graph = image(13).floats("c", 2).output("x", "c").read();
        assertThat(graph.outputs()).containsExactly("x", "c");
        assertThat(graph.shape("c")).isEqualTo(Shape.of(1));
    }

    @Test
    void metadataIsKept() {
        var model = image(13).node("Relu", "x", "y").output("y");
        var file = model.model().toBuilder();
        file.addMetadataPropsBuilder().setKey("order").setValue("rgb");
        assertThat(ModelReader.read(file.build(), "m", Map.of(), new ExternalData(Path.of("")), 0).metadata()).isEqualTo(Map.of("order", "rgb"));
    }

    @Test
    void openDimensionsAreFixedByName() {
        var model = new ModelBuilder(13).input("x", "N", 3, "height", "").node("Relu", "x", "y").output("y");
        assertThat(model.read(Map.of("height", 7, "x.3", 5)).shape("y")).isEqualTo(Shape.of(1, 3, 7, 5));
        assertThat(model.read(Map.of("height", 7, "x.3", 5, "N", 2)).shape("y")).isEqualTo(Shape.of(2, 3, 7, 5));
        assertThat(model.read(Map.of("height", 7, "x.3", 5, "x.0", 3, "N", 2)).shape("y")).isEqualTo(Shape.of(3, 3, 7, 5));
        assertThatThrownBy(model::read).isInstanceOf(Invalid.class).hasMessageContaining("--dim height=224").hasMessageContaining("x.3");
        assertThatThrownBy(() -> model.read(Map.of("height", 7, "x.3", 5, "hieght", 5))).isInstanceOf(Invalid.class).hasMessageContaining("hieght").hasMessageContaining("height");
        assertThatThrownBy(() -> model.read(Map.of("height", 7, "x.3", 5, "x.1", 4))).isInstanceOf(Invalid.class).hasMessageContaining("fixed at 3");
        assertThatThrownBy(() -> model.read(Map.of("height", 0))).isInstanceOf(Invalid.class).hasMessageContaining("at least 1");
    }

    @Test
    void unsupportedOperatorsAreListedAtOnceWithCounts() {
        var model = image(13).node("LSTM", "x", "a").node("LSTM", "a", "b").node("Einsum", "b", "c").node("Relu", "c", "y").output("y");
        model.graph.setNode(2, model.graph.getNode(2).toBuilder().setDomain("com.example"));
        assertThatThrownBy(model::read).isInstanceOf(Unsupported.class).hasMessageContaining("LSTM (2x)").hasMessageContaining("com.example.Einsum (1x)");
    }

    @Test
    void unsupportedVariantsAreListedAtOnceWithCounts() {
        var model = image(13).floats("s", 1, 1, 2, 2).node("Resize", "x - s", "a", text("mode", "cubic")).node("Resize", "x - s", "b", text("mode", "cubic"))
                .node("Conv", "x x", "c").node("MaxPool", "x", "d e", integers("kernel_shape", 2, 2)).node("Relu", "a", "f").output("b", "c", "e", "f");
        assertThatThrownBy(model::read).isInstanceOf(Unsupported.class).hasMessageContaining("Resize with mode cubic (2x)")
                .hasMessageContaining("Conv with input 1 computed at run time (1x)").hasMessageContaining("MaxPool with output 1 in use (1x)");
    }

    @Test
    void opsetsOutsideTheRangeAreRefused() {
        for (int opset : new int[] {8, 23}) assertThatThrownBy(() -> image(opset).node("Relu", "x", "y").output("y").read())
                .isInstanceOf(Unsupported.class).hasMessageContaining("opset " + opset).hasMessageContaining("9 to 22");
    }

    @Test
    void brokenGraphsAreMalformed() {
        malformed("cycle", image(13).node("Add", "x b", "a").node("Relu", "a", "b").output("b"));
        malformed("nothing in the file writes", image(13).node("Relu", "gone", "y").output("y"));
        malformed("written twice", image(13).node("Relu", "x", "y").node("Tanh", "x", "y").output("y"));
        malformed("written twice", image(13).floats("y", 1).node("Relu", "x", "y").output("y"));
        malformed("defined twice", image(13).floats("c", 1).floats("c", 1).node("Add", "x c", "y").output("y"));
        malformed("defined twice", image(13).input("x", 1).node("Relu", "x", "y").output("y"));
        malformed("lacks its input 1", image(13).node("Add", "x", "y").output("y"));
        malformed("type INTS", image(13).weight("w", 4, 4, 1, 1).node("Conv", "x w", "y", integer("strides", 1)).output("y"));
        malformed("two attributes axis", image(13).node("Softmax", "x", "y", integer("axis", 1), integer("axis", 1)).output("y"));
        malformed("nothing writes", image(13).output("gone"));
    }

    @Test
    void wrongShapesNameTheNode() {
        assertThatThrownBy(() -> image(13).weight("w", 4, 3, 1, 1).node("Conv", "x w", "y").output("y").read())
                .isInstanceOf(Invalid.class).hasMessageContaining("Conv_y").hasMessageContaining("4x3x1x1").hasMessageContaining("1x4x8x9");
        assertThatThrownBy(() -> image(13).ints("s", 5, -1).node("Reshape", "x s", "y").output("y").read()).isInstanceOf(Invalid.class).hasMessageContaining("Reshape_y");
        assertThatThrownBy(() -> image(13).ints("p", 0, 0, Integer.MAX_VALUE, 0, 0, 0, 5, 0).node("Pad", "x p", "y").output("y").read()).isInstanceOf(Invalid.class)
                .hasMessageContaining("Pad_y").hasMessageContaining("2^31");
        assertThatThrownBy(() -> image(13).weight("w", 4, 4, 9, 1).node("Conv", "x w", "y").output("y").read()).isInstanceOf(Invalid.class).hasMessageContaining("does not fit");
    }

    @Test
    void onlyFp32TensorsAreInputs() {
        var model = image(13).node("Relu", "x", "y").output("y");
        ValueInfoProto.Builder input = model.graph.getInputBuilder(0);
        input.getTypeBuilder().getTensorTypeBuilder().setElemType(7);
        assertThatThrownBy(model::read).isInstanceOf(Unsupported.class).hasMessageContaining("INT64");
        input.getTypeBuilder().getTensorTypeBuilder().setElemType(1).clearShape();
        assertThatThrownBy(model::read).isInstanceOf(Invalid.class).hasMessageContaining("no shape");
    }

    private static void malformed(String message, ModelBuilder model) {
        assertThatThrownBy(model::read).isInstanceOf(Malformed.class).hasMessageContaining(message);
    }

    private static ModelBuilder image(int opset) { return new ModelBuilder(opset).input("x", 1, 4, 8, 9); }
}
