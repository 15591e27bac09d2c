package dev.lacewing;

import dev.lacewing.emit.Tier;
import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.graph.Value;
import dev.lacewing.plan.LayerReport;
import dev.lacewing.plan.Plan;
import dev.lacewing.run.Runner;
import dev.lacewing.tensor.Shape;
import dev.lacewing.tune.Quantiles;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A planned model with its memory and threads. Safe to share between callers: each run takes a workspace from a pool. A workspace is as large as the plan's
 * {@linkplain Plan#arenaFloats arena}; there are as many as callers ever ran at once, and they are kept until the session is closed.
 *
 * <p>Inputs are finite numbers. Of NaN or infinity among them the results are unspecified, and differ between tiers: a clamp may pass NaN on or give one of its limits,
 * and a weight of zero is not multiplied at all.
 */
public final class Session implements AutoCloseable {
    private final Plan plan;
    private final Tier tier;
    private final Runner runner;

    Session(Plan plan, Tier tier) {
        this.tier = tier;
        runner = new Runner(plan, tier);
        this.plan = runner.plan();
    }

    /** Shapes of the inputs, in the order of the graph. */
    public List<Shape> inputShapes() { return plan.graph().inputs().stream().map(Value::shape).toList(); }

    /** Shapes of the outputs, in the order of the graph. */
    public List<Shape> outputShapes() { return plan.graph().outputs().stream().map(plan.graph()::shape).toList(); }

    /**
     * For a model of one input and one output, row-major. Allocates the result.
     *
     * @throws Invalid if the model has more, or {@code input} is not as long as its shape
     */
    public float[] run(float[] input) {
        if (plan.graph().outputs().size() != 1) throw new Invalid("the model has outputs " + plan.graph().outputs() + ": use run(inputs, outputs)");
        float[] output = new float[outputShapes().getFirst().size()];
        run(new float[][] {input}, new float[][] {output});
        return output;
    }

    /**
     * Row-major arrays in the order of the graph; fills {@code outputs}. Allocates nothing after the first runs.
     *
     * @throws Invalid if a length is not that of the shape
     * @throws dev.lacewing.error.LacewingException.Failed after {@link #close}, or if a kernel fails
     */
    public void run(float[][] inputs, float[][] outputs) { runner.run(inputs, outputs); }

    /**
     * The layers, with the median time of {@code runs} runs on these inputs; one thread does the shares of all.
     *
     * @throws Invalid if {@code runs} is below 1
     */
    public List<LayerReport> profile(float[][] inputs, int runs) {
        if (runs < 1) throw new Invalid("a profile needs at least 1 run, got " + runs);
        float[][] outputs = outputShapes().stream().map(s -> new float[s.size()]).toArray(float[][]::new);
        long[][] times = new long[runs][plan.layers().size()];
        for (long[] layers : times) {
            long[][] steps = runner.times(inputs, outputs);
            for (int i = 0; i < steps.length; i++) layers[plan.steps().get(i).layer()] += Arrays.stream(steps[i]).sum();
        }
        List<LayerReport> measured = new ArrayList<>();
        for (int l = 0; l < plan.layers().size(); l++) {
            int layer = l;
            measured.add(plan.layers().get(l).withMeasured(Quantiles.of(Arrays.stream(times).mapToDouble(t -> t[layer] / 1e6).toArray()).median()));
        }
        return measured;
    }

    /** How kernels run: {@code x64}, {@code jvm} or {@code interpreter}. */
    public String tier() { return tier.name(); }

    /** Floats in a vector: 16, 8, 4 or 1. */
    public int lanes() { return plan.lanes(); }

    /** Threads that share a run, the caller included. */
    public int threads() { return plan.threads(); }

    /** Waits for runs under way, then frees memory and threads; later runs are refused. */
    @Override
    public void close() { runner.close(); }
}
