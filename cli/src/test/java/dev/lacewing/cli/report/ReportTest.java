package dev.lacewing.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.util.List;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class ReportTest {
    private static final BarChart CHART = new BarChart("Time of each layer", "Bars <&>", "ms", List.of("dense", "sparse \"x\""),
            List.of(new BarChart.Group("block1/pointwise", List.of(0.35, 0.1)), new BarChart.Group("a<b & c", List.of(0.7, Double.NaN))));

    private static final Report.Grid GRID = new Report.Grid("Kept & won", List.of("network", "right"), List.of(List.of("<a>", "45")), "Read it");

    @Test
    void theChartIsWellFormed() throws Exception {
        Document svg = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(CHART.svg())));
        assertThat(svg.getDocumentElement().getTagName()).isEqualTo("svg");
        assertThat(svg.getElementsByTagName("rect").getLength()).isEqualTo(3);
        assertThat(svg.getElementsByTagName("desc").item(0).getTextContent()).isEqualTo("Bars <&>");
        double first = Double.parseDouble(svg.getElementsByTagName("rect").item(0).getAttributes().getNamedItem("width").getNodeValue());
        double second = Double.parseDouble(svg.getElementsByTagName("rect").item(2).getAttributes().getNamedItem("width").getNodeValue());
        assertThat(second).isEqualTo(2 * first);
    }

    @Test
    void ticksHaveNoIdleDigits() throws Exception {
        Document svg = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(CHART.svg())));
        NodeList texts = svg.getElementsByTagName("text");
        assertThat(IntStream.range(0, texts.getLength()).mapToObj(i -> texts.item(i).getTextContent()).filter(t -> t.endsWith(" ms")).toList())
                .containsExactly("0 ms", "0.2 ms", "0.4 ms", "0.6 ms", "0.8 ms");
    }

    @Test
    void axesEndAtRoundNumbers() {
        assertThat(BarChart.ceiling(0.35)).isEqualTo(0.4);
        assertThat(BarChart.ceiling(9)).isEqualTo(10);
        assertThat(BarChart.ceiling(1)).isEqualTo(1);
        assertThat(BarChart.ceiling(0)).isEqualTo(1);
    }

    @Test
    void thePageStandsAlone() {
        String html = new Report("Title <1>", "About &", List.of("cpu"), List.of(new Report.Row("dense", 10, 9, 1, 0.8)), List.of("ok"), GRID, CHART).html();
        assertThat(html).startsWith("<!DOCTYPE html>").endsWith("</html>\n").contains("Title &lt;1&gt;", "<p>About &amp;</p>", "prefers-color-scheme", "10.00", "0.80x", "<h2>Kept &amp; won</h2>", "<td>&lt;a&gt;</td><td>45</td>", "Read it");
        assertThat(html).doesNotContain("http://", "https://", "src=", "href=", "<script");
    }

    @Test
    void withoutAPeerThereIsNoColumnForIt() {
        String html = new Report("t", "a", List.of(), List.of(new Report.Row("dense", 10, 9, 1, Double.NaN)), List.of(), GRID, CHART).html();
        assertThat(html).doesNotContain("ONNX Runtime", "NaN");
    }
}
