package dev.lacewing.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lacewing.error.LacewingException.Malformed;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.w3c.dom.Document;

class PlotsTest {
    private static Document parsed(String svg) throws Exception {
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void barsAreAsLongAsTheirRatios() throws Exception {
        RatioPlot plot = new RatioPlot("a < b", "d", List.of("1", "2"), "peer", List.of(new RatioPlot.Group("g & h", List.of(4.0, 2.0), List.of(1.0, Double.NaN)),
                new RatioPlot.Group("none", List.of(Double.NaN, Double.NaN), List.of(2.0, 2.0))));
        var bars = parsed(plot.svg()).getElementsByTagName("rect");
        assertThat(bars.getLength()).as("background, two keys, two bars").isEqualTo(5);
        double first = Double.parseDouble(bars.item(3).getAttributes().getNamedItem("width").getNodeValue());
        double second = Double.parseDouble(bars.item(4).getAttributes().getNamedItem("width").getNodeValue());
        assertThat(first).isGreaterThan(100).isEqualTo(2 * second);
    }

    @Test
    void pointsAndLineOfEachSeries() throws Exception {
        LinePlot plot = new LinePlot("t", "d", "x", "y", List.of(new LinePlot.Series("s", List.of(new LinePlot.Point(10, 1), new LinePlot.Point(20, 2)), 0, 0.1)));
        var circles = parsed(plot.svg()).getElementsByTagName("circle");
        assertThat(circles.getLength()).as("two points and the key").isEqualTo(3);
        assertThat(circles.item(1).getAttributes().getNamedItem("cx").getNodeValue()).isEqualTo("690.0");
        assertThat(circles.item(1).getAttributes().getNamedItem("cy").getNodeValue()).isEqualTo("60.0");
    }

    @ParameterizedTest
    @CsvSource({"1, 0.1", "4.4, 0.5", "0.02, 0.002", "33, 5", "10, 1", "11, 2"})
    void ticksAreRound(double end, double step) { assertThat(Svg.step(end)).isCloseTo(step, org.assertj.core.api.Assertions.within(1e-12)); }

    @Test
    void textGoesBetweenTheMarkersOnly(@TempDir Path folder) throws Exception {
        Path page = folder.resolve("p.md");
        Markdown.replace(page, "# Head", "x", "first");
        Files.writeString(page, Files.readString(page) + "\nprose below\n");
        Markdown.replace(page, "# Head", "x", "second");
        assertThat(Files.readString(page)).isEqualTo("# Head\n\n<!-- begin x (generated) -->\n\nsecond\n\n<!-- end x -->\n\nprose below\n");
        Files.writeString(page, "no markers");
        assertThatThrownBy(() -> Markdown.replace(page, "# Head", "x", "third")).isInstanceOf(Malformed.class).hasMessageContaining("begin x");
    }

    @Test
    void tableIsAligned() {
        assertThat(new Markdown("name", ">n").row("a", "1000").row("longer", "2").toString()).isEqualTo("""
                | name   |    n |
                |--------|-----:|
                | a      | 1000 |
                | longer |    2 |
                """);
    }
}
