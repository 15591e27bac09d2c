package dev.lacewing.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lacewing.emit.Tier;
import dev.lacewing.graph.Graph;
import dev.lacewing.plan.CostModel;
import dev.lacewing.plan.Decision;
import dev.lacewing.plan.Format;
import dev.lacewing.plan.Plan;
import dev.lacewing.plan.Planner;
import dev.lacewing.prune.Pruner;
import dev.lacewing.prune.Pruning;
import dev.lacewing.prune.Scope;
import dev.lacewing.rewrite.Rebatch;
import dev.lacewing.sparse.Pattern;
import dev.lacewing.zoo.Zoo;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Networks whose convolutions are all baked, as machine code, give what they give with all weights multiplied. */
class BakedNetsTest {
    @ParameterizedTest
    @ValueSource(strings = {"mobilenet_v1", "mobilenet_v2", "resnet18", "resnet20", "squeezenet"})
    void areAsExactAsDense(String name) {
        Tier tier = Tier.current();
        assumeTrue(tier.machine().bakes(), tier.reason());
        Graph net = Zoo.build(name, Zoo.defaults(name).withResolution(64).withWidth(0.25).withClasses(7));
        Graph one = Pruner.prune(net, new Pruning(new Pattern.Unstructured(), 0.8, Scope.ALL)).graph();
        for (int batch : new int[] {1, 2}) {
            Graph graph = Rebatch.apply(one, batch);
            float[] expected = run(Planner.plan(graph, tier.machine(), 1, true), tier);
            Map<String, Decision> baked = new HashMap<>();
            Planner.plan(graph, tier.machine(), 1, false).decisions().forEach((layer, d) -> baked.put(layer, new Decision(Format.BAKED, 1)));
            for (int threads : new int[] {1, 2}) {
                Plan plan = Planner.plan(graph, CostModel.shipped(tier.machine()), threads, false, baked);
                assertThat(plan.layers()).anyMatch(l -> l.kernel().startsWith("baked")).noneMatch(l -> l.kernel().startsWith("spmm") && !l.op().startsWith("fully"));
                float[] actual = run(plan, tier);
                float largest = 1e-3f;
                for (float v : expected) largest = Math.max(largest, Math.abs(v));
                for (int i = 0; i < expected.length; i++) assertThat(actual[i]).as("%s, batch %d, %d threads, output %d", name, batch, threads, i).isCloseTo(expected[i], within(1e-4f * largest));
            }
        }
    }

    private static float[] run(Plan plan, Tier tier) {
        Graph graph = plan.graph();
        Random random = new Random(5);
        float[][] in = {new float[graph.inputs().getFirst().shape().size()]}, out = {new float[graph.shape(graph.outputs().getFirst()).size()]};
        for (int i = 0; i < in[0].length; i++) in[0][i] = (float) random.nextGaussian();
        try (Runner runner = new Runner(plan, tier)) {
            runner.run(in, out);
        }
        return out[0];
    }
}
