package dev.lacewing.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lacewing.emit.Tier;
import dev.lacewing.graph.Graph;
import dev.lacewing.plan.CostModel;
import dev.lacewing.plan.LayerReport;
import dev.lacewing.plan.Plan;
import dev.lacewing.plan.Planner;
import dev.lacewing.prune.Pruner;
import dev.lacewing.prune.Pruning;
import dev.lacewing.prune.Scope;
import dev.lacewing.run.Runner;
import dev.lacewing.sparse.Pattern;
import dev.lacewing.tune.Calibration;
import dev.lacewing.zoo.Zoo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The cost model, calibrated here and now, tells how long the layers of whole networks take. Where kernels are machine code; the JVM would have to compile them first. */
class PredictionTest {
    private static final double MEDIAN_ERROR = 0.25;
    private static final int RUNS = 15;

    @Test
    void theMedianErrorOverTheLayersIsSmall() {
        Tier tier = Tier.current();
        assumeTrue(Calibration.isReadyCode(tier), "no machine code here: " + tier.reason());
        List<Graph> networks = List.of(Zoo.build("mobilenet_v1"), pruned("mobilenet_v1", "unstructured", 0.9), pruned("mobilenet_v2", "1x4", 0.85));
        double error = medianError(tier, networks);
        if (error >= MEDIAN_ERROR) error = medianError(tier, networks);   // another program may have had the processor
        assertThat(error).isLessThan(MEDIAN_ERROR);
    }

    private static Graph pruned(String name, String pattern, double sparsity) {
        return Pruner.prune(Zoo.build(name), new Pruning(Pattern.parse(pattern), sparsity, Scope.POINTWISE)).graph();
    }

    private static double medianError(Tier tier, List<Graph> networks) {
        CostModel costs = Calibration.measure(tier);
        double[] errors = networks.stream().flatMap(g -> errors(Planner.plan(g, costs, 1, false, Map.of()), tier).stream()).mapToDouble(e -> e).sorted().toArray();
        assertThat(errors.length).isGreaterThan(80);
        return errors[errors.length / 2];
    }

    /** Of the layers that take time, against the fastest of several runs. */
    private static List<Double> errors(Plan plan, Tier tier) {
        long[] fastest = new long[plan.layers().size()];
        Arrays.fill(fastest, Long.MAX_VALUE);
        try (Runner runner = new Runner(plan, tier)) {
            float[][] inputs = plan.graph().inputs().stream().map(in -> values(in.shape().size())).toArray(float[][]::new);
            float[][] outputs = plan.graph().outputs().stream().map(out -> new float[plan.graph().shape(out).size()]).toArray(float[][]::new);
            for (int run = 0; run < RUNS; run++) {
                long[] layers = new long[fastest.length];
                long[][] steps = runner.times(inputs, outputs);
                for (int s = 0; s < steps.length; s++) layers[plan.steps().get(s).layer()] += Arrays.stream(steps[s]).sum();
                for (int l = 0; l < layers.length; l++) fastest[l] = Math.min(fastest[l], layers[l]);
            }
        }
        List<Double> errors = new ArrayList<>();
        for (int l = 0; l < fastest.length; l++) {
            LayerReport report = plan.layers().get(l);
            if (fastest[l] > 0) errors.add(Math.abs(report.predictedMs() * 1e6 - fastest[l]) / fastest[l]);
        }
        return errors;
    }

    private static float[] values(int size) {
        Random random = new Random(1);
        float[] values = new float[size];
        for (int i = 0; i < size; i++) values[i] = (float) random.nextGaussian();
        return values;
    }
}
