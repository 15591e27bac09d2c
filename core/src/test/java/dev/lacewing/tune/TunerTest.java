package dev.lacewing.tune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lacewing.emit.Tier;
import dev.lacewing.error.LacewingException.Failed;
import dev.lacewing.graph.Graph;
import dev.lacewing.plan.CostModel;
import dev.lacewing.plan.Decision;
import dev.lacewing.plan.Format;
import dev.lacewing.plan.Plan;
import dev.lacewing.plan.Planner;
import dev.lacewing.plan.Sketch;
import dev.lacewing.program.Machine;
import dev.lacewing.program.Interpreter;
import dev.lacewing.prune.Pruner;
import dev.lacewing.prune.Pruning;
import dev.lacewing.prune.Scope;
import dev.lacewing.sparse.Pattern;
import dev.lacewing.tune.Tuner.Layer;
import dev.lacewing.tune.Tuner.Trial;
import dev.lacewing.tune.Tuner.Variant;
import dev.lacewing.tune.Tuner.Whole;
import dev.lacewing.zoo.Zoo;
import dev.lacewing.zoo.ZooOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** On the interpreter, whose times say nothing about kernels: what is tried, and what becomes of the times. */
class TunerTest {
    private static final Decision BAKED = new Decision(Format.BAKED, 1), SPARSE = new Decision(true, 4), DENSE = new Decision(false, 4);

    private final Graph graph = Pruner.prune(Zoo.build("resnet20", new ZooOptions(0.25, 8, 10, 1)), new Pruning(Pattern.parse("1x4"), 0.6, Scope.ALL)).graph();

    @ParameterizedTest
    @CsvSource({"false, 1", "false, 2", "true, 2"})
    void theFastestOfTheWaysOfEachLayerWins(boolean bakes, int threads) {
        Machine machine = bakes ? Machine.AVX512.baking() : Machine.AVX512;
        Tier tier = new Tier("interpreter", Interpreter::new, machine, "for a test");
        CostModel costs = CostModel.shipped(machine);
        List<Double> shares = new ArrayList<>();
        Map<String, Decision> planned = Planner.plan(graph, costs, threads, false, Map.of()).decisions();
        try (Tuner tuner = new Tuner(graph, tier, costs, threads)) {
            List<Layer> layers = tuner.measure(false, Duration.ofMillis(1), shares::add);
            assertThat(layers).extracting(Layer::name).containsExactlyElementsOf(planned.keySet());
            assertThat(layers).anyMatch(l -> l.trials().size() > 2);
            assertThat(layers.stream().flatMap(l -> l.trials().stream()).anyMatch(t -> t.decision().equals(BAKED))).isEqualTo(bakes);
            for (Layer l : layers) {
                assertThat(l.planned().decision()).isEqualTo(planned.get(l.name()));
                assertThat(l.trials()).extracting(Trial::decision).doesNotHaveDuplicates();
                assertThat(l.trials()).allMatch(t -> t.measuredMs() > 0 && t.predictedMs() > 0);
                assertThat(l.winner()).isIn(l.trials());
                assertThat(l.trials()).allMatch(t -> l.winner().measuredMs() <= t.measuredMs() / 0.97);
            }
            Plan tuned = Planner.plan(graph, costs, threads, false, Tuner.decisions(layers));
            assertThat(tuned.decisions()).isEqualTo(Tuner.decisions(layers));
            assertThat(shares).isSorted().endsWith(1.0);
        }
    }

    @Test
    void comparingIsTheLastThingMeasured() {
        Tier tier = new Tier("interpreter", Interpreter::new, Machine.AVX512, "for a test");
        Sketch s = new Sketch(1, 4, 5, 5);
        s.pointwise("y", "x", 4, 8, 0.6, 4);
        try (Tuner tuner = new Tuner(s.graph("y"), tier, CostModel.shipped(tier.machine()), 2)) {
            List<Layer> layers = tuner.measure(false, Duration.ofMillis(1), share -> {});
            assertThat(tuner.variants()).isGreaterThan(1);
            Whole whole = tuner.compare(tier, layers, false);
            assertThat(whole.beforeMs()).isPositive();
            assertThat(whole.afterMs()).isPositive();
            assertThat(tuner.variants()).isZero();
            assertThatThrownBy(() -> tuner.measure(false, Duration.ofMillis(1), share -> {})).isInstanceOf(Failed.class).hasMessageContaining("closed");
        }
    }

    @Test
    void aTimeCountsForTheWayThatWasTakenAlone() {
        List<Trial> ways = List.of(new Trial(SPARSE, 1, Double.NaN), new Trial(BAKED, 1, Double.NaN), new Trial(DENSE, 1, Double.NaN));
        List<Variant> variants = List.of(variant(SPARSE, 5), variant(SPARSE, 1), variant(DENSE, 2));
        Layer layer = Tuner.layer("a", "conv", ways, variants);
        assertThat(layer.trials()).containsExactly(new Trial(SPARSE, 1, 1), new Trial(DENSE, 1, 2));
        assertThat(layer.winner().decision()).isEqualTo(SPARSE);
        assertThat(Tuner.layer("a", "conv", ways, List.of(variant(SPARSE, 5), variant(BAKED, 3), variant(DENSE, 4))).winner().decision()).isEqualTo(BAKED);
    }

    private static Variant variant(Decision decision, double ms) { return new Variant(Map.of("a", decision), Map.of("a", ms)); }

    @Test
    void winnersThatCannotBeHadTogetherStayUnbaked() {
        Trial sparse = new Trial(SPARSE, 1, 3), baked = new Trial(BAKED, 1, 1), dense = new Trial(DENSE, 1, 2);
        List<Layer> layers = List.of(new Layer("a", "conv", List.of(sparse, baked, dense), baked), new Layer("b", "conv", List.of(baked, sparse), baked));
        assertThat(Tuner.settle(layers, decisions -> decisions)).isEqualTo(layers);
        assertThat(Tuner.decisions(Tuner.settle(layers, decisions -> Map.of("a", BAKED, "b", SPARSE)))).containsOnly(Map.entry("a", DENSE), Map.entry("b", BAKED));
    }
}
