package dev.lacewing.train.method;

import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.prune.Allocation;
import dev.lacewing.tensor.Shape;
import dev.lacewing.train.parameter.Parameter;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Training with a constant number of nonzeros: static random masks, SET (Mocanu et al. 2018, arXiv 1707.04780), RigL (Evci et al. 2020, arXiv 1911.11134).
 * Each layer gets floor(sparsity of the layer * size) zeros at random places, and keeps their number. At every {@code interval}-th step the share
 * f = fraction / 2 * (1 + cos(pi t / T)) of its living weights, those of least magnitude, is dropped, and as many grow among all that are dead then. Grown weights start at
 * zero without momentum; one that is dropped and grows in the same step keeps its value. Such a step leaves all weights of the network as they are otherwise.
 *
 * <p>As in the authors' code, the first topology step is that at {@code begin}, even step 0. Their SET does take the optimizer's step before it changes the masks; here SET
 * skips it as RigL does, so that the two differ in nothing but what grows. SET as first published drops at the end of each epoch the least positive and the largest negative.
 *
 * @param sparsity share of zeros, shared out by {@code allocation}
 * @param firstDense whether the network's first weight keeps everything
 * @param growth NONE is static, RANDOM is SET, GRADIENT is RigL
 * @param interval steps from one topology step to the next
 * @param fraction share of the living that the first topology step drops, falling to 0 by a cosine
 * @param begin of the topology steps, as a share of the run's steps
 * @param end of the topology steps, as a share of the run's steps
 */
public record DynamicSparse(double sparsity, Allocation allocation, boolean firstDense, Growth growth, int interval, double fraction, double begin, double end)
        implements Method {
    public static final DynamicSparse DEFAULT = new DynamicSparse(0.9, Allocation.ERK, false, Growth.GRADIENT, 100, 0.3, 0, 0.75);

    public DynamicSparse {
        Checks.share("sparsity", sparsity);
        Checks.share("fraction", fraction);
        Checks.atLeast("interval", 1, interval);
        Checks.window(begin, end);
        if (growth == Growth.HEBBIAN) throw new Invalid("Hebbian growth needs the activations between matrices; take the method GroupToGroup");
    }

    @Override
    public void begin(Run run) {
        Checks.steps(run, "a random mask");
        List<Parameter> layers = run.sparse();
        List<Parameter> weights = run.parameters().all().stream().filter(p -> p.role() == Parameter.Role.WEIGHT).toList();
        boolean[] dense = new boolean[layers.size()];
        for (int l = 0; l < dense.length; l++) dense[l] = firstDense && layers.get(l) == weights.getFirst();
        List<Shape> shapes = layers.stream().map(Parameter::shape).toList();
        double[] sparsities = allocation.sparsities(shapes, sparsity, dense);
        for (int l = 0; l < sparsities.length; l++) {
            Parameter parameter = layers.get(l);
            int zeros = (int) (sparsities[l] * parameter.size());
            if (zeros == 0) continue;
            boolean[] live = Rewiring.hard(parameter).live();
            Rewiring.scatter(live, Rewiring.one(parameter)[0], zeros, run.random(-1, parameter.name() + "/mask"));
            parameter.applyMask();
        }
    }

    @Override
    public boolean afterBackward(Run run, Step step) {
        Rewiring rewiring = Rewiring.of(run, interval, fraction, begin, end);
        if (growth == Growth.NONE || !rewiring.isAt(step.number())) return true;
        for (Parameter parameter : run.sparse()) {
            if (parameter.mask() == null) continue;
            SplittableRandom random = run.random(step.number(), parameter.name() + "/topology");
            rewiring.step(parameter, Rewiring.one(parameter), Rewiring.scores(growth, parameter, random), step.number(), random);
        }
        return false;
    }
}
