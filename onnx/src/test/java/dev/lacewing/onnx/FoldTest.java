package dev.lacewing.onnx;

import static dev.lacewing.onnx.Protos.integer;
import static dev.lacewing.onnx.Protos.integers;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.error.LacewingException.Malformed;
import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Op;
import dev.lacewing.tensor.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Shape arithmetic disappears at load; where it ends in a shape or in weights, ONNX Runtime computes the same. */
class FoldTest {
    @Test
    void flattenAsPyTorchExportsIt() {
        Graph graph = Oracle.sameAfterRoundTrip(image(11).node("Shape", "x", "s").node("Gather", "s first", "n", integer("axis", 0)).tensor(scalar("first", 0))
                .node("Unsqueeze", "n", "n1", integers("axes", 0)).ints("rest", -1).node("Concat", "n1 rest", "to", integer("axis", 0)).node("Reshape", "x to", "y").output("y"));
        assertThat(graph.nodes()).extracting(n -> n.op()).containsExactly(new Op.Reshape(Shape.of(1, 288)));
    }

    @Test
    void padsAsPyTorchExportsThem() {
        Graph graph = Oracle.sameAfterRoundTrip(image(13).ints("four", 4).ints("given", 1, 2, 0, 3).ints("shape", -1, 2).ints("flat", -1)
                .ints("s", -1).ints("e", Long.MIN_VALUE + 1).ints("a", 0).ints("t", -1)
                .node("ConstantOfShape", "four", "zeros", zero()).node("Concat", "given zeros", "all", integer("axis", 0)).node("Reshape", "all shape", "pairs")
                .node("Slice", "pairs s e a t", "turned").node("Transpose", "turned", "columns", integers("perm", 1, 0)).node("Reshape", "columns flat", "pads")
                .node("Cast", "pads", "pads64", integer("to", DataType.INT64_VALUE)).node("Pad", "x pads64", "y").output("y"));
        assertThat(graph.nodes()).extracting(n -> n.op()).containsExactly(new Op.Pad(List.of(0, 0, 0, 1), List.of(0, 0, 3, 2), Op.PadMode.CONSTANT, 0));
    }

    @Test
    void theEmptyConstantIsAlsoSlicedBackwards() {
        reshapesTo(Shape.of(288), image(13).ints("none").ints("s", 5).ints("e", -5).ints("a", 0).ints("t", -1).node("Slice", "none s e a t", "still")
                .ints("all", 288).node("Concat", "still all", "to", integer("axis", 0)).node("Reshape", "x to", "y"));
    }

    @Test
    void resizeTargetsComputedFromTheShape() {
        Graph graph = Oracle.sameAfterRoundTrip(image(13).ints("two", 2).ints("four", 4).ints("a", 0).node("Shape", "x", "s").node("Slice", "s two four a", "hw").floats("f", 1.5f, 0.7f)
                .node("Cast", "hw", "hwf", integer("to", DataType.FLOAT_VALUE)).node("Mul", "hwf f", "big").node("Floor", "big", "whole").node("Cast", "whole", "to", integer("to", DataType.INT64_VALUE))
                .ints("nc", 1, 4).node("Concat", "nc to", "sizes", integer("axis", 0)).node("Resize", "x - - sizes", "y").output("y"));
        assertThat(graph.shape("y")).isEqualTo(Shape.of(1, 4, 12, 6));
        assertThat(graph.nodes()).hasSize(1);
    }

    @Test
    void integerArithmetic() {
        reshapesTo(Shape.of(2, 144), image(13).ints("a", 7, 9).ints("b", 3, -1).node("Div", "a b", "q").ints("c", 0, 153).node("Add", "q c", "to").node("Reshape", "x to", "y"));
        reshapesTo(Shape.of(4, 72), image(13).tensor(scalar("from", 4)).tensor(scalar("to", 73)).tensor(scalar("by", 68)).node("Range", "from to by", "r").node("Reshape", "x r", "y"));
        reshapesTo(Shape.of(288), image(13).node("Size", "x", "n").ints("axes", 0).node("Unsqueeze", "n axes", "to").node("Reshape", "x to", "y"));
        reshapesTo(Shape.of(9, 8, 4), image(15).node("Shape", "x", "s", integer("start", -3)).ints("i", -1, 1, 0).node("Gather", "s i", "to").node("Reshape", "x to", "y"));
        reshapesTo(Shape.of(4, 72), image(13).ints("a", -4, 1).node("Equal", "a one", "is").ints("one", 1).node("Neg", "a", "n").ints("k", 72).node("Where", "is k n", "to").node("Reshape", "x to", "y"));
        reshapesTo(Shape.of(2, 2, 72), image(13).tensor(scalar("two", 2)).ints("n", 2).node("Expand", "two n", "twos").ints("rest", -1).node("Concat", "twos rest", "to", integer("axis", 0)).node("Reshape", "x to", "y"));
    }

    @Test
    void weightsComputedAtLoad() {
        Graph graph = Oracle.sameAfterRoundTrip(image(13).weight("w", 3, 3, 4, 5).floats("k", 0.5f).node("Mul", "w k", "half").node("Transpose", "half", "t", integers("perm", 3, 2, 0, 1))
                .node("Conv", "x t", "y").output("y"));
        assertThat(graph.nodes()).hasSize(1);
    }

    @Test
    void constantNodesOfEveryKind() {
        AttributeProto floats = AttributeProto.newBuilder().setName("value_floats").setType(AttributeType.FLOATS).addFloats(2).addFloats(3).build();
        Graph graph = Oracle.sameAfterRoundTrip(new ModelBuilder(13).input("x", 3, 2).node("Constant", "", "a", integers("value_ints", 2, 3)).node("Reshape", "x a", "r")
                .node("Constant", "", "i", integer("value_int", 1)).node("Cast", "i", "f", integer("to", 1)).node("Add", "r f", "s").node("Constant", "", "b", Protos.real("value_float", 0.5f))
                .node("Constant", "", "c", floats).node("Constant", "", "cs", integers("value_ints", 2, 1)).node("Reshape", "c cs", "c2").node("Mul", "s b", "m").node("Mul", "m c2", "y").output("y"));
        assertThat(graph.shape("y")).isEqualTo(Shape.of(2, 3));
    }

    @Test
    void smallFilesCannotAskForHugeConstants() {
        assertThatThrownBy(() -> image(13).ints("n", 40_000, 50_000).node("ConstantOfShape", "n", "c").node("Reshape", "c m", "d").ints("m", -1).node("Add", "x d", "y").output("y").read())
                .isInstanceOf(Malformed.class).hasMessageContaining("out of proportion");
        assertThatThrownBy(() -> image(13).ints("n", Long.MAX_VALUE, 2).node("ConstantOfShape", "n", "c").node("Add", "x c", "y").output("y").read()).isInstanceOf(Malformed.class);
        assertThatThrownBy(() -> image(13).tensor(scalar("a", 0)).tensor(scalar("b", Long.MAX_VALUE)).tensor(scalar("c", 1)).node("Range", "a b c", "r").node("Reshape", "x r", "y").output("y").read())
                .isInstanceOf(Malformed.class);
    }

    @Test
    void mistakesInShapeArithmeticAreNamed() {
        assertThatThrownBy(() -> image(13).ints("a", 1).ints("b", 0).node("Div", "a b", "to").node("Reshape", "x to", "y").output("y").read())
                .isInstanceOf(Invalid.class).hasMessageContaining("Div_to").hasMessageContaining("division by 0");
        assertThatThrownBy(() -> image(13).node("Shape", "x", "s").ints("i", 4).node("Gather", "s i", "to").node("Reshape", "x to", "y").output("y").read())
                .isInstanceOf(Invalid.class).hasMessageContaining("index 4");
    }

    private static void reshapesTo(Shape shape, ModelBuilder model) {
        Graph graph = Oracle.sameAfterRoundTrip(model.output("y"));
        assertThat(graph.nodes()).extracting(n -> n.op()).containsExactly(new Op.Reshape(shape));
    }

    private static AttributeProto zero() {
        return AttributeProto.newBuilder().setName("value").setType(AttributeType.TENSOR).setT(TensorWriter.integers("", 0)).build();
    }

    private static TensorProto scalar(String name, long value) { return TensorWriter.integers(name, value).toBuilder().clearDims().build(); }

    private static ModelBuilder image(int opset) { return new ModelBuilder(opset).input("x", 1, 4, 8, 9); }
}
