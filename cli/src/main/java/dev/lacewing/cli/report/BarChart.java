package dev.lacewing.cli.report;

import static dev.lacewing.cli.report.Html.escape;
import static dev.lacewing.cli.report.Html.format;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;

/**
 * Horizontal bars in groups, as SVG. Colours are the page's custom properties {@code --series-0}, {@code --series-1}, ...
 *
 * @param title what is shown, for everyone; {@code description} says the same as a sentence, for readers who do not see the picture
 * @param series names, in the order of each group's values
 */
public record BarChart(String title, String description, String unit, List<String> series, List<Group> groups) {
    private static final int LABEL = 200, PLOT = 560, VALUE = 70, BAR = 7, GAP = 8, TOP = 30;
    private static final int TICKS = 4;

    /** @param values one for each series; NaN leaves the bar out */
    public record Group(String name, List<Double> values) {}

    /** The chart as one {@code svg} element. */
    public String svg() {
        double largest = groups.stream().flatMap(g -> g.values().stream()).filter(v -> !v.isNaN()).mapToDouble(v -> v).max().orElse(0);
        double scale = largest > 0 ? PLOT / ceiling(largest) : 0;
        int step = series.size() * BAR + GAP, height = TOP + groups.size() * step + 10, width = LABEL + PLOT + VALUE;
        StringBuilder svg = new StringBuilder(format("<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-labelledby=\"chart-title chart-desc\">%n", width, height));
        svg.append(format("<title id=\"chart-title\">%s</title>%n<desc id=\"chart-desc\">%s</desc>%n", escape(title), escape(description)));
        axis(svg, ceiling(largest), height);
        for (int g = 0; g < groups.size(); g++) group(svg, groups.get(g), TOP + g * step, scale);
        return svg.append("</svg>\n").toString();
    }

    private void axis(StringBuilder svg, double end, int height) {
        for (int t = 0; t <= TICKS; t++) {
            int x = LABEL + PLOT * t / TICKS;
            svg.append(format("<line class=\"grid\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>", x, TOP - 6, x, height - 10));
            svg.append(format("<text class=\"tick\" x=\"%d\" y=\"%d\">%s %s</text>%n", x, TOP - 12, tick(end * t / TICKS), escape(unit)));
        }
    }

    private static String tick(double value) { return BigDecimal.valueOf(value).round(new MathContext(3)).stripTrailingZeros().toPlainString(); }

    private void group(StringBuilder svg, Group group, int y, double scale) {
        svg.append(format("<text class=\"name\" x=\"%d\" y=\"%d\">%s</text>%n", LABEL - 8, y + series.size() * BAR / 2 + 4, escape(shortened(group.name()))));
        for (int s = 0; s < group.values().size(); s++) {
            double value = group.values().get(s);
            if (Double.isNaN(value)) continue;
            svg.append(format("<rect x=\"%d\" y=\"%d\" width=\"%.2f\" height=\"%d\" style=\"fill:var(--series-%d)\"><title>%s, %s: %.4f %s</title></rect>%n", LABEL, y + s * BAR,
                    Math.max(0.5, value * scale), BAR - 1, s, escape(group.name()), escape(series.get(s)), value, escape(unit)));
        }
    }

    private static String shortened(String name) { return name.length() <= 28 ? name : "..." + name.substring(name.length() - 26); }

    /** The next number of the form 1, 2, 4, 5 or 8 times a power of ten. */
    static double ceiling(double value) {
        if (!(value > 0)) return 1;
        double power = Math.pow(10, Math.floor(Math.log10(value)));
        for (double digit : new double[] {1, 2, 4, 5, 8}) if (value <= digit * power) return digit * power;
        return 10 * power;
    }
}
