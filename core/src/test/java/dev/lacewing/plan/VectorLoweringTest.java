package dev.lacewing.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.lacewing.graph.Graph;
import dev.lacewing.program.Machine;
import dev.lacewing.rewrite.Rebatch;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What fully connected layers are predicted to take. What they compute, the suite checks. */
class VectorLoweringTest {
    @ParameterizedTest
    @ValueSource(doubles = {0, 0.9})
    void sixteenVectorsTakeLongerThanOne(double zeros) {
        Sketch s = new Sketch(1, 60, 1, 1);
        s.pointwise("a", "x", 60, 64, zeros, 4);
        Graph one = s.graph("a");
        assertThat(predicted(Rebatch.apply(one, 16))).isBetween(4 * predicted(one), 16.5 * predicted(one));
    }

    /** Blocks of 16 rows beside rows that fill none, which one lane at a time does in many times the time. */
    @Test
    void threadsShareTheWorkNotTheRows() {
        Sketch s = new Sketch(1, 400, 1, 1);
        s.pointwise("a", "x", 400, 20 * 16 + 15, 0.5, 16);
        CostModel costs = CostModel.shipped(Machine.AVX512);
        Plan plan = Planner.plan(s.graph("a"), costs, 2, false, Map.of("a", new Decision(true, 16)));
        double[] nanos = plan.steps().getFirst().shares().stream().mapToDouble(calls -> calls.stream().mapToDouble(c -> nanos(costs, plan, c)).sum()).toArray();
        assertThat(nanos[0]).isCloseTo(nanos[1], withinPercentage(15));
    }

    /** Of a call as it stands in the plan: each block row's number of blocks is the first word of its stream. */
    private static double nanos(CostModel costs, Plan plan, Plan.Call call) {
        String name = ((Plan.Code.Generated) call.code()).program().name();
        boolean vector = name.startsWith("sparse");
        CostModel.Rate rate = Objects.requireNonNull(costs.rates().get(vector ? CostModel.sparseVectorName(16) : "scalar-" + name.substring(0, name.indexOf('-') < 0 ? name.length() : name.indexOf('-'))), name);
        long rows = ((Plan.Argument.Scalar) call.arguments().get(vector ? 3 : 4)).value();
        return rows * (rate.outer() + 200 * rate.inner());
    }

    private static double predicted(Graph graph) { return Planner.plan(graph, Machine.AVX2, 1, false).layers().getFirst().predictedMs(); }
}
