package dev.lacewing.rewrite;

import static dev.lacewing.graph.Activation.NONE;
import static dev.lacewing.graph.Activation.RELU;
import static dev.lacewing.graph.Activation.RELU6;
import static dev.lacewing.rewrite.Sketch.rewrite;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lacewing.graph.Activation;
import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Op;
import dev.lacewing.graph.Op.Conv;
import dev.lacewing.graph.Window;
import dev.lacewing.tensor.Shape;
import dev.lacewing.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeadChannelsTest {
    private final Sketch s = new Sketch();
    private final Tensor first = s.random(6, 3, 1, 1), depthwise = s.random(6, 1, 3, 3), second = s.random(4, 6, 1, 1);

    private static void clear(Tensor t, int from, int count) { Arrays.fill(t.values(), from, from + count, 0); }

    private void unread(int channel) { for (int row = 0; row < 4; row++) clear(second, row * 6 + channel, 1); }

    /** Pointwise 3 to 6, depthwise 3x3, pointwise 6 to 4. */
    private Graph chain(Activation activation, int padding, String... outputs) {
        s.node("a", new Conv(first, s.random(6), Window.square(1, 1, 0), 1, activation), s.input(1, 3, 5, 4));
        s.node("b", new Conv(depthwise, s.random(6), Window.square(3, 1, padding), 6, activation), "a");
        s.node("c", new Conv(second, s.random(4), Window.square(1, 1, 0), 1, NONE), "b");
        return s.graph(outputs);
    }

    private static Graph drop(Graph graph) { return rewrite(graph, new FoldConstantChannels(), new RemoveUnreadChannels()); }

    private static List<Integer> channels(Graph graph) { return graph.nodes().stream().map(n -> ((Conv) n.op()).outChannels()).toList(); }

    @Test
    void unreadChannelsGoThroughTheDepthwiseConvolution() {
        unread(1);
        unread(5);
        assertThat(channels(drop(chain(RELU6, 1, "c")))).containsExactly(4, 4, 4);
    }

    @Test
    void channelsWithoutADepthwiseFilterBecomeBias() {
        clear(depthwise, 18, 9);
        assertThat(channels(drop(chain(RELU, 1, "c")))).containsExactly(5, 5, 4);
    }

    @Test
    void constantChannelsPassADepthwiseConvolutionWithoutPaddingOnly() {
        clear(first, 6, 3);
        assertThat(channels(drop(chain(NONE, 0, "c")))).containsExactly(5, 5, 4);
        DeadChannelsTest padded = new DeadChannelsTest();
        clear(padded.first, 6, 3);
        assertThat(channels(drop(padded.chain(NONE, 1, "c")))).containsExactly(6, 6, 4);
    }

    @Test
    void slopesGoWithTheirChannels() {
        unread(0);
        assertThat(channels(drop(chain(new Activation.PRelu(s.random(6)), 1, "c")))).containsExactly(5, 5, 4);
    }

    @Test
    void aConstantReluOfANegativeBiasIsZeroAndPassesPadding() {
        clear(first, 6, 3);
        Tensor bias = s.positive(6);
        bias.values()[2] = -1;
        s.node("a", new Conv(first, bias, Window.square(1, 1, 0), 1, RELU), s.input(1, 3, 5, 4));
        s.node("c", new Conv(s.random(2, 6, 3, 3), s.random(2), Window.square(3, 1, 1), 1, NONE), "a");
        assertThat(channels(drop(s.graph("c")))).containsExactly(5, 2);
    }

    @Test
    void deadChannelsGoThroughTheMeanOfPlanesIntoTheClassifier() {
        clear(depthwise, 0, 9);
        s.node("b", new Conv(depthwise, s.random(6), Window.square(3, 1, 1), 6, RELU),
                s.node("a", new Conv(first, s.random(6), Window.square(1, 1, 0), 1, RELU), s.input(2, 3, 5, 4)));
        s.node("flat", new Op.Reshape(Shape.of(2, 6)), s.node("mean", new Op.GlobalAveragePool(), "b"));
        Tensor classifier = s.random(5, 6);
        for (int row = 0; row < 5; row++) clear(classifier, row * 6 + 4, 1);
        s.node("y", new Op.Gemm(classifier, s.random(5), NONE), "flat");
        Graph result = drop(s.graph("y"));
        assertThat(result.shape("a").dim(1)).isEqualTo(4);
        assertThat(result.shape("flat")).isEqualTo(Shape.of(2, 4));
    }

    @Test
    void whatIsReadElsewhereStays() {
        unread(1);
        Graph graph = chain(RELU, 1, "c", "a");
        assertThat(channels(drop(graph))).containsExactly(6, 6, 4);
        DeadChannelsTest added = new DeadChannelsTest();
        added.unread(1);
        added.chain(RELU, 1, "c");
        added.s.binary("d", Op.Arithmetic.ADD, "a", "b");
        assertThat(drop(added.s.graph("c", "d")).shape("a").dim(1)).isEqualTo(6);
    }

    @Test
    void oneReaderIsEnoughForAChannelToStay() {
        unread(1);
        unread(2);
        chain(RELU, 1, "c");
        Tensor third = s.random(2, 6, 3, 3);
        for (int row = 0; row < 2; row++) clear(third, row * 54 + 9, 9);
        s.node("e", new Conv(third, s.random(2), Window.square(3, 2, 1), 1, NONE), "a");
        Graph result = drop(s.graph("c", "e"));
        assertThat(result.shape("a").dim(1)).isEqualTo(5);
        assertThat(result.shape("b").dim(1)).isEqualTo(5);
    }

    @Test
    void blocksOfRowsStayWhole() {
        Tensor blocks = s.random(16, 8, 1, 1), reader = s.random(3, 16, 1, 1);
        for (int column = 0; column < 8; column += 2) for (int row = 0; row < 8; row++) clear(blocks, (row + 8) * 8 + column, 1);
        for (int row = 0; row < 3; row++) clear(reader, row * 16, 9);
        s.node("a", new Conv(blocks, s.random(16), Window.square(1, 1, 0), 1, RELU), s.input(1, 8, 3, 3));
        s.node("b", new Conv(reader, s.random(3), Window.square(1, 1, 0), 1, NONE), "a");
        assertThat(channels(drop(s.graph("b")))).containsExactly(8, 3);
    }

    @Test
    void oneChannelIsLeftWhereNoneIsRead() {
        clear(second, 0, 24);
        assertThat(channels(drop(chain(RELU, 1, "c")))).containsExactly(1, 1, 4);
    }

    @Test
    void denseNetworksStay() {
        Graph graph = chain(RELU, 1, "c");
        assertThat(Rewrites.dropDeadChannels(graph)).isSameAs(graph);
    }
}
