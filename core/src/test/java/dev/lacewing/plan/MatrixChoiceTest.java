package dev.lacewing.plan;

import static org.assertj.core.api.Assertions.assertThat;

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
    static List<CostModel> shipped() { return Machine.ALL.stream().flatMap(m -> Stream.of(CostModel.shipped("x64", m), CostModel.shipped("jvm", m))).toList(); }

    private static boolean isSparse(LayerReport report) { return report.kernel().startsWith("spmm"); }

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
        assertThat(report.kernel()).matches("spmm[12]x.*");
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
    void denseOnRequest() {
        LayerReport report = decide(0.9, 4, CostModel.shipped("x64", Machine.AVX512), true);
        assertThat(report.kernel()).startsWith("gemm");
        assertThat(report.reason()).isEqualTo("dense by request");
        assertThat(report.fill()).isEqualTo(report.sparsity() == 0 ? 1 : 1 - report.sparsity(), Offset.offset(1e-9));
    }
}
