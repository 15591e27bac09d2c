package dev.lacewing.train.method;

import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.train.parameter.Parameter;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * G2G-style: a design of ours in the spirit of G2GNet (arXiv 2508.14140, of which only the abstract was to be had), no reproduction of it. For chains of Gemm layers.
 * The units of each hidden layer form ensembles; each projects mainly to one of the next layer's, a random permutation. The weights between two ensembles are alive at random,
 * exactly round(density * size) of them. Topology steps are RigL's ({@link DynamicSparse}); Hebbian growth takes those whose two ends, behind their activations, are
 * correlated most: |E[xy] - E[x] E[y]| / (sd(x) sd(y)), and 0 for a dead unit, the moments averaged over the steps looked at.
 *
 * @param groups ensembles that each hidden layer is split into
 * @param within density between an ensemble and the one it projects to
 * @param between density between other ensembles
 * @param outer what the first and the last Gemm in scope are; they have no ensembles on one side
 * @param growth what a topology step grows; NONE is static
 * @param keepModules whether each pair of ensembles keeps its number of connections
 * @param interval steps from one topology step to the next
 * @param fraction share of the living that the first topology step drops, falling to 0 by a cosine
 * @param end of the topology steps, as a share of the run's steps
 * @param window how many steps before each topology step the activations are looked at, for HEBBIAN; at most the interval
 * @param memory share of the moments that is kept from one step looked at to the next, 0 to below 1
 */
public record GroupToGroup(int groups, double within, double between, Outer outer, Growth growth, boolean keepModules, int interval, double fraction, double end, int window,
        double memory) implements Method {
    /** The layers at both ends. */
    public enum Outer {
        DENSE,
        /** Random masks of the density that the hidden layers have, with the same topology steps. */
        RANDOM
    }

    public static final GroupToGroup DEFAULT = new GroupToGroup(4, 0.7, 0.1, Outer.RANDOM, Growth.HEBBIAN, true, 100, 0.3, 0.75, 20, 0.9);

    public GroupToGroup {
        Checks.atLeast("groups", 1, groups);
        Checks.share("within", within);
        Checks.share("between", between);
        Checks.share("fraction", fraction);
        Checks.atLeast("interval", 1, interval);
        Checks.atLeast("window", 1, window);
        Checks.window(0, end);
        if (window > interval) throw new Invalid("the window must be at most the interval, " + interval + ", got " + window);
        if (!(memory >= 0 && memory < 1)) throw new Invalid("memory must be 0 to below 1, got " + memory);
    }

    /** Of the hidden layers. */
    public double density() { return (within + (groups - 1) * between) / groups; }

    @Override
    public void begin(Run run) {
        Checks.steps(run, "a random mask");
        List<Ensembles> chain = Ensembles.of(run);
        if (chain.size() < run.sparse().size()) throw new Invalid("ensembles are those of matrices; put only Gemm layers in scope");
        for (Ensembles layer : chain) {
            Parameter parameter = layer.parameter();
            SplittableRandom random = run.random(-1, parameter.name() + "/mask");
            if (layer.outer()) {
                if (outer == Outer.RANDOM) scatter(parameter, Rewiring.one(parameter)[0], density(), random);
            } else {
                if (Math.min(parameter.shape().dim(0), parameter.shape().dim(1)) < groups)
                    throw new Invalid(parameter.name() + " of shape " + parameter.shape() + " is too small for " + groups + " ensembles");
                int[][] pairs = layer.pairs(groups);
                boolean[] projects = projections(run, layer);
                for (int p = 0; p < pairs.length; p++) scatter(parameter, pairs[p], projects[p] ? within : between, random);
            }
            parameter.applyMask();
        }
    }

    @Override
    public Set<String> watched(Run run, long step) {
        Set<String> names = new HashSet<>();
        if (growth == Growth.HEBBIAN && rewiring(run).until(step) < window)
            for (Ensembles layer : Ensembles.of(run)) if (layer.parameter().mask() != null) names.addAll(List.of(layer.before(), layer.after()));
        return names;
    }

    @Override
    public boolean afterBackward(Run run, Step step) {
        Rewiring rewiring = rewiring(run);
        boolean looks = growth == Growth.HEBBIAN && rewiring.until(step.number()) < window, changes = growth != Growth.NONE && rewiring.isAt(step.number());
        if (looks || changes)
            for (Ensembles layer : Ensembles.of(run)) {
                Parameter parameter = layer.parameter();
                if (parameter.mask() == null) continue;
                if (looks) new Correlations(parameter).add(step.activation(layer.before()), step.activation(layer.after()), memory);
                if (changes) rewire(run, layer, rewiring, step.number());
            }
        return !changes;
    }

    /** {@code modular}: share of the living weights of hidden layers that lie between an ensemble and the one it projects to. */
    @Override
    public Map<String, Double> figures(Run run) {
        long modular = 0, all = 0;
        for (Ensembles layer : Ensembles.of(run)) {
            if (layer.outer()) continue;
            boolean[] live = Target.mask(layer.parameter()).live(), projects = projections(run, layer);
            int[][] pairs = layer.pairs(groups);
            for (int p = 0; p < pairs.length; p++)
                for (int i : pairs[p])
                    if (live[i]) {
                        all++;
                        if (projects[p]) modular++;
                    }
        }
        return all == 0 ? Map.of() : Map.of("modular", (double) modular / all);
    }

    private void rewire(Run run, Ensembles layer, Rewiring rewiring, long step) {
        Parameter parameter = layer.parameter();
        SplittableRandom random = run.random(step, parameter.name() + "/topology");
        double[] scores = growth == Growth.HEBBIAN ? new Correlations(parameter).magnitudes() : Rewiring.scores(growth, parameter, random);
        rewiring.step(parameter, keepModules && !layer.outer() ? layer.pairs(groups) : Rewiring.one(parameter), scores, step, random);
    }

    private Rewiring rewiring(Run run) { return Rewiring.of(run, interval, fraction, 0, end); }

    private boolean[] projections(Run run, Ensembles layer) { return Ensembles.projections(groups, run.random(-1, layer.parameter().name() + "/projections")); }

    private static void scatter(Parameter parameter, int[] pool, double density, SplittableRandom random) {
        boolean[] live = (parameter.mask() == null ? Rewiring.hard(parameter) : Target.mask(parameter)).live();
        Rewiring.scatter(live, pool, pool.length - (int) Math.round(density * pool.length), random);
    }
}
