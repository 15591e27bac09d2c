package dev.lacewing.bench.report;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Points with error bars, joined within each series; the axes span what there is, not 0.
 *
 * @param logarithmic whether the x axis is
 */
public record CurvePlot(String title, String description, String xAxis, String yAxis, boolean logarithmic, List<Series> series) {
    private static final int LEFT = 70, WIDTH = 560, TOP = 60, HEIGHT = 340, LEGEND = 240, BOTTOM = 50, LINE = 20;
    private static final double MARGIN = 0.04;
    private static final List<String> COLOURS = List.of("#1f8f6b", "#b5651d", "#6b5bb5", "#c0392b", "#2e86c1", "#8a8d00", "#d0549a", "#607078", "#00a5a5", "#7d5a3c", "#4c9a2a", "#f39c12");

    /** In the order of x. */
    public record Series(String name, List<Point> points) {
        public Series { points = List.copyOf(points); }
    }

    /**
     * @param error half the length of the bar, NaN for none
     * @param name shown when the mouse is over it, may be empty
     */
    public record Point(double x, double y, double error, String name) {}

    /** A file of its own. */
    public String svg() {
        Axis x = Axis.of(series.stream().flatMap(s -> s.points.stream()).mapToDouble(Point::x).toArray(), logarithmic);
        Axis y = Axis.of(series.stream().flatMap(s -> s.points.stream()).flatMapToDouble(p -> java.util.stream.DoubleStream.of(p.y - bar(p), p.y + bar(p))).toArray(), false);
        Svg svg = new Svg(LEFT + WIDTH + LEGEND, TOP + Math.max(HEIGHT, LINE * series.size()) + BOTTOM, title, description);
        for (double tick : x.ticks()) {
            svg.line(LEFT + x.at(tick) * WIDTH, TOP, LEFT + x.at(tick) * WIDTH, TOP + HEIGHT, "grid");
            svg.text(LEFT + x.at(tick) * WIDTH, TOP + HEIGHT + 18, "soft middle", Svg.number(tick));
        }
        for (double tick : y.ticks()) {
            double at = TOP + HEIGHT - y.at(tick) * HEIGHT;
            svg.line(LEFT, at, LEFT + WIDTH, at, "grid");
            svg.text(LEFT - 8, at + 4, "soft end", Svg.number(tick));
        }
        svg.text(LEFT + WIDTH / 2.0, TOP + HEIGHT + 40, "middle", xAxis);
        svg.text(LEFT, TOP - 12, "", yAxis);
        for (int s = 0; s < series.size(); s++) draw(svg, series.get(s), s, p -> LEFT + x.at(p.x) * WIDTH, v -> TOP + HEIGHT - y.at(v) * HEIGHT);
        return svg.end();
    }

    private interface Height {
        double of(double y);
    }

    private static double bar(Point p) { return Double.isNaN(p.error) ? 0 : p.error; }

    private static void draw(Svg svg, Series series, int number, ToDoubleFunction<Point> x, Height y) {
        String colour = COLOURS.get(number % COLOURS.size()), dash = number < COLOURS.size() ? "" : ";stroke-dasharray:5 3";
        StringBuilder path = new StringBuilder();
        for (Point p : series.points) path.append(String.format(java.util.Locale.ROOT, "%.1f,%.1f ", x.applyAsDouble(p), y.of(p.y)));
        svg.add("<polyline points=\"%s\" style=\"fill:none;stroke:%s;stroke-width:1.5%s\"/>", path.toString().strip(), colour, dash);
        for (Point p : series.points) {
            double at = x.applyAsDouble(p);
            if (bar(p) > 0) svg.add("<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" style=\"stroke:%s\"/>", at, y.of(p.y - p.error), at, y.of(p.y + p.error), colour);
            svg.add("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" style=\"fill:%s\"><title>%s: %s, %s</title></circle>", at, y.of(p.y), colour, Svg.escape(p.name.isEmpty() ? series.name : p.name), Svg.number(p.x),
                    String.format(java.util.Locale.ROOT, "%.2f", p.y));
        }
        double legend = TOP + 12 + LINE * number;
        svg.add("<circle cx=\"%d\" cy=\"%.1f\" r=\"4\" style=\"fill:%s\"/>", LEFT + WIDTH + 20, legend - 4, colour);
        svg.text(LEFT + WIDTH + 32, legend, "", series.name);
    }

    private record Axis(double low, double high, boolean logarithmic) {
        static Axis of(double[] values, boolean logarithmic) {
            double low = Double.POSITIVE_INFINITY, high = Double.NEGATIVE_INFINITY;
            for (double v : values) {
                low = Math.min(low, logarithmic ? Math.log10(v) : v);
                high = Math.max(high, logarithmic ? Math.log10(v) : v);
            }
            if (low > high) return new Axis(0, 1, false);
            double margin = high > low ? MARGIN * (high - low) : 0.5;
            return new Axis(low - margin, high + margin, logarithmic);
        }

        /** 0 to 1. */
        double at(double value) { return ((logarithmic ? Math.log10(value) : value) - low) / (high - low); }

        double[] ticks() {
            if (!logarithmic) {
                double step = Svg.step(high - low), first = Math.ceil(low / step) * step;
                int count = (int) Math.floor((high - first) / step + 1e-9) + 1;
                return java.util.stream.IntStream.range(0, count).mapToDouble(i -> Math.round((first + i * step) / step) * step).toArray();
            }
            return java.util.stream.IntStream.rangeClosed((int) Math.floor(low), (int) Math.ceil(high)).boxed().flatMap(power -> java.util.stream.Stream.of(1, 2, 5).map(d -> d * Math.pow(10, power)))
                    .mapToDouble(Double::doubleValue).filter(v -> at(v) >= 0 && at(v) <= 1).toArray();
        }
    }
}
