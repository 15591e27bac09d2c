package dev.lacewing.suite.house;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lacewing.graph.Graph;
import dev.lacewing.prune.Patterns;
import dev.lacewing.sparse.Pattern;
import dev.lacewing.train.method.Dense;
import dev.lacewing.train.method.DynamicSparse;
import dev.lacewing.train.method.GradualMagnitude;
import dev.lacewing.train.method.GroupToGroup;
import dev.lacewing.train.method.OneShot;
import dev.lacewing.train.method.SoftUniformBlocks;
import dev.lacewing.train.method.SrSte;
import dev.lacewing.train.parameter.Parameter;
import dev.lacewing.train.parameter.Parameters;
import dev.lacewing.train.recipe.Recipe;
import java.util.Arrays;
import java.util.List;

/** What a recipe promises of the zeros in the layers in scope, looked for in the network that it made. */
final class Promise {
    private Promise() {}

    static void check(Recipe recipe, Graph trained) {
        List<Parameter> weights = Parameters.of(trained).weightsOf(recipe.scope().nodes(trained));
        assertThat(weights).isNotEmpty();
        switch (recipe.method()) {
            case Dense d -> { for (Parameter w : weights) assertThat(zeros(w)).as(w.name()).isZero(); }
            case GradualMagnitude g -> { for (Parameter w : weights) dropped(w, g.patterns(), g.sparsity(), Math.round(g.sparsity() * blocks(w, g.patterns()))); }
            case OneShot o -> { for (Parameter w : weights) dropped(w, o.patterns(), o.sparsity(), (long) (o.sparsity() * blocks(w, o.patterns()))); }
            case SoftUniformBlocks s -> {
                for (Parameter w : weights)
                    if (s.patterns().of(w.shape(), w.groups()) instanceof Pattern.Block block)
                        assertThat(livingBlocks(w, block)).as(w.name()).containsOnly(columns(w, block) - (int) (s.sparsity() * columns(w, block)));
            }
            case SrSte s -> { for (Parameter w : weights) runs(w, (Pattern.NofM) s.pattern()); }
            case DynamicSparse d -> assertThat(share(weights)).isCloseTo(d.sparsity(), within(0.003));
            case GroupToGroup g -> {
                for (Parameter w : weights) assertThat(share(List.of(w))).as(w.name()).isCloseTo(1 - g.density(), within(0.01));
                ensembles(weights.get(1), g);
            }
            default -> throw new AssertionError("what does " + recipe.method() + " promise?");
        }
    }

    private static long zeros(Parameter w) {
        long zeros = 0;
        for (float v : w.values()) if (v == 0) zeros++;
        return zeros;
    }

    private static double share(List<Parameter> weights) {
        return (double) weights.stream().mapToLong(Promise::zeros).sum() / weights.stream().mapToLong(Parameter::size).sum();
    }

    private static long blocks(Parameter w, Patterns patterns) {
        return patterns.of(w.shape(), w.groups()) instanceof Pattern.Block block ? (long) Math.ceilDiv(w.shape().dim(0), block.n()) * columns(w, block) : w.size();
    }

    /** Blocks in a block row. */
    private static int columns(Parameter w, Pattern.Block block) { return block.tap() ? w.size() / w.shape().dim(0) : w.shape().dim(1); }

    /** @param blocks that are zero, whole ones, where there are blocks */
    private static void dropped(Parameter w, Patterns patterns, double sparsity, long blocks) {
        switch (patterns.of(w.shape(), w.groups())) {
            case null -> assertThat(zeros(w)).as(w.name()).isZero();
            case Pattern.Block block -> assertThat(blocks(w, patterns) - Arrays.stream(livingBlocks(w, block)).sum()).as(w.name()).isEqualTo(blocks);
            case Pattern.Unstructured u -> assertThat(share(List.of(w))).as(w.name()).isCloseTo(sparsity, within(0.001));
            case Pattern.NofM nm -> runs(w, nm);
        }
    }

    /** Of each block row; a block is zero or has no zero. */
    private static int[] livingBlocks(Parameter w, Pattern.Block block) {
        int n = block.n(), out = w.shape().dim(0), columns = columns(w, block), taps = w.size() / out / columns;
        int[] living = new int[Math.ceilDiv(out, n)];
        for (int row = 0; row < living.length; row++)
            for (int c = 0; c < columns; c++) {
                int all = 0, nonzeros = 0;
                for (int o = row * n; o < Math.min(out, row * n + n); o++) for (int t = 0; t < taps; t++, all++) if (w.values()[(o * columns + c) * taps + t] != 0) nonzeros++;
                assertThat(nonzeros).as("%s: of %d in a block", w.name(), all).isIn(0, all);
                if (nonzeros > 0) living[row]++;
            }
        return living;
    }

    private static void runs(Parameter w, Pattern.NofM nm) {
        int out = w.shape().dim(0), in = w.shape().dim(1), taps = w.size() / out / in;
        for (int o = 0; o < out; o++)
            for (int t = 0; t < taps; t++)
                for (int run = 0; run < in; run += nm.m()) {
                    int nonzeros = 0, size = Math.min(nm.m(), in - run);
                    for (int c = run; c < run + size; c++) if (w.values()[(o * in + c) * taps + t] != 0) nonzeros++;
                    assertThat(nonzeros).as("%s: of %d inputs from %d on", w.name(), size, run).isEqualTo(Math.ceilDiv(size * nm.n(), nm.m()));
                }
    }

    /** Each ensemble projects mainly to one. */
    private static void ensembles(Parameter w, GroupToGroup g) {
        int out = w.shape().dim(0), in = w.shape().dim(1);
        double[][] pairs = new double[g.groups()][g.groups()];
        for (int i = 0; i < w.size(); i++) if (w.values()[i] != 0) pairs[i / in * g.groups() / out][i % in * g.groups() / in] += (double) g.groups() * g.groups() / w.size();
        for (double[] row : pairs) {
            Arrays.sort(row);
            assertThat(row[g.groups() - 1]).isCloseTo(g.within(), within(0.03));
            for (int k = 0; k < g.groups() - 1; k++) assertThat(row[k]).isCloseTo(g.between(), within(0.03));
        }
    }
}
