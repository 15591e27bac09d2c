package dev.lacewing.train.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.graph.Activation;
import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import dev.lacewing.graph.Value;
import dev.lacewing.prune.Patterns;
import dev.lacewing.prune.Pruner;
import dev.lacewing.prune.Pruning;
import dev.lacewing.prune.Scope;
import dev.lacewing.sparse.Pattern;
import dev.lacewing.tensor.Shape;
import dev.lacewing.tensor.Tensor;
import dev.lacewing.train.method.OneShot.Rearrangement;
import dev.lacewing.train.parameter.Parameter;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OneShotTest {
    private static Run run() { return Toy.run(Toy.convolutions(), 2, 5, 1, "point", "space", "fc"); }

    private static OneShot method(String pattern, double sparsity, Rearrangement rearrangement, boolean uniform) {
        return new OneShot(Patterns.parse(pattern), sparsity, rearrangement, uniform);
    }

    /** Where no rounding interferes, the same zeros as one-shot pruning of the graph. */
    @ParameterizedTest
    @ValueSource(strings = {"unstructured", "1x4", "1x8", "2:4"})
    void likeThePruner(String pattern) {
        for (boolean uniform : new boolean[] {false, true}) {
            Run run = run();
            method(pattern, 0.5, Rearrangement.NONE, uniform).begin(run);
            Run pruned = Toy.run(Pruner.prune(run.graph(), new Pruning(Pattern.parse(pattern), 0.5, Scope.ALL, uniform)).graph(), 2, 5, 1, "point", "space");
            for (int l = 0; l < 2; l++) assertThat(run.sparse().get(l).values()).isEqualTo(pruned.sparse().get(l).values());
        }
    }

    /** In the order of ascending norms, every run of four filters lives or dies together for an input channel; the zeros are those of the reordered matrix, mapped back. */
    @Test
    void masksInAnotherOrderMappedBack() {
        Run run = run();
        OneShot method = method("1x4", 0.75, Rearrangement.FREE, false);
        method.begin(run);
        Map<String, int[]> orders = method.orders(run);
        assertThat(orders).containsOnlyKeys("point", "space");
        boolean moved = false;
        for (String name : List.of("point", "space")) {
            Parameter p = run.parameters().get(name + "/weight"), dense = run().parameters().get(name + "/weight");
            int out = p.shape().dim(0), row = p.size() / out, in = p.shape().dim(1), taps = row / in;
            int[] order = orders.get(name);
            double[] norms = norms(dense);
            for (int i = 1; i < out; i++) assertThat(norms[order[i]]).isGreaterThanOrEqualTo(norms[order[i - 1]]);
            moved |= IntStream.range(0, out).anyMatch(i -> order[i] / 4 != i / 4);
            int dead = 0;
            double weakest = Double.MAX_VALUE, strongest = 0;
            for (int block = 0; block < out / 4; block++)
                for (int c = 0; c < in; c++) {
                    boolean lives = p.mask().live()[order[4 * block] * row + c * taps];
                    double norm = 0;
                    for (int k = 0; k < 4; k++)
                        for (int t = 0; t < taps; t++) {
                            int at = order[4 * block + k] * row + c * taps + t;
                            assertThat(p.mask().live()[at]).isEqualTo(lives);
                            assertThat(p.values()[at]).isEqualTo(lives ? dense.values()[at] : 0);
                            norm += Math.abs(dense.values()[at]);
                        }
                    if (!lives) dead++;
                    weakest = lives ? Math.min(weakest, norm) : weakest;
                    strongest = lives ? strongest : Math.max(strongest, norm);
                }
            assertThat(dead).isEqualTo((int) (0.75 * (out / 4) * in));
            assertThat(strongest).isLessThan(weakest);
        }
        assertThat(moved).isTrue();
        Toy.train(method, run, 0, 10);
        assertThat(method.orders(Toy.copy(run)).get("space")).as("the order outlasts the training").isEqualTo(orders.get("space"));
    }

    /** a -> b, added to a, -> c: a and b must keep one order, and c is seen from outside. */
    @Test
    void tiedLayersShareAnOrderOrKeepTheirs() {
        Random random = new Random(3);
        List<Node> nodes = List.of(matrix("a", "x", random), matrix("b", "a", random), new Node("sum", new Op.Binary(Op.Arithmetic.ADD, Activation.NONE), List.of("a", "b"), "sum"),
                matrix("free", "sum", random), matrix("c", "free", random));
        Graph graph = new Graph("residual", List.of(new Value("x", Shape.of(1, 16))), nodes, List.of("c"), Map.of());
        Run run = Toy.run(graph, 1, 1, 1, "a", "b", "free", "c");
        assertThat(method("1x4", 0.5, Rearrangement.NONE, false).orders(run)).isEmpty();
        assertThat(method("1x4", 0.5, Rearrangement.FREE, false).orders(run)).containsOnlyKeys("free");
        Map<String, int[]> all = method("1x4", 0.5, Rearrangement.ALL, false).orders(run);
        assertThat(all).containsOnlyKeys("a", "b", "free");
        double[] a = norms(run.sparse().get(0)), b = norms(run.sparse().get(1));
        int[] order = all.get("a");
        assertThat(order).isEqualTo(all.get("b"));
        assertThat(Arrays.stream(order).mapToDouble(o -> a[o] + b[o]).toArray()).isSorted();
        assertThat(Arrays.stream(order).mapToObj(o -> a[o]).toList()).isNotEqualTo(Arrays.stream(a).boxed().sorted().toList());
        assertThat(method("2:4", 0.5, Rearrangement.ALL, false).orders(run)).isEmpty();
    }

    private static double[] norms(Parameter p) {
        double[] norms = new double[p.shape().dim(0)];
        for (int i = 0; i < p.size(); i++) norms[i / (p.size() / norms.length)] += Math.abs(p.values()[i]);
        return norms;
    }

    private static Node matrix(String name, String input, Random random) {
        return new Node(name, new Op.Gemm(Toy.random(random, 16, 16), Tensor.zeros(16), Activation.NONE), List.of(input), name);
    }

    /** int(.29 * 100) is 28: what the authors' language makes of it. */
    @Test
    void countsAreTruncatedAndTheMaskIsForEver() {
        Run run = Toy.run(Toy.chain(100, 4, 4), 2, 10, 1, "fc1");
        Parameter p = run.sparse().getFirst();
        OneShot method = method("1x4", 0.29, Rearrangement.FREE, false);
        method.begin(run);
        boolean[] live = p.mask().live().clone();
        assertThat(p.size() - Toy.living(p)).isEqualTo(4 * 28);
        Toy.train(method, run, 0, 20);
        assertThat(p.mask().live()).isEqualTo(live);
        for (int i = 0; i < live.length; i++) assertThat(p.values()[i] == 0).isEqualTo(!live[i]);
    }

    @Test
    void uniformBlockRows() {
        Run run = run();
        method("1x4", 0.5, Rearrangement.FREE, true).begin(run);
        Parameter p = run.parameters().get("point/weight");
        assertThat(Toy.livingByRun(p, 8)).containsOnly(4);
        assertThat(Arrays.stream(Toy.livingByRun(run.parameters().get("space/weight"), 16 * 9)).distinct().count()).isEqualTo(1);
    }

    @Test
    void whatItRefuses() {
        assertThatThrownBy(() -> method("pointwise=1x4 gemm=2:4", 0.5, Rearrangement.FREE, false)).isInstanceOf(Invalid.class).hasMessageContaining("N:M");
        assertThatThrownBy(() -> method("depthwise=1x4", 0.5, Rearrangement.NONE, false).begin(run())).isInstanceOf(Invalid.class).hasMessageContaining("fit no layer in scope");
        assertThatThrownBy(() -> method("1x4", 2, Rearrangement.FREE, false)).isInstanceOf(Invalid.class);
    }
}
