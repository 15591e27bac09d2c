package dev.lacewing.prune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Op;
import dev.lacewing.graph.PlainLoops;
import dev.lacewing.prune.Rearranger.By;
import dev.lacewing.sparse.Pattern;
import dev.lacewing.tensor.Tensor;
import dev.lacewing.zoo.Zoo;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class RearrangerTest {
    private static final Pruning HALF = new Pruning(new Pattern.Block(4), 0.5, Scope.CONV);

    private static Graph resnet() { return Zoo.build("resnet20", Zoo.defaults("resnet20").withWidth(0.5).withResolution(16)); }

    @ParameterizedTest
    @EnumSource(names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void theNetworkComputesTheSame(By by) {
        for (String name : new String[] {"resnet20", "mobilenet_v2_cifar", "mobilenet_v3_small"}) {
            Graph graph = Zoo.build(name, Zoo.defaults(name).withWidth(0.25).withResolution(32)), other = Rearranger.rearrange(graph, HALF, by);
            assertThat(other).isNotEqualTo(graph).isEqualTo(Rearranger.rearrange(graph, HALF, by));
            float[] a = logits(graph), b = logits(other);
            for (int i = 0; i < a.length; i++) assertThat((double) b[i]).isCloseTo(a[i], within(1e-3));
        }
    }

    private static float[] logits(Graph graph) { return Objects.requireNonNull(PlainLoops.run(graph, PlainLoops.randomInputs(graph, 4)).get("logits")).values(); }

    @ParameterizedTest
    @CsvSource({"1x4, false", "1x4, true", "1x4-tap, false", "1x4-tap, true"})
    void noLayerKeepsLessThanBeforeUnlessTied(String pattern, boolean uniform) {
        Graph graph = resnet();
        Pruning pruning = new Pruning(Pattern.parse(pattern), 0.5, Scope.CONV).withUniform(uniform);
        Map<String, Double> before = Rearranger.retained(graph, pruning), after = Rearranger.retained(Rearranger.rearrange(graph, pruning, By.RETAINED), pruning);
        assertThat(after.keySet()).isEqualTo(before.keySet()).contains("stage1/block1/conv1");
        after.forEach((layer, kept) -> {
            if (layer.endsWith("conv1")) assertThat(kept).as(layer).isGreaterThanOrEqualTo(before.get(layer) - 1e-9);
        });
        assertThat(mean(after)).isGreaterThan(mean(before) + 0.01);
    }

    private static double mean(Map<String, Double> shares) { return shares.values().stream().mapToDouble(d -> d).average().orElseThrow(); }

    /** Four kinds of filters, each reading its own inputs, in a random order: sorted by kind, half of the blocks and more are empty. */
    @Test
    void filtersThatReadTheSameInputsComeTogether() {
        Random random = new Random(2);
        Graph graph = resnet();
        Graph kinds = graph.withNodes(graph.nodes().stream().map(n -> {
            if (!n.name().equals("stage2/block2/conv1") || !(n.op() instanceof Op.Conv c)) return n;
            float[] values = c.weight().values().clone();
            int in = c.inChannels(), size = values.length / c.outChannels();
            for (int o = 0; o < c.outChannels(); o++)
                for (int i = 0; i < size; i++) values[o * size + i] = i / 9 * 4 / in == o % 4 ? (float) (1 + 0.1 * random.nextGaussian()) : (float) (0.01 * random.nextGaussian());
            return n.with(new Op.Conv(new Tensor(c.weight().shape(), values), c.bias(), c.window(), c.groups(), c.activation()));
        }).toList());
        Pruning pruning = new Pruning(new Pattern.Block(4), 0.75, Scope.CONV);
        assertThat(Rearranger.retained(kinds, pruning).get("stage2/block2/conv1")).isLessThan(0.4);
        assertThat(Rearranger.retained(Rearranger.rearrange(kinds, pruning, By.RETAINED), pruning).get("stage2/block2/conv1")).isGreaterThan(0.95);
    }

    @Test
    void byNormIsAscending() {
        Graph graph = Rearranger.rearrange(resnet(), HALF, By.NORM);
        Op.Conv conv = (Op.Conv) graph.nodes().stream().filter(n -> n.name().equals("stage2/block2/conv1")).findFirst().orElseThrow().op();
        double last = 0;
        for (int o = 0, size = conv.weight().size() / conv.outChannels(); o < conv.outChannels(); o++) {
            double norm = 0;
            for (int i = 0; i < size; i++) norm += Math.abs(conv.weight().values()[o * size + i]);
            assertThat(norm).isGreaterThanOrEqualTo(last);
            last = norm;
        }
    }

    @Test
    void normsOfTiedFiltersAreAddedUp() {
        Tensor a = Tensor.of(new float[] {3, -3, 1, 0, -2, 0, 0.5f, 0.5f}, 4, 2), b = Tensor.of(new float[] {0, 0, 9, -4}, 4, 1);
        assertThat(Rearranger.byNorm(List.of(a))).containsExactly(1, 3, 2, 0);
        assertThat(Rearranger.byNorm(List.of(a, b))).containsExactly(1, 3, 0, 2);
    }

    /** Layers of another pattern keep their order, unless one that has the pattern takes them along. */
    @Test
    void onlyLayersOfThePatternAreLookedAt() {
        Graph graph = Zoo.build("mobilenet_v1_cifar", Zoo.defaults("mobilenet_v1_cifar").withWidth(0.25));
        assertThat(Rearranger.rearrange(graph, Patterns.parse("pointwise=1x4"), HALF, By.NORM)).isNotSameAs(graph);
        assertThat(Rearranger.rearrange(graph, Patterns.parse("spatial=1x4 pointwise=1x8"), HALF, By.NORM)).isSameAs(graph);
        assertThat(Rearranger.rearrange(graph, HALF, By.NONE)).isSameAs(graph);
    }

    @Test
    void isForBlocksOnly() {
        assertThatThrownBy(() -> Rearranger.rearrange(resnet(), new Pruning(new Pattern.Unstructured(), 0.5, Scope.CONV), By.NORM)).isInstanceOf(Invalid.class).hasMessageContaining("1xN");
    }
}
