package dev.lacewing.rewrite;

import static dev.lacewing.graph.Activation.NONE;
import static dev.lacewing.graph.Activation.RELU;
import static dev.lacewing.graph.Activation.RELU6;
import static dev.lacewing.graph.Op.Arithmetic.ADD;
import static dev.lacewing.graph.Op.Arithmetic.DIV;
import static dev.lacewing.graph.Op.Arithmetic.MUL;
import static dev.lacewing.graph.Op.Arithmetic.SUB;
import static dev.lacewing.rewrite.Sketch.assertUntouched;
import static dev.lacewing.rewrite.Sketch.ops;
import static dev.lacewing.rewrite.Sketch.rewrite;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lacewing.error.LacewingException.Unsupported;
import dev.lacewing.graph.Activation;
import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import dev.lacewing.graph.Window;
import dev.lacewing.tensor.Shape;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecognitionTest {
    private static final Activation HARD_SIGMOID = new Activation.HardSigmoid(1 / 6f, 0.5f);
    private final Sketch s = new Sketch();

    /** clip(x + 3, 0, 6) */
    private String shiftedClamp(String name, String x) {
        return s.activate(name, RELU6, s.binary(name + "+3", ADD, x, s.scalar(name + "three", 3)));
    }

    private void assertActivation(Graph result, Class<? extends Activation> expected) {
        assertThat(result.nodes()).singleElement().satisfies(n -> assertThat(((Op.Conv) n.op()).activation()).isInstanceOf(expected));
    }

    private String convolution() { return s.conv("c", s.input(1, 2, 4, 4), 2, 4, 1, NONE); }

    @ParameterizedTest
    @ValueSource(strings = {"x*(clip/6)", "(clip*sixth)*x", "(x*clip)/6", "sixth*(clip*x)", "(x/6)*clip", "clip*(x*sixth)", "x*hardsigmoid", "fusedclip"})
    void hardSwishInAllSpellings(String spelling) {
        String x = convolution();
        s.scalar("six", 6);
        s.scalar("sixth", 1 / 6f);
        switch (spelling) {
            case "x*(clip/6)" -> s.binary("y", MUL, x, s.binary("g", DIV, shiftedClamp("clip", x), "six"));
            case "(clip*sixth)*x" -> s.binary("y", MUL, s.binary("g", MUL, shiftedClamp("clip", x), "sixth"), x);
            case "(x*clip)/6" -> s.binary("y", DIV, s.binary("g", MUL, x, shiftedClamp("clip", x)), "six");
            case "sixth*(clip*x)" -> s.binary("y", MUL, "sixth", s.binary("g", MUL, shiftedClamp("clip", x), x));
            case "(x/6)*clip" -> s.binary("y", MUL, s.binary("g", DIV, x, "six"), shiftedClamp("clip", x));
            case "clip*(x*sixth)" -> s.binary("y", MUL, shiftedClamp("clip", x), s.binary("g", MUL, x, "sixth"));
            case "x*hardsigmoid" -> s.binary("y", MUL, x, s.activate("g", HARD_SIGMOID, x));
            case "fusedclip" -> {
                s.scalar("minus", -3);
                s.binary("y", DIV, s.binary("g", MUL, x, s.node("clip", new Op.Binary(SUB, RELU6), x, "minus")), "six");
            }
            default -> throw new AssertionError(spelling);
        }
        assertActivation(rewrite(s.graph("y")), Activation.HardSwish.class);
    }

    @Test
    void hardSwishNeedsItsConstantsItsInputAndItsPrivacy() {
        String x = convolution();
        s.binary("other-slope", MUL, x, s.activate("g", new Activation.HardSigmoid(0.2f, 0.5f), x));
        s.binary("other-input", MUL, s.activate("r", RELU, x), s.activate("h", HARD_SIGMOID, x));
        s.binary("shared-gate", MUL, x, s.activate("i", HARD_SIGMOID, x));
        s.binary("product", DIV, s.binary("p", MUL, x, shiftedClamp("clip", x)), s.scalar("seven", 7));
        assertUntouched(s.graph("other-slope", "other-input", "shared-gate", "i", "product"), new RecogniseHardSwish());
    }

    @Test
    void hardSigmoidByScaleAfterClamp() {
        s.binary("y", DIV, shiftedClamp("clip", convolution()), s.scalar("six", 6));
        Graph result = rewrite(s.graph("y"));
        assertActivation(result, Activation.HardSigmoid.class);
        var hard = (Activation.HardSigmoid) ((Op.Conv) result.nodes().getFirst().op()).activation();
        assertThat(hard.alpha()).isCloseTo(1 / 6f, within(1e-7f));
        assertThat(hard.beta()).isCloseTo(0.5f, within(1e-7f));
    }

    @Test
    void hardSigmoidByClampAfterScale() {
        String scaled = s.binary("m", MUL, convolution(), s.scalar("slope", 0.2f));
        s.activate("y", new Activation.Clamp(0, 1), s.binary("a", ADD, s.scalar("half", 0.5f), scaled));
        assertThat(ops(rewrite(s.graph("y"), new RecogniseHardSigmoid()))).containsExactly("Conv", "Activate");
    }

    @Test
    void hardSigmoidNeedsARangeOfOneAndPrivacy() {
        String x = convolution();
        s.binary("range", DIV, shiftedClamp("clip", x), s.scalar("five", 5));
        s.binary("shared", DIV, shiftedClamp("clip2", x), s.scalar("six", 6));
        s.activate("low", new Activation.Clamp(-1, 1), s.binary("a", ADD, s.binary("m", MUL, x, "six"), "five"));
        assertUntouched(s.graph("range", "shared", "clip2", "low"), new RecogniseHardSigmoid());
    }

    @Test
    void constantsThatGrowTheShapeAreNoScalars() {
        String x = s.input(2, 3);
        s.node("three", new Op.Constant(dev.lacewing.tensor.Tensor.of(new float[] {3}, 1, 1, 1)));
        s.binary("y", DIV, s.activate("c", RELU6, s.binary("a", ADD, x, "three")), s.scalar("six", 6));
        assertUntouched(s.graph("y"), new RecogniseHardSigmoid());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void swishInEitherOrder(boolean gateFirst) {
        String x = convolution();
        s.activate("g", new Activation.Sigmoid(), x);
        s.binary("y", MUL, gateFirst ? "g" : x, gateFirst ? x : "g");
        assertActivation(rewrite(s.graph("y")), Activation.Swish.class);
    }

    @Test
    void gateOfAnotherValueIsNoSwish() {
        String x = convolution();
        s.binary("y", MUL, x, s.activate("g", new Activation.Sigmoid(), s.conv("d", "x0", 2, 4, 1, NONE)));
        s.binary("z", ADD, x, s.activate("h", new Activation.Sigmoid(), x));
        s.binary("w", MUL, x, s.activate("i", new Activation.Sigmoid(), x));
        assertUntouched(s.graph("y", "z", "w", "i"), new RecogniseSwish());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void meanOverThePlaneIsGlobalPool(boolean keepDims) {
        s.node("y", new Op.ReduceMean(List.of(2, 3), keepDims), s.input(2, 3, 4, 5));
        assertThat(ops(rewrite(s.graph("y"), new RecogniseGlobalPool()))).first().isEqualTo("GlobalAveragePool");
    }

    @Test
    void averageOverTheWholePlaneIsGlobalPool() {
        s.node("y", new Op.Pool(Op.PoolKind.AVERAGE, Window.square(5, 2, 0), true, false), s.input(1, 3, 5, 5));
        assertThat(ops(rewrite(s.graph("y"), new RecogniseGlobalPool()))).containsExactly("GlobalAveragePool");
    }

    @Test
    void otherMeansStay() {
        s.node("a", new Op.ReduceMean(List.of(1, 2), true), s.input(2, 3, 4, 5));
        s.node("b", new Op.ReduceMean(List.of(1, 2, 3), true), "x0");
        s.node("c", new Op.Pool(Op.PoolKind.AVERAGE, Window.square(4, 1, 0), false, false), "x0");
        s.node("d", new Op.Pool(Op.PoolKind.AVERAGE, new Window(4, 5, 1, 1, 1, 1, 0, 0, 0, 0), false, false), "x0");
        s.node("e", new Op.Pool(Op.PoolKind.MAX, new Window(4, 5, 1, 1, 1, 1, 0, 0, 0, 0), false, false), "x0");
        Graph result = rewrite(s.graph("a", "b", "c", "d", "e"), new RecogniseGlobalPool());
        assertThat(ops(result)).containsExactly("ReduceMean", "ReduceMean", "Pool", "GlobalAveragePool", "Pool");
    }

    private enum Spelling { CONV, CONV_REDUCE_MEAN, GEMM }

    private String attention(String output, String x, Spelling spelling, Activation gate, boolean gateFirst) {
        String g = switch (spelling) {
            case CONV, CONV_REDUCE_MEAN -> {
                String pooled = s.node(output + "p", spelling == Spelling.CONV ? new Op.GlobalAveragePool() : new Op.ReduceMean(List.of(2, 3), true), x);
                String middle = s.activate(output + "m", RELU, s.conv(output + "1", pooled, 8, 2, 1, NONE));
                yield s.activate(output + "g", gate, s.conv(output + "2", middle, 2, 8, 1, NONE));
            }
            case GEMM -> {
                String pooled = s.node(output + "f", new Op.Reshape(Shape.of(2, 8)), s.node(output + "p", new Op.GlobalAveragePool(), x));
                String middle = s.activate(output + "m", RELU, s.gemm(output + "1", pooled, 8, 2));
                String gated = s.activate(output + "g", gate, s.gemm(output + "2", middle, 2, 8));
                yield s.node(output + "u", new Op.Reshape(Shape.of(2, 8, 1, 1)), gated);
            }
        };
        return s.binary(output, MUL, gateFirst ? g : x, gateFirst ? x : g);
    }

    @Test
    void squeezeExciteInAllSpellings() {
        String x = s.input(2, 8, 3, 3);
        attention("a", x, Spelling.CONV, new Activation.Sigmoid(), true);
        attention("b", "a", Spelling.CONV_REDUCE_MEAN, HARD_SIGMOID, false);
        attention("c", "b", Spelling.GEMM, new Activation.Sigmoid(), false);
        s.activate("y", RELU, "c");
        assertThat(ops(rewrite(s.graph("y")))).containsExactly("SqueezeExcite", "SqueezeExcite", "SqueezeExcite", "Activate");
    }

    @Test
    void hardSigmoidGateOfSmallOpsIsSeen() {
        String x = s.input(2, 8, 3, 3);
        String middle = s.conv("1", s.node("p", new Op.GlobalAveragePool(), x), 8, 2, 1, NONE);
        String swish = s.binary("sw", MUL, middle, s.activate("si", new Activation.Sigmoid(), middle));
        s.scalar("six", 6);
        s.binary("y", MUL, s.binary("g", DIV, shiftedClamp("clip", s.conv("2", swish, 2, 8, 1, NONE)), "six"), x);
        Graph result = rewrite(s.graph("y"));
        assertThat(result.nodes()).extracting(Node::op).singleElement().isInstanceOfSatisfying(Op.SqueezeExcite.class, se -> {
            assertThat(se.middle()).isEqualTo(new Activation.Swish());
            assertThat(se.gate()).isInstanceOf(Activation.HardSigmoid.class);
        });
    }

    @Test
    void gateThatIsReadTwiceOrOfAnotherPlaneStays() {
        String x = s.input(2, 8, 3, 3);
        attention("a", x, Spelling.CONV, new Activation.Sigmoid(), true);
        s.node("p", new Op.GlobalAveragePool(), x);
        s.conv("2", s.conv("1", "p", 8, 2, 1, RELU), 2, 8, 1, RELU);
        s.binary("other-input", MUL, s.input(2, 8, 3, 3), "2");
        Graph result = rewrite(s.graph("a", "a1", "other-input"));
        assertThat(ops(result)).doesNotContain("SqueezeExcite");
    }

    @Test
    void identitiesGo() {
        String x = s.input(1, 2, 3, 3);
        x = s.node("a", new Op.Identity(), x);
        x = s.activate("b", NONE, s.conv("c", x, 2, 2, 1, NONE));
        x = s.node("d", new Op.Reshape(Shape.of(1, 2, 3, 3)), x);
        x = s.node("e", new Op.Transpose(List.of(0, 1, 2, 3)), x);
        x = s.node("f", new Op.Slice(List.of(0, 0, 0, 0), List.of(-1, 1, 1, 1), List.of(1, 2, 3, 3)), x);
        x = s.node("g", new Op.Pad(List.of(0, 0, 0, 0), List.of(0, 0, 0, 0), Op.PadMode.CONSTANT, 1), x);
        s.node("y", new Op.Concat(1), x);
        Graph result = rewrite(s.graph("y"));
        assertThat(ops(result)).containsExactly("Conv");
        assertThat(result.nodes().getFirst().input()).isEqualTo("x0");
    }

    @Test
    void identityStaysBetweenInputAndOutputAndBetweenTwoOutputs() {
        s.node("copy", new Op.Identity(), s.input(2));
        s.node("again", new Op.Identity(), s.activate("r", RELU, "x0"));
        assertUntouched(s.graph("copy", "r", "again"), new RemoveIdentities());
    }

    @Test
    void producerTakesTheOutputsNameForAllItsReaders() {
        s.node("y", new Op.Identity(), s.activate("r", RELU, s.input(2)));
        s.binary("z", ADD, "r", "y");
        Graph result = rewrite(s.graph("y", "z"), new RemoveIdentities());
        assertThat(ops(result)).containsExactly("Activate", "Binary");
    }

    @Test
    void whatMovesSomethingIsNoIdentity() {
        s.input(2, 2);
        s.node("a", new Op.Transpose(List.of(1, 0)), "x0");
        s.node("b", new Op.Slice(List.of(1, 0), List.of(-1, 1), List.of(2, 2)), "x0");
        s.node("c", new Op.Softmax(1), "x0");
        assertUntouched(s.graph("a", "b", "c"), new RemoveIdentities());
    }

    @Test
    void reshapesAndTransposesMerge() {
        String x = s.node("b", new Op.Reshape(Shape.of(6, 4)), s.node("a", new Op.Reshape(Shape.of(24)), s.input(2, 3, 4)));
        s.node("y", new Op.Reshape(Shape.of(2, 3, 4)), x);
        s.node("z", new Op.Transpose(List.of(1, 2, 0)), s.node("t", new Op.Transpose(List.of(2, 0, 1)), "y"));
        s.node("w", new Op.Transpose(List.of(2, 0, 1)), s.node("v", new Op.Transpose(List.of(2, 0, 1)), "y"));
        Graph result = rewrite(s.graph("y", "z", "w"));
        assertThat(ops(result)).containsExactly("Reshape", "Reshape", "Transpose");   // y and z are both the input, under two names
    }

    @Test
    void transposeOfUnitAxesIsReshape() {
        s.node("y", new Op.Transpose(List.of(0, 2, 3, 1)), s.input(2, 5, 1, 1));
        assertThat(ops(rewrite(s.graph("y"), new TransposeToReshape()))).containsExactly("Reshape");
    }

    @Test
    void transposeOfTwoExtentsStays() {
        s.node("y", new Op.Transpose(List.of(0, 2, 3, 1)), s.input(2, 5, 1, 2));
        assertUntouched(s.graph("y"), new TransposeToReshape());
    }

    @Test
    void deadNodesGoAndInputsStay() {
        s.activate("dead2", RELU, s.activate("dead", RELU, s.input(3)));
        s.activate("y", RELU, s.input(3));
        Graph result = rewrite(s.graph("y"), new RemoveDeadNodes());
        assertThat(result.nodes()).hasSize(1);
        assertThat(result.inputs()).hasSize(2);
        assertUntouched(result, new RemoveDeadNodes());
    }

    @Test
    void whatDoesNotSettleIsNamed() {
        s.activate("y", RELU, s.input(3));
        Rule turning = new Rule() {
            @Override
            public String name() { return "turning"; }

            @Override
            public Graph apply(Graph graph) { return graph.withNodes(graph.nodes()); }
        };
        assertThatThrownBy(() -> Rewrites.apply(s.graph("y"), List.of(turning, new RemoveDeadNodes()))).isInstanceOf(Unsupported.class).hasMessageContaining("the last of them turning");
    }

    @Test
    void namesAreUnique() {
        s.activate("y", RELU, s.input(3));
        assertThat(Stream.of(Rewrites.standard(s.graph("y")), Rewrites.SPARSE).flatMap(List::stream)).extracting(Rule::name).doesNotHaveDuplicates().allMatch(n -> n.matches("[a-z-]+"));
    }
}
