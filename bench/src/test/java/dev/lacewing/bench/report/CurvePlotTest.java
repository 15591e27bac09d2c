package dev.lacewing.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class CurvePlotTest {
    private static CurvePlot plot(boolean logarithmic) {
        return new CurvePlot("T <1>", "d", "x", "y", logarithmic, List.of(
                new CurvePlot.Series("a", List.of(new CurvePlot.Point(1, 90, Double.NaN, ""), new CurvePlot.Point(100, 92, 0.5, "second"))),
                new CurvePlot.Series("b", List.of(new CurvePlot.Point(10, 91, 0, "")))));
    }

    @Test
    void pointsStandWhereTheAxesSay() {
        assertThat(plot(true).svg()).contains("T &lt;1&gt;", ">1<", ">10<", ">100<", ">second: 100, 92.00<")
                .containsPattern("circle cx=\"350.0\"");   // 10 is the middle between 1 and 100 where the axis is logarithmic: 70 + 560 / 2
        assertThat(plot(false).svg()).doesNotContainPattern("circle cx=\"350.0\"");
    }

    @Test
    void nothingMakesAnEmptyPlot() { assertThat(new CurvePlot("t", "d", "x", "y", true, List.of()).svg()).contains("</svg>"); }
}
