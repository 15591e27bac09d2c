package dev.lacewing.bench.report;

import java.util.List;
import java.util.Locale;

/**
 * Horizontal bars of ratios in groups, with a dashed line at 1 and a stroke where a target is.
 *
 * @param series names, in the order of each group's values
 * @param one what a ratio of 1 means
 */
public record RatioPlot(String title, String description, List<String> series, String one, List<Group> groups) {
    private static final int LABEL = 330, PLOT = 470, VALUE = 60, BAR = 13, GAP = 12, TOP = 74, TEXT = 40;

    /** @param values one for each series, as {@code targets}; NaN leaves a bar or a stroke out */
    public record Group(String name, List<Double> values, List<Double> targets) {}

    /** A file of its own. */
    public String svg() {
        double largest = groups.stream().flatMap(g -> java.util.stream.Stream.concat(g.values.stream(), g.targets.stream())).filter(v -> !v.isNaN()).mapToDouble(v -> v).max().orElse(1);
        double step = Svg.step(Math.max(1, largest)), end = step * Math.ceil(Math.max(1, largest) / step), scale = PLOT / end;
        int group = series.size() * BAR + GAP, height = TOP + groups.size() * group + 16;
        Svg svg = new Svg(LABEL + PLOT + VALUE, height, title, description);
        int x = 16;
        for (int s = 0; s < series.size(); s++) {
            svg.add("<rect x=\"%d\" y=\"36\" width=\"12\" height=\"12\" style=\"fill:var(--series-%d)\"/>", x, s);
            svg.text(x + 18, 47, "soft", series.get(s));
            x += 40 + 7 * series.get(s).length();
        }
        svg.line(x + 2, 36, x + 2, 48, "mark");
        svg.text(x + 12, 47, "soft", "target");
        for (double t = 0; t < end + step / 2; t += step) {
            svg.line(LABEL + t * scale, TOP - 4, LABEL + t * scale, height - 10, "grid");
            svg.text(LABEL + t * scale, TOP - 10, "soft middle", Svg.number(t));
        }
        for (int g = 0; g < groups.size(); g++) bars(svg, groups.get(g), TOP + g * group + GAP / 2.0, scale);
        svg.line(LABEL + scale, TOP - 4, LABEL + scale, height - 10, "one");
        svg.text(LABEL + scale + 6, TOP - 28, "soft", "1 = " + one);
        return svg.end();
    }

    private void bars(Svg svg, Group group, double y, double scale) {
        svg.text(LABEL - 10, y + series.size() * BAR / 2.0 + 4, "end", group.name);
        for (int s = 0; s < series.size(); s++) {
            double value = group.values.get(s), target = group.targets.get(s), top = y + s * BAR;
            if (!Double.isNaN(value)) {
                svg.add("<rect x=\"%d\" y=\"%.1f\" width=\"%.2f\" height=\"%d\" style=\"fill:var(--series-%d)\"><title>%s, %s: %.2f</title></rect>", LABEL, top, Math.max(.5, value * scale), BAR - 1,
                        s, Svg.escape(group.name), Svg.escape(series.get(s)), value);
                boolean inTheWay = target >= value && (target - value) * scale < TEXT;
                svg.text(LABEL + (inTheWay ? target : value) * scale + 6, top + BAR - 2.5, "", String.format(Locale.ROOT, "%.2f", value));
            }
            if (!Double.isNaN(target)) svg.line(LABEL + target * scale, top - 1, LABEL + target * scale, top + BAR, "mark");
        }
    }
}
