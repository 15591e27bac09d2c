package dev.lacewing.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lacewing.graph.Activation;
import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import dev.lacewing.graph.Value;
import dev.lacewing.graph.Window;
import dev.lacewing.plan.CostModel;
import dev.lacewing.plan.CostModel.Rate;
import dev.lacewing.plan.Plan;
import dev.lacewing.plan.Planner;
import dev.lacewing.plan.Sketch;
import dev.lacewing.program.Machine;
import dev.lacewing.tensor.Shape;
import dev.lacewing.tensor.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Work that takes long is done in several calls. */
class PiecesTest {
    /** On a machine that is so slow that each item is a call of its own: the same result (layers may be decided otherwise), and nothing else touched. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void givesWhatOneCallGives(int threads) {
        SmallNets.all().forEach((name, net) -> {
            for (Machine machine : new Machine[] {Machine.AVX512.baking(), Machine.AVX2}) {
                CostModel costs = CostModel.shipped(machine);
                Map<String, Rate> slow = new HashMap<>();
                costs.rates().forEach((rate, r) -> slow.put(rate, new Rate(1e9 * r.call(), 1e9 * r.outer(), 1e9 * r.inner(), 1e9 * r.far())));
                float[] in = image(net);
                float[] expected = new WatchedRun(Planner.plan(net, costs, threads, false, Map.of())).run(in);
                float[] actual = new WatchedRun(Planner.plan(net, new CostModel("for a test", machine, slow), threads, false, Map.of())).run(in);
                float largest = 1e-3f;
                for (float v : expected) largest = Math.max(largest, Math.abs(v));
                for (int i = 0; i < actual.length; i++) assertThat(actual[i]).as("%s, output %d", name, i).isCloseTo(expected[i], within(1e-5f * largest));
            }
        });
    }

    /** 75 million multiply-adds of 256 x 256 pixels: some milliseconds. */
    @Test
    void aLayerOfALargeImageIsSeveralCalls() {
        Sketch s = new Sketch(1, 32, 256, 256);
        s.conv("y", "x", 32, 32, Window.square(3, 1, 1), 1);
        Plan plan = Planner.plan(s.graph("y"), Machine.AVX512.baking(), 1, false);
        assertThat(calls(plan)).hasSizeGreaterThan(5);
    }

    /** 16 million pixels are read and written: some milliseconds. */
    @Test
    void soIsADepthwiseOne() {
        Sketch s = new Sketch(1, 64, 512, 512);
        s.conv("y", "x", 64, 64, Window.square(3, 1, 1), 64);
        assertThat(calls(Planner.plan(s.graph("y"), Machine.AVX512.baking(), 1, false))).hasSizeBetween(3, 64);
    }

    /** 51 MB of weights. */
    @Test
    void andAFullyConnectedOne() {
        Plan plan = Planner.plan(vector(4096, 3136), Machine.AVX512.baking(), 1, true);
        assertThat(calls(plan)).hasSizeBetween(2, 64);
    }

    /** A general operation writes into a value of 34 MB whose halo a reader wants: all of it is cleared first. */
    @Test
    void andWhatIsCleared() {
        Sketch s = new Sketch(1, 32, 512, 512);
        s.softmax("a", "x");
        s.conv("y", "a", 32, 32, Window.square(3, 1, 1), 32);
        Plan plan = Planner.plan(s.graph("y"), Machine.AVX512.baking(), 1, false);
        long cleared = 0;
        for (Plan.Call call : plan.steps().getFirst().shares().getFirst()) {
            if (!(call.code() instanceof Plan.Code.Generated(var program)) || !program.name().equals("clear") || !(call.arguments().get(2) instanceof Plan.Argument.Scalar(long vectors))) continue;
            assertThat(64 * vectors).isLessThan(32 << 20);
            cleared += vectors;
        }
        assertThat(16 * cleared).isEqualTo(Objects.requireNonNull(plan.layouts().get("a")).size());
    }

    private static Graph vector(int outputs, int depth) {
        float[] weights = new float[outputs * depth];
        Arrays.fill(weights, 1);
        Op op = new Op.Gemm(new Tensor(Shape.of(outputs, depth), weights), new Tensor(Shape.of(outputs), new float[outputs]), Activation.NONE);
        return new Graph("vector", List.of(new Value("x", Shape.of(1, depth))), List.of(new Node("n", op, List.of("x"), "y")), List.of("y"), Map.of());
    }

    private static List<Plan.Call> calls(Plan plan) { return plan.steps().stream().flatMap(step -> step.shares().stream()).flatMap(List::stream).toList(); }

    private static float[] image(Graph net) {
        Random random = new Random(3);
        float[] values = new float[net.inputs().getFirst().shape().size()];
        for (int i = 0; i < values.length; i++) values[i] = (float) random.nextGaussian();
        return values;
    }
}
