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
import static org.assertj.core.api.Assertions.within;

import dev.lacewing.graph.Activation;
import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Op;
import dev.lacewing.graph.Window;
import dev.lacewing.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class FusionTest {
    private final Sketch s = new Sketch();

    private String batchNormalization(String output, String x, int channels) {
        return s.node(output, new Op.BatchNormalization(s.random(channels), s.random(channels), s.random(channels), s.positive(channels), 1e-3f), x);
    }

    /** One pass takes in a whole chain, as every pass looks at the whole graph. */
    @Test
    void onePassTakesInAllThatFollows() {
        s.conv("v0", s.input(1, 2, 3, 3), 2, 2, 1, NONE);
        for (int i = 1; i <= 20; i++) batchNormalization("v" + i, "v" + (i - 1), 2);
        assertThat(ops(new FoldBatchNormalization().apply(s.graph("v20")))).containsExactly("Conv");
        Sketch t = new Sketch();
        t.activate("v0", RELU6, t.input(3));
        for (int i = 1; i <= 20; i++) t.activate("v" + i, new Activation.Clamp(i / 100f, 5), "v" + (i - 1));
        assertThat(ops(new MergeClamps().apply(t.graph("v20")))).containsExactly("Activate");
        assertThat(((Op.Activate) rewrite(t.graph("v20")).nodes().getFirst().op()).activation()).isEqualTo(new Activation.Clamp(0.2f, 5));
        rewrite(s.graph("v20"));
        Sketch u = new Sketch();
        u.conv("v0", u.input(1, 2, 3, 3), 2, 2, 1, NONE);
        u.scalar("one", 1);
        for (int i = 1; i <= 20; i++) u.binary("v" + i, ADD, "v" + (i - 1), "one");
        assertThat(ops(new FuseChannelAffine().apply(u.graph("v20")))).containsExactly("Conv");
        Sketch c = new Sketch();
        c.scalar("v0", 0);
        c.scalar("one", 1);
        for (int i = 1; i <= 20; i++) c.binary("v" + i, ADD, "v" + (i - 1), "one");
        assertThat(ops(new FoldConstants(c.graph("v20")).apply(c.graph("v20")))).isEmpty();
    }

    @Test
    void batchNormalizationGoesIntoConvolution() {
        batchNormalization("y", s.conv("c", s.input(2, 3, 5, 4), 3, 6, 3, NONE), 6);
        Graph result = rewrite(s.graph("y"), new FoldBatchNormalization());
        assertThat(ops(result)).containsExactly("Conv");
        assertThat(result.nodes().getFirst().name()).isEqualTo("n-c");
    }

    @Test
    void batchNormalizationGoesIntoGroupedConvolution() {
        s.node("c", new Op.Conv(s.random(4, 1, 3, 3), s.random(4), Window.square(3, 2, 1), 4, NONE), s.input(1, 4, 5, 5));
        batchNormalization("y", "c", 4);
        assertThat(ops(rewrite(s.graph("y"), new FoldBatchNormalization()))).containsExactly("Conv");
    }

    @Test
    void batchNormalizationGoesIntoGemmOfImagesByChannels() {
        batchNormalization("y", s.gemm("g", s.input(3, 5), 5, 4), 4);
        assertThat(ops(rewrite(s.graph("y"), new FoldBatchNormalization()))).containsExactly("Gemm");
    }

    @Test
    void batchNormalizationStaysWhereChannelsAreNotTheGemmsLastAxis() {
        batchNormalization("y", s.gemm("g", s.input(3, 4, 5), 5, 4), 4);
        assertUntouched(s.graph("y"), new FoldBatchNormalization());
    }

    @Test
    void batchNormalizationStaysBehindAnActivation() {
        batchNormalization("y", s.conv("c", s.input(1, 3, 4, 4), 3, 6, 1, RELU), 6);
        assertUntouched(s.graph("y"), new FoldBatchNormalization());
    }

    @Test
    void batchNormalizationStaysWhereTheConvolutionIsReadTwiceOrAnOutput() {
        batchNormalization("b", s.conv("c", s.input(1, 3, 4, 4), 3, 6, 1, NONE), 6);
        assertUntouched(s.graph("b", "c"), new FoldBatchNormalization());
        s.binary("y", ADD, "b", "c");
        assertUntouched(s.graph("y"), new FoldBatchNormalization());
    }

    @ParameterizedTest
    @CsvSource({"ADD, true", "ADD, false", "SUB, true", "SUB, false", "MUL, true", "MUL, false", "DIV, true"})
    void channelConstantGoesIntoConvolution(Op.Arithmetic what, boolean constantLast) {
        s.conv("c", s.input(1, 3, 4, 4), 3, 6, 1, NONE);
        s.node("k", new Op.Constant(s.random(6, 1, 1)));
        s.node("y", new Op.Binary(what, RELU), constantLast ? "c" : "k", constantLast ? "k" : "c");
        Graph result = rewrite(s.graph("y"), new FuseChannelAffine(), new RemoveDeadNodes());
        assertThat(result.nodes()).singleElement().satisfies(n -> assertThat(n.op()).isInstanceOfSatisfying(Op.Conv.class, c -> assertThat(c.activation()).isEqualTo(RELU)));
    }

    @Test
    void channelConstantGoesIntoGemmAlongItsLastAxis() {
        s.gemm("g", s.input(2, 4, 5), 5, 4);
        s.node("last", new Op.Constant(s.random(4)));
        s.binary("y", ADD, "g", "last");
        assertThat(ops(rewrite(s.graph("y"), new FuseChannelAffine()))).containsExactly("Gemm");
    }

    @Test
    void otherConstantsStay() {
        s.conv("c", s.input(1, 3, 4, 4), 3, 4, 1, NONE);
        s.node("row", new Op.Constant(s.random(4)));
        assertUntouched(with("wrong-axis", ADD, "c", "row"), new FuseChannelAffine());
        s.node("batch", new Op.Constant(s.random(2, 4, 1, 1)));
        assertUntouched(with("grows", MUL, "c", "batch"), new FuseChannelAffine());
        s.scalar("zero", 0);
        assertUntouched(with("by-zero", DIV, "c", "zero"), new FuseChannelAffine());
        s.scalar("two", 2);
        assertUntouched(with("reciprocal", DIV, "two", "c"), new FuseChannelAffine());
        s.scalar("infinite", Float.POSITIVE_INFINITY);
        assertUntouched(with("infinite-sum", ADD, "c", "infinite"), new FuseChannelAffine());
        s.conv("active", "x0", 3, 4, 1, RELU);
        assertUntouched(with("after-activation", SUB, "active", "two"), new FuseChannelAffine());
    }

    private Graph with(String output, Op.Arithmetic what, String a, String b) { return s.graph(s.binary(output, what, a, b)); }

    @Test
    void activationGoesIntoConvGemmAndBinary() {
        String c = s.activate("c+", RELU6, s.conv("c", s.input(1, 2, 3, 3), 2, 4, 3, NONE));
        String sum = s.activate("sum+", new Activation.Tanh(), s.binary("sum", ADD, c, c));
        s.activate("y", new Activation.PRelu(s.random(4)), s.gemm("g", s.node("r", new Op.Reshape(dev.lacewing.tensor.Shape.of(9, 4)), sum), 4, 4));
        assertThat(ops(rewrite(s.graph("y"), new FuseActivation()))).containsExactly("Conv", "Binary", "Reshape", "Gemm");
    }

    @Test
    void activationStaysBehindAnotherAndBehindASharedValue() {
        s.activate("y", new Activation.Tanh(), s.conv("c", s.input(1, 2, 3, 3), 2, 4, 3, RELU));
        assertUntouched(s.graph("y"), new FuseActivation());
        s.activate("b", RELU, s.conv("a", "x0", 2, 4, 1, NONE));
        assertUntouched(s.graph("b", "a"), new FuseActivation());
        s.binary("z", MUL, "a", "b");
        assertUntouched(s.graph("z"), new FuseActivation());
    }

    @ParameterizedTest
    @CsvSource({"-1, 1, 0, 6, 0, 1", "0, 6, -1, 0.5, 0, 0.5", "0, 1, 2, 3, 2, 2", "2, 3, 0, 1, 1, 1"})
    void clampAfterClampIsOne(float lo1, float hi1, float lo2, float hi2, float lo, float hi) {
        s.activate("y", new Activation.Clamp(lo2, hi2), s.conv("c", s.input(1, 2, 3, 3), 2, 4, 1, new Activation.Clamp(lo1, hi1)));
        Graph result = rewrite(s.graph("y"), new MergeClamps());
        assertThat(result.nodes()).singleElement().satisfies(n -> assertThat(((Op.Conv) n.op()).activation()).isEqualTo(new Activation.Clamp(lo, hi)));
    }

    @Test
    void clampsOfActivateNodesMergeUnlessBothAreRead() {
        s.activate("b", RELU6, s.activate("a", RELU, s.input(1, 4)));
        assertThat(ops(rewrite(s.graph("b"), new MergeClamps()))).containsExactly("Activate");
        assertUntouched(s.graph("a", "b"), new MergeClamps());
    }

    private String pad(String output, String x, List<Integer> before, List<Integer> after, Op.PadMode mode, float value) {
        return s.node(output, new Op.Pad(before, after, mode, value), x);
    }

    @Test
    void zeroPaddingGoesIntoConvolutionAndAveragePool() {
        pad("p", s.input(1, 2, 5, 5), List.of(0, 0, 0, 1), List.of(0, 0, 2, 1), Op.PadMode.CONSTANT, 0);
        s.node("c", new Op.Conv(s.random(2, 2, 3, 3), s.random(2), Window.square(3, 2, 1), 1, NONE), "p");
        pad("q", "c", List.of(0, 0, 1, 1), List.of(0, 0, 1, 1), Op.PadMode.CONSTANT, 0);
        s.node("y", new Op.Pool(Op.PoolKind.AVERAGE, Window.square(3, 1, 0), false, false), "q");
        Graph result = rewrite(s.graph("y"), new FusePad());
        assertThat(ops(result)).containsExactly("Conv", "Pool");
        assertThat(((Op.Conv) result.nodes().getFirst().op()).window()).isEqualTo(new Window(3, 3, 2, 2, 1, 1, 1, 2, 3, 2));
    }

    @Test
    void otherPaddingStays() {
        List<Integer> none = List.of(0, 0, 0, 0), one = List.of(0, 0, 1, 1);
        s.input(1, 2, 5, 5);
        s.conv("a", pad("value", "x0", one, one, Op.PadMode.CONSTANT, 1), 2, 3, 3, NONE);
        s.conv("b", pad("mode", "x0", one, one, Op.PadMode.EDGE, 0), 2, 3, 3, NONE);
        s.conv("c", pad("axis", "x0", List.of(0, 1, 0, 0), none, Op.PadMode.CONSTANT, 0), 3, 3, 3, NONE);
        s.node("d", new Op.Pool(Op.PoolKind.MAX, Window.square(3, 1, 0), false, false), pad("max", "x0", one, one, Op.PadMode.CONSTANT, 0));
        s.node("e", new Op.Pool(Op.PoolKind.AVERAGE, Window.square(3, 2, 0), true, false), pad("ceil", "x0", one, one, Op.PadMode.CONSTANT, 0));
        s.node("f", new Op.Pool(Op.PoolKind.AVERAGE, Window.square(3, 2, 1), false, false), pad("own", "x0", one, one, Op.PadMode.CONSTANT, 0));
        s.conv("g", pad("shared", "x0", one, one, Op.PadMode.CONSTANT, 0), 2, 3, 3, NONE);
        assertUntouched(s.graph("a", "b", "c", "d", "e", "f", "g", "shared"), new FusePad());
    }

    @ParameterizedTest
    @EnumSource(Op.Arithmetic.class)
    void constantsFold(Op.Arithmetic what) {
        s.node("a", new Op.Constant(s.random(2, 3, 1)));
        s.node("b", new Op.Constant(s.random(3, 4)));
        String both = s.activate("act", new Activation.Sigmoid(), s.binary("both", what, "a", "b"));
        String t = s.node("t", new Op.Transpose(List.of(2, 0, 1)), both);
        String sliced = s.node("s", new Op.Slice(List.of(3, 0, 1), List.of(-2, 1, 1), List.of(2, 2, 2)), t);
        String joined = s.node("j", new Op.Concat(1), sliced, sliced, s.node("part", new Op.Constant(s.random(2, 1, 2))));
        s.binary("y", ADD, s.input(20), s.node("flat", new Op.Reshape(dev.lacewing.tensor.Shape.of(20)), joined));
        s.node("z", new Op.Identity(), "flat");
        Graph graph = s.graph("y", "z"), result = rewrite(graph, new FoldConstants(graph), new RemoveDeadNodes());
        assertThat(ops(result)).containsExactly("Binary");
        assertThat(result.nodes()).hasSize(3);
    }

    private static long constants(Graph graph) { return graph.nodes().stream().mapToLong(n -> n.op() instanceof Op.Constant(var value) ? value.size() : 0).sum(); }

    /** Each result alone would be small enough. */
    @Test
    void manyLargeResultsOfSmallConstantsStayNodes() {
        s.node("column", new Op.Constant(s.random(1024, 1)));
        s.node("row", new Op.Constant(s.random(1, 1024)));
        String[] outputs = new String[20];
        for (int i = 0; i < outputs.length; i++) outputs[i] = s.binary("y" + i, ADD, "column", "row");
        Graph after = Rewrites.apply(s.graph(outputs));
        assertThat(constants(after)).isEqualTo(2 * 1024 + (4 << 20));
        assertThat(ops(after)).containsOnly("Binary").hasSize(16);
    }

    /** What became weights still counts. */
    @Test
    void manyLargeWeightsOfSmallConstantsStayNodes() {
        s.node("column", new Op.Constant(s.random(1024, 1)));
        s.node("row", new Op.Constant(s.random(1, 1024)));
        String x = s.input(1, 1024);
        for (int i = 0; i < 20; i++) x = s.node("z" + i, new Op.MatMul(), x, s.binary("y" + i, ADD, "column", "row"));
        Graph after = Rewrites.apply(s.graph(x));
        assertThat(ops(after).stream().filter("Gemm"::equals)).hasSize(4);
    }

    /** Each result takes the place of what it is made of, once that is gone. */
    @Test
    void longChainsOfLargeConstantsFold() {
        s.node("c0", new Op.Constant(s.random(1024, 1024)));
        s.scalar("one", 1);
        for (int i = 1; i <= 20; i++) s.binary("c" + i, ADD, "c" + (i - 1), "one");
        Graph after = Rewrites.apply(s.graph("c20"));
        assertThat(ops(after)).isEmpty();
        assertThat(constants(after)).isEqualTo(1 << 20);
    }

    /** The result is large, but no larger than what it is made of. */
    @Test
    void joinedLargeConstantsFold() {
        for (String part : List.of("q", "k", "v")) s.node(part, new Op.Constant(Tensor.zeros(600, 600)));
        s.node("y", new Op.MatMul(), s.input(1, 600), s.node("qkv", new Op.Concat(1), "q", "k", "v"));
        assertThat(ops(Rewrites.apply(s.graph("y")))).containsExactly("Gemm");
    }

    @Test
    void whatDependsOnAnInputDoesNotFold() {
        s.binary("y", ADD, s.input(3), s.constant("k", 1, 2, 3));
        assertUntouched(s.graph("y"), new FoldConstants(s.graph("y")));
    }

    @Test
    void productWithConstantMatrixBecomesGemm() {
        s.node("m", new Op.Constant(s.random(5, 3)));
        s.node("y", new Op.MatMul(), s.input(2, 4, 5), "m");
        assertThat(ops(rewrite(s.graph("y"), new MatMulToGemm()))).containsExactly("Gemm");
    }

    @Test
    void otherProductsStay() {
        s.input(4, 5);
        s.input(5, 3);
        s.node("m", new Op.Constant(s.random(2, 4)));
        s.node("n", new Op.Constant(s.random(2, 5, 3)));
        s.node("a", new Op.MatMul(), "x0", "x1");
        s.node("b", new Op.MatMul(), "m", "x0");
        s.node("c", new Op.MatMul(), "x0", "n");
        assertUntouched(s.graph("a", "b", "c"), new MatMulToGemm());
    }

    private String reshape(String output, String x, int... dims) { return s.node(output, new Op.Reshape(dev.lacewing.tensor.Shape.of(dims)), x); }

    @Test
    void biasAndActivationBehindAReshapeReachTheGemm() {
        s.gemm("g", s.input(2, 5), 5, 4);
        s.node("k", new Op.Constant(s.random(1, 1, 4)));
        s.activate("y", RELU, reshape("s", s.binary("b", SUB, "k", reshape("r", "g", 1, 2, 4)), 8));
        Graph result = rewrite(s.graph("y"));
        assertThat(ops(result)).containsExactly("Gemm", "Reshape");
        assertThat(((Op.Gemm) result.nodes().getFirst().op()).activation()).isEqualTo(RELU);
    }

    @Test
    void reshapeStaysBeforeWhatDependsOnItsShape() {
        s.gemm("g", s.input(2, 4), 4, 4);
        s.activate("slopes", new Activation.PRelu(s.random(2)), reshape("r1", "g", 4, 2));
        s.gemm("h", "x0", 4, 4);
        s.node("k", new Op.Constant(s.random(2)));
        s.binary("other-extent", ADD, reshape("r2", "h", 4, 2), "k");
        s.gemm("i", "x0", 4, 4);
        s.node("m", new Op.Constant(s.random(2, 4)));
        s.binary("matrix", ADD, reshape("r3", "i", 1, 2, 4), "m");
        s.gemm("j", "x0", 4, 4);
        s.activate("shared", RELU, reshape("r4", "j", 8));
        assertUntouched(s.graph("slopes", "other-extent", "matrix", "shared", "r4"), new SinkReshapes());
    }

    @Test
    void kerasEntryAndHeadCollapse() {
        String nchw = s.node("t", new Op.Transpose(List.of(0, 3, 1, 2)), s.input(1, 4, 4, 3));
        String c = s.activate("r", RELU6, batchNormalization("bn", s.conv("c", nchw, 3, 8, 3, NONE), 8));
        String pooled = s.node("p", new Op.ReduceMean(List.of(2, 3), false), c);
        s.node("m", new Op.Constant(s.random(8, 5)));
        s.node("k", new Op.Constant(s.random(5)));
        s.node("y", new Op.Identity(), s.binary("b", ADD, s.node("mm", new Op.MatMul(), pooled, "m"), "k"));
        Graph result = rewrite(s.graph("y"));
        assertThat(ops(result)).containsExactly("Transpose", "Conv", "GlobalAveragePool", "Reshape", "Gemm");
        assertThat(((Op.Conv) result.nodes().get(1).op()).activation()).isEqualTo(RELU6);
    }

    @Test
    void sparseWeightsStaySparse() {
        Tensor weight = s.random(4, 2, 1, 1);
        weight.values()[3] = 0;
        s.node("c", new Op.Conv(weight, s.random(4), Window.square(1, 1, 0), 1, NONE), s.input(1, 2, 3, 3));
        batchNormalization("y", "c", 4);
        Op.Conv conv = (Op.Conv) rewrite(s.graph("y")).nodes().getFirst().op();
        assertThat(conv.weight().nonzeros()).isEqualTo(7);
    }
}
