package dev.lacewing.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CurvesTest {
    private static final List<Epoch> HISTORY = List.of(new Epoch(1, 0.1, 2.5, 0.25, Double.NaN, Double.NaN, 1, 3.5, Map.of()),
            new Epoch(2, 0.05, 1.5, 0.5, 1.25, 0.625, 0.5, 3, Map.of("flips, all", 12.0)));

    @Test
    void csvNamesItsColumnsAndLeavesUnknownsEmpty() {
        assertThat(Curves.csv(HISTORY)).isEqualTo("""
                epoch,rate,loss,accuracy,test_loss,test_accuracy,density,seconds,flips; all
                1,0.100000,2.50000,0.250000,,,1.00000,3.50000,
                2,0.0500000,1.50000,0.500000,1.25000,0.625000,0.500000,3.00000,12.0000
                """);
    }

    @Test
    void svgDrawsAPointForEachEpochThatHasOne() {
        String svg = Curves.svg("a < b", HISTORY);
        assertThat(svg).startsWith("<svg ").endsWith("</svg>\n").contains("a &lt; b").contains("epoch 2").doesNotContain("NaN");
        List<Integer> points = svg.lines().filter(l -> l.contains("<polyline")).map(l -> l.replaceAll(".*points=\"([^\"]*)\".*", "$1").split(" ").length).toList();
        assertThat(points).containsExactly(2, 1, 2, 1, 2);
        assertThat(svg).contains("points=\"56.0,");
    }

    @Test
    void svgOfOneEpoch() { assertThat(Curves.svg("short", HISTORY.subList(0, 1))).contains("</svg>").doesNotContain("NaN").doesNotContain("Infinity"); }
}
