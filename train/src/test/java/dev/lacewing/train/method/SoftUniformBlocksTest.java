package dev.lacewing.train.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.graph.Activation;
import dev.lacewing.graph.Graph;
import dev.lacewing.graph.Node;
import dev.lacewing.graph.Op;
import dev.lacewing.graph.Value;
import dev.lacewing.prune.Criterion;
import dev.lacewing.prune.Patterns;
import dev.lacewing.sparse.Pattern;
import dev.lacewing.tensor.Shape;
import dev.lacewing.tensor.Tensor;
import dev.lacewing.train.method.SoftUniformBlocks.Sampling;
import dev.lacewing.train.parameter.Parameter;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SoftUniformBlocksTest {
    private static SoftUniformBlocks method(int n, double sparsity, Criterion criterion, Sampling sampling, double temperature, int start, int end, boolean hard, boolean dense) {
        return new SoftUniformBlocks(Patterns.all(new Pattern.Block(n)), sparsity, criterion, 1, sampling, temperature, Ramp.LINEAR, start, end, 1e-3, hard, dense);
    }

    /** One matrix with these rows. */
    private static Run run(int epochs, long seed, float[]... rows) {
        Tensor weight = Tensor.zeros(rows.length, rows[0].length);
        for (int r = 0; r < rows.length; r++) System.arraycopy(rows[r], 0, weight.values(), r * rows[0].length, rows[0].length);
        Graph graph = new Graph("g", List.of(new Value("x", Shape.of(1, rows[0].length))),
                List.of(new Node("fc", new Op.Gemm(weight, Tensor.zeros(rows.length), Activation.NONE), List.of("x"), "y")), List.of("y"), Map.of());
        return Toy.run(graph, epochs, 1, seed, "fc");
    }

    /** Living blocks of each block row of 4 output channels; all weights of a block alike. */
    private static int[] livingBlocks(Parameter p) {
        int in = p.shape().dim(1), taps = p.size() / p.shape().dim(0) / in;
        int[] counts = new int[p.shape().dim(0) / 4];
        for (int g = 0; g < counts.length; g++)
            for (int c = 0; c < in; c++) {
                boolean first = p.mask().live()[(g * 4 * in + c) * taps];
                for (int k = 0; k < 4; k++) for (int t = 0; t < taps; t++) assertThat(p.mask().live()[((g * 4 + k) * in + c) * taps + t]).isEqualTo(first);
                if (first) counts[g]++;
            }
        return counts;
    }

    @ParameterizedTest
    @EnumSource
    void everyBlockRowKeepsAsManyAtEveryEpoch(Criterion criterion) {
        for (boolean hard : new boolean[] {false, true})
            for (boolean dense : new boolean[] {false, true}) {
                Run run = Toy.run(Toy.convolutions(), 12, 3, 4, "point", "space");
                SoftUniformBlocks method = method(4, 0.7, criterion, Sampling.IMPORTANCE, 1, 2, 9, hard, dense);
                method.begin(run);
                for (int epoch = 0; epoch < 12; epoch++) {
                    Toy.train(method, run, epoch * 3L, epoch * 3L + 3);
                    double rate = 0.7 * Math.clamp((epoch - 2) / 7.0, 0, 1);
                    for (Parameter p : run.sparse()) {
                        int in = p.shape().dim(1), expected = in - (int) (0.7 * in) + (int) ((0.7 - rate) * in);
                        assertThat(livingBlocks(p)).as("%s in epoch %d", p, epoch).containsOnly(expected);
                    }
                }
            }
    }

    /** .29 * 100 is 28.999... in binary, and so 28; the same number comes back before the ramp. */
    @ParameterizedTest
    @CsvSource({"0.29, 100, 28", "0.5, 7, 3", "0.75, 16, 12", "0.7, 10, 7", "0.1, 9, 0", "1, 5, 5"})
    void countsAreTruncated(double sparsity, int inputs, int dead) {
        float[] row = new float[inputs];
        for (int i = 0; i < inputs; i++) row[i] = i + 1;
        Run run = run(5, 1, row);
        SoftUniformBlocks method = method(1, sparsity, Criterion.L1, Sampling.IMPORTANCE, 1, 1, 4, false, false);
        method.begin(run);
        method.beforeEpoch(run, 0);
        assertThat(Toy.living(run.sparse().getFirst())).isEqualTo(inputs);
        method.beforeEpoch(run, 4);
        assertThat(Toy.living(run.sparse().getFirst())).isEqualTo(inputs - dead);
    }

    /** Four candidates of scores 1, 2, 3, 4, of which one, two lives each: 20 000 seeds against the chances worked out from the formula. Chi-square of 3 degrees: 16.3 is the .001 quantile. */
    @ParameterizedTest
    @CsvSource({"IMPORTANCE, 1, 1", "IMPORTANCE, 0.2, 1", "UNIFORM, 0.2, 1", "IMPORTANCE, 0.2, 2"})
    void drawnAsOftenAsTheFormulaSays(Sampling sampling, double temperature, int drawn) {
        int trials = 20_000;
        double[] logits = new double[4], chances = new double[4];
        for (int i = 0; i < 4; i++) logits[i] = sampling == Sampling.UNIFORM ? 1 : Math.exp((i + 1) / Math.sqrt(30) / temperature);
        double sum = Arrays.stream(logits).sum();
        for (int i = 0; i < 4; i++) {
            chances[i] = logits[i] / sum;
            if (drawn == 2) for (int first = 0; first < 4; first++) if (first != i) chances[i] += logits[first] / sum * logits[i] / (sum - logits[first]);
        }
        SoftUniformBlocks method = method(1, 0.5, Criterion.L1, sampling, temperature, 0, 4, false, true);
        int[] counts = new int[4];
        for (int seed = 0; seed < trials; seed++) {
            Run run = run(5, seed, new float[] {1, -2, 3, 4, 90, 91, 92, 93});
            method.begin(run);
            method.beforeEpoch(run, 4 - drawn);
            for (int i = 0; i < 4; i++) if (run.sparse().getFirst().mask().live()[i]) counts[i]++;
            assertThat(Arrays.copyOfRange(run.sparse().getFirst().mask().live(), 4, 8)).containsOnly(true);
        }
        assertThat(Arrays.stream(counts).sum()).isEqualTo(trials * drawn);
        double square = 0;
        for (int i = 0; i < 4; i++) square += Math.pow(counts[i] - trials * chances[i], 2) / (trials * chances[i]);
        assertThat(square).as("%s beside %s", Arrays.toString(counts), Arrays.toString(chances)).isLessThan(16.3);
    }

    @Test
    void blockRowsDrawOnTheirOwn() {
        float[] row = {1, 1, 1, 1, 1, 1, 1, 1};
        Run run = run(5, 3, row, row, row, row, row, row, row, row);
        SoftUniformBlocks method = method(1, 1, Criterion.L1, Sampling.IMPORTANCE, 1, 0, 4, false, false);
        method.begin(run);
        method.beforeEpoch(run, 2);
        Parameter p = run.sparse().getFirst();
        assertThat(Toy.livingByRun(p, 8)).containsOnly(4);
        assertThat(java.util.stream.IntStream.range(0, 8).mapToObj(r -> Arrays.toString(Arrays.copyOfRange(p.mask().live(), 8 * r, 8 * r + 8))).distinct().count()).isGreaterThan(4);
    }

    /** A dead block is scored as zero (V2), so it is the first candidate again; by its own values (V1) it is judged anew. */
    @Test
    void whatDeadBlocksAreWorth() {
        for (boolean dense : new boolean[] {false, true}) {
            Run run = run(5, 1, new float[] {1, 2, 3, 4});
            Parameter p = run.sparse().getFirst();
            SoftUniformBlocks method = method(1, 0.5, Criterion.L1, Sampling.IMPORTANCE, 1, 0, 0, false, dense);
            method.begin(run);
            method.beforeEpoch(run, 0);
            assertThat(p.mask().live()).containsExactly(false, false, true, true);
            p.values()[0] = 9;
            method.beforeEpoch(run, 1);
            assertThat(p.mask().live()).containsExactly(dense, false, !dense, true);
        }
    }

    /** All of a block row zero: nothing to choose by, but the counts hold. */
    @Test
    void zerosAreNoTrouble() {
        for (Criterion criterion : Criterion.values()) {
            Run run = run(5, 1, new float[8], new float[] {1, 2, 3, 4, 5, 6, 7, 8});
            SoftUniformBlocks method = method(1, 0.5, criterion, Sampling.IMPORTANCE, 1, 0, 4, false, false);
            method.begin(run);
            for (int epoch = 0; epoch < 5; epoch++) {
                method.beforeEpoch(run, epoch);
                assertThat(Toy.livingByRun(run.sparse().getFirst(), 8)).containsOnly(8 - epoch);
            }
        }
    }

    @Test
    void theDeadDecayAndTheSoftGetTheirGradientBesides() {
        for (boolean hard : new boolean[] {false, true}) {
            Run run = run(5, 1, new float[] {1, 2, 3, 4});
            Parameter p = run.sparse().getFirst();
            SoftUniformBlocks method = method(1, 0.5, Criterion.L1, Sampling.IMPORTANCE, 1, 0, 0, hard, false);
            method.begin(run);
            method.beforeEpoch(run, 0);
            Arrays.fill(p.gradient(), 10);
            assertThat(method.afterBackward(run, new Step(0, 0, 1, Map.of()))).isTrue();
            p.applyMask();
            float straight = hard ? 0 : 10;
            assertThat(p.gradient()).containsExactly(straight + 1e-3f * 1, straight + 1e-3f * 2, 10, 10);
            assertThat(p.values()).as("dead weights keep their values").containsExactly(1, 2, 3, 4);
            assertThat(p.read()).containsExactly(0, 0, 3, 4);
        }
    }

    @Test
    void whatItRefuses() {
        assertThatThrownBy(() -> SoftUniformBlocks.DEFAULT.begin(run(180, 1, new float[4]))).isInstanceOf(Invalid.class).hasMessageContaining("180");
        assertThatThrownBy(() -> method(1, 0.5, Criterion.L1, Sampling.IMPORTANCE, 0, 0, 1, false, false)).isInstanceOf(Invalid.class);
        assertThatThrownBy(() -> new SoftUniformBlocks(Patterns.all(new Pattern.NofM(2, 4)), 0.5, Criterion.L1, 1, Sampling.UNIFORM, 1, Ramp.CUBIC, 0, 1, 0, false, false))
                .isInstanceOf(Invalid.class).hasMessageContaining("2:4");
    }
}
