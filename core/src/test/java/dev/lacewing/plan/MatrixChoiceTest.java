package dev.lacewing.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacewing.graph.Graph;
import dev.lacewing.program.Machine;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Sparse or dense, on one pointwise layer of 64 to 64 channels and 14 x 14 pixels. */
class MatrixChoiceTest {
    private static LayerReport decide(double zeros, int block, CostModel costs, boolean dense) {
        Sketch s = new Sketch(1, 64, 14, 14);
        s.pointwise("a", "x", 64, 64, zeros, block);
        return Planner.plan(s.graph("a"), costs, 1, dense, Map.of()).layers().getFirst();
    }

    /** As shipped, for every way of running kernels that has its own. */
    static List<CostModel> shipped() { return Machine.ALL.stream().flatMap(m -> Stream.of(CostModel.shipped(m.baking()), CostModel.shipped(m))).toList(); }

    private static boolean isSparse(LayerReport report) { return report.kernel().startsWith("spmm") || report.kernel().startsWith("baked"); }

    @ParameterizedTest
    @MethodSource("shipped")
    void withoutZerosItIsDense(CostModel costs) {
        LayerReport report = decide(0, 1, costs, false);
        assertThat(report.kernel()).startsWith("gemm");
        assertThat(report.reason()).isEqualTo("dense: no weight is zero");
        assertThat(report.sparsity()).isZero();
        assertThat(report.fill()).isEqualTo(1);
        assertThat(report.predictedMs()).isPositive().isEqualTo(report.denseMs());
    }

    @ParameterizedTest
    @MethodSource("shipped")
    void blocksOfFourThatDieTogetherAreRunInFours(CostModel costs) {
        LayerReport report = decide(0.9, 4, costs, false);
        assertThat(report.kernel()).matches("spmm[24]x.*");   // with few registers, pairs over more pixels are as good
        assertThat(report.fill()).isEqualTo(1);
        assertThat(report.sparsity()).isEqualTo(0.9, Offset.offset(0.03));
        assertThat(report.predictedMs()).isLessThan(report.denseMs() / 3);
        assertThat(report.reason()).containsPattern("blocks of [24]x1");
    }

    @ParameterizedTest
    @MethodSource("shipped")
    void scatteredWeightsAreRunOneByOneOrInPairs(CostModel costs) {
        LayerReport report = decide(0.95, 1, costs, false);
        assertThat(report.kernel()).matches("(spmm[12]x|baked).*");
        assertThat(report.fill()).isGreaterThan(0.5);
        assertThat(report.predictedMs()).isLessThan(report.denseMs());
    }

    /** A few zeros do not pay, most do; between them the decision turns once, and where it turns the two take about the same time. */
    @ParameterizedTest
    @MethodSource("shipped")
    void itTurnsOnceAsZerosGrow(CostModel costs) {
        List<LayerReport> reports = new ArrayList<>();
        for (int percent = 2; percent < 100; percent += 2) reports.add(decide(percent / 100.0, 1, costs, false));
        assertThat(reports.getFirst().predictedMs() / reports.getFirst().denseMs()).isBetween(0.85, 1.0);
        assertThat(reports).filteredOn(r -> !isSparse(r)).allMatch(r -> r.reason().contains("times as long"));
        assertThat(isSparse(reports.getLast())).isTrue();
        int turn = 0;
        while (!isSparse(reports.get(turn))) turn++;
        assertThat(reports.subList(turn, reports.size())).allMatch(MatrixChoiceTest::isSparse);
        assertThat(reports.get(turn).predictedMs() / reports.get(turn).denseMs()).isBetween(0.85, 1.0);
        assertThat(reports).allMatch(r -> r.predictedMs() <= r.denseMs());
    }

    @Test
    void scatteredWeightsAreBakedWhereThatRuns() {
        LayerReport report = decide(0.9, 1, CostModel.shipped(Machine.AVX512.baking()), false);
        assertThat(report.kernel()).isEqualTo("baked30");
        assertThat(report.fill()).isEqualTo(1);
        assertThat(report.reason()).contains("KB of code");
        assertThat(report.predictedMs()).isLessThan(decide(0.9, 1, CostModel.shipped(Machine.AVX512), false).predictedMs());
        assertThat(decide(0.9, 4, CostModel.shipped(Machine.AVX512.baking()), false).kernel()).startsWith("spmm4x");
    }

    /** Biases must be written all the same. */
    @Test
    void layersOfNothingButZerosAreBakedToo() {
        Sketch s = new Sketch(1, 64, 14, 14);
        s.pointwise("a", "x", 64, 64, 1, 1);
        Plan plan = Planner.plan(s.graph("a"), CostModel.shipped(Machine.AVX512.baking()), 2, false, Map.of("a", new Decision(Format.BAKED, 1)));
        assertThat(plan.layers().getFirst().kernel()).startsWith("baked");
        assertThat(plan.steps().getFirst().shares()).noneMatch(List::isEmpty);
    }

    @Test
    void aFileMayAskForPatternsAsCode() {
        Sketch s = new Sketch(1, 64, 14, 14);
        s.pointwise("a", "x", 64, 64, 0, 1);
        Graph graph = s.graph("a");
        Map<String, Decision> baked = Map.of("a", new Decision(Format.BAKED, 1));
        Plan plan = Planner.plan(graph, CostModel.shipped(Machine.AVX512.baking()), 1, false, baked);
        assertThat(plan.layers().getFirst().kernel()).isEqualTo("baked30");
        assertThat(plan.decisions()).isEqualTo(baked);
        assertThat(Planner.plan(graph, CostModel.shipped(Machine.AVX512), 1, false, baked).layers().getFirst().reason()).contains("no kernel");
    }

    @Test
    void whatDoesNotFitTheLimitOfCodeIsNotBaked() {
        Sketch s = new Sketch(1, 1024, 7, 7);
        int layers = 16;   // of 0.3 M non-zeros: 2.6 MB
        for (int i = 0; i < layers; i++) s.pointwise("v" + i, i == 0 ? "x" : "v" + (i - 1), 1024, 1024, 0.7, 1);
        List<LayerReport> reports = Planner.plan(s.graph("v" + (layers - 1)), Machine.AVX512.baking(), 1, false).layers();
        long baked = reports.stream().filter(r -> r.kernel().startsWith("baked")).count();
        assertThat(baked).isBetween(10L, 15L);
        assertThat(reports.getLast().reason()).contains("limited to 32 MB");
    }

    @Test
    void denseOnRequest() {
        LayerReport report = decide(0.9, 4, CostModel.shipped(Machine.AVX512), true);
        assertThat(report.kernel()).startsWith("gemm");
        assertThat(report.reason()).isEqualTo("dense by request");
        assertThat(report.fill()).isEqualTo(report.sparsity() == 0 ? 1 : 1 - report.sparsity(), Offset.offset(1e-9));
    }
}
