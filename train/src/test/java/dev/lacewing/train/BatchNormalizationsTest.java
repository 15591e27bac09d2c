package dev.lacewing.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.graph.Activation;
import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import dev.lacewing.graph.Value;
import dev.lacewing.graph.Window;
import dev.lacewing.tensor.Shape;
import dev.lacewing.tensor.Tensor;
import dev.lacewing.train.autograd.Autograd;
import dev.lacewing.train.autograd.Targets;
import dev.lacewing.train.autograd.TorchAutograd;
import dev.lacewing.train.data.Batches;
import dev.lacewing.train.data.DataSet;
import dev.lacewing.train.data.Images;
import dev.lacewing.train.data.Normalisation;
import dev.lacewing.train.parameter.Parameters;
import dev.lacewing.zoo.Zoo;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BatchNormalizationsTest {
    private static final int IMAGES = 32, PIXELS = 3 * 32 * 32;

    private final Graph folded = Zoo.build("resnet20", Zoo.defaults("resnet20").withBatchNorm(false));

    private static DataSet data() {
        byte[] pixels = new byte[IMAGES * PIXELS];
        new Random(5).nextBytes(pixels);
        int[] labels = IntStream.range(0, IMAGES).map(i -> i % 10).toArray();
        Images images = new Images(3, 32, 32, pixels, labels, IntStream.range(0, 10).mapToObj(String::valueOf).toList());
        return new DataSet("noise", images, images, new Normalisation(List.of(0.5, 0.5, 0.5), List.of(0.3, 0.3, 0.3)));
    }

    @Test
    void theNetworkComputesWhatItDid() {
        Graph normalised = BatchNormalizations.insert(folded, data(), 64, 1);
        assertThat(count(normalised, Op.BatchNormalization.class)).isEqualTo(count(folded, Op.Conv.class)).isGreaterThan(15);
        assertThat(logits(normalised, false)).containsExactly(logits(folded, false), within(2e-4f));
        assertThat(logits(normalised, true)).as("with the statistics of the batch that they were measured on").containsExactly(logits(folded, false), within(2e-3f));
        assertThatThrownBy(() -> BatchNormalizations.insert(normalised, data(), 64, 1)).isInstanceOf(Invalid.class).hasMessageContaining("has batch normalisation already");
    }

    @Test
    void filtersOfALayerGetTheNormOfFreshOnesAndKeepTheirProportions() {
        Graph normalised = BatchNormalizations.insert(folded, data(), 64, 1);
        for (Node node : folded.nodes()) {
            if (!(node.op() instanceof Op.Conv c)) continue;
            Tensor weight = normalised.nodes().stream().filter(n -> n.name().equals(node.name())).map(n -> ((Op.Conv) n.op()).weight()).findFirst().orElseThrow();
            double squares = 0;
            for (float w : weight.values()) squares += w * w;
            assertThat(Math.sqrt(squares / weight.shape().dim(0))).isCloseTo(Math.sqrt(2), within(1e-4));
            float factor = weight.values()[0] / c.weight().values()[0];
            for (int i = 0; i < weight.size(); i++) assertThat(weight.values()[i]).isCloseTo(factor * c.weight().values()[i], within(1e-5f));
        }
    }

    /** Logits do not depend on the other images of a batch, and a channel of a single value has no deviation. */
    @Test
    void convolutionsThatGiveTheClassesHaveNone() {
        Graph convolutions = graph(conv("first", 4, 3, 3, "x", "a"), conv("classes", 10, 4, 1, "a", "b"), new Node("pool", new Op.GlobalAveragePool(), List.of("b"), "y"));
        Graph normalised = BatchNormalizations.insert(convolutions, data(), 8, 1);
        assertThat(normalised.nodes()).extracting(Node::name).containsExactly("first", "first/normalisation", "classes", "pool");
        Graph single = graph(conv("whole", 10, 3, 32, "x", "y"));
        assertThat(count(BatchNormalizations.insert(single, data(), 2, 1), Op.BatchNormalization.class)).isOne();
        assertThatThrownBy(() -> BatchNormalizations.insert(single, data(), 1, 1)).isInstanceOf(Invalid.class).hasMessageContaining("take batch: 2 or more");
    }

    private static Graph graph(Node... nodes) { return new Graph("g", List.of(new Value("x", Shape.of(1, 3, 32, 32))), List.of(nodes), List.of("y"), Map.of()); }

    private static Node conv(String name, int out, int in, int side, String from, String to) {
        return new Node(name, new Op.Conv(Tensor.zeros(out, in, side, side), Tensor.zeros(out), Window.square(side, 1, 0), 1, Activation.NONE), List.of(from), to);
    }

    /** As many images, of equal weight, whatever the batch. */
    @Test
    void momentsAreOfAllBatches() {
        List<Op.BatchNormalization> whole = normalisations(BatchNormalizations.insert(folded, data(), 8, 1)), parts = normalisations(BatchNormalizations.insert(folded, data(), 2, 1));
        assertThat(parts).hasSameSizeAs(whole);
        for (int n = 0; n < whole.size(); n++) {
            float[] deviation = whole.get(n).scale().values();
            assertThat(parts.get(n).scale().values()).containsExactly(deviation, within(1e-4f * max(deviation)));
            assertThat(parts.get(n).mean().values()).containsExactly(whole.get(n).mean().values(), within(1e-4f * max(deviation)));
        }
    }

    private static float max(float[] values) {
        float max = 0;
        for (float v : values) max = Math.max(max, v);
        return max;
    }

    private static List<Op.BatchNormalization> normalisations(Graph graph) {
        return graph.nodes().stream().filter(n -> n.op() instanceof Op.BatchNormalization).map(n -> (Op.BatchNormalization) n.op()).toList();
    }

    private static long count(Graph graph, Class<? extends Op> kind) { return graph.nodes().stream().filter(n -> kind.isInstance(n.op())).count(); }

    /** @param training whether batch normalisation takes the batch's own statistics */
    private static float[] logits(Graph graph, boolean training) {
        Parameters parameters = Parameters.of(graph);
        float[] pixels = new float[IMAGES * PIXELS];
        Batches.evaluation(data().train(), data().normalisation(), IMAGES).read(0, 0, pixels, new int[IMAGES]);
        try (Autograd autograd = new TorchAutograd(graph, parameters, 1)) {
            if (!training) return autograd.logits(pixels, IMAGES);
            return autograd.gradients(pixels, Targets.of(new int[IMAGES], 10, 0), Set.of()).logits();
        }
    }
}
