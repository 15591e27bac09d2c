package dev.lacewing.tune;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacewing.emit.Tier;
import dev.lacewing.graph.Graph;
import dev.lacewing.plan.CostModel;
import dev.lacewing.plan.Decision;
import dev.lacewing.plan.Plan;
import dev.lacewing.plan.Planner;
import dev.lacewing.program.Machine;
import dev.lacewing.program.Interpreter;
import dev.lacewing.prune.Pruner;
import dev.lacewing.prune.Pruning;
import dev.lacewing.prune.Scope;
import dev.lacewing.sparse.Pattern;
import dev.lacewing.tune.Tuner.Layer;
import dev.lacewing.tune.Tuner.Trial;
import dev.lacewing.zoo.Zoo;
import dev.lacewing.zoo.ZooOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** On the interpreter, whose times say nothing about kernels: what is tried, and what becomes of the times. */
class TunerTest {
    private static final Tier TIER = new Tier("interpreter", Interpreter::new, Machine.AVX512, "for a test");
    private static final CostModel COSTS = CostModel.shipped(Machine.AVX512);

    private final Graph graph = Pruner.prune(Zoo.build("resnet20", new ZooOptions(0.25, 8, 10, 1)), new Pruning(Pattern.parse("1x4"), 0.6, Scope.ALL)).graph();

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void theFastestOfTheWaysOfEachLayerWins(int threads) {
        List<Double> shares = new ArrayList<>();
        Map<String, Decision> planned = Planner.plan(graph, COSTS, threads, false, Map.of()).decisions();
        try (Tuner tuner = new Tuner(graph, TIER, COSTS, threads)) {
            List<Layer> layers = tuner.measure(false, Duration.ofMillis(1), shares::add);
            assertThat(layers).extracting(Layer::name).containsExactlyElementsOf(planned.keySet());
            assertThat(layers).anyMatch(l -> l.trials().size() > 2);
            for (Layer l : layers) {
                assertThat(l.planned().decision()).isEqualTo(planned.get(l.name()));
                assertThat(l.trials()).extracting(Trial::decision).doesNotHaveDuplicates();
                assertThat(l.trials()).allMatch(t -> t.measuredMs() > 0 && t.predictedMs() > 0);
                assertThat(l.winner()).isIn(l.trials());
                assertThat(l.trials()).allMatch(t -> l.winner().measuredMs() <= t.measuredMs() / 0.97);
            }
            Plan tuned = Planner.plan(graph, COSTS, threads, false, Tuner.decisions(layers));
            assertThat(tuned.decisions()).isEqualTo(Tuner.decisions(layers));
            assertThat(shares).isSorted().endsWith(1.0);
        }
    }
}
