package dev.lacewing.bench.report;

import java.util.List;

/** Points in the plane and a straight line through each series; both axes begin at 0. */
public record LinePlot(String title, String description, String xAxis, String yAxis, List<Series> series) {
    private static final int LEFT = 70, WIDTH = 620, TOP = 60, HEIGHT = 320, RIGHT = 30, BOTTOM = 50;

    /** The line is {@code intercept + slope * x}. */
    public record Series(String name, List<Point> points, double intercept, double slope) {}

    public record Point(double x, double y) {}

    /** A file of its own. */
    public String svg() {
        double right = largest(true), top = largest(false), xStep = Svg.step(right), yStep = Svg.step(top);
        right = xStep * Math.ceil(right / xStep);
        top = yStep * Math.ceil(top / yStep);
        Svg svg = new Svg(LEFT + WIDTH + RIGHT, TOP + HEIGHT + BOTTOM, title, description);
        for (double x = 0; x < right + xStep / 2; x += xStep) {
            double at = LEFT + x / right * WIDTH;
            svg.line(at, TOP, at, TOP + HEIGHT, "grid");
            svg.text(at, TOP + HEIGHT + 18, "soft middle", Svg.number(x));
        }
        for (double y = 0; y < top + yStep / 2; y += yStep) {
            double at = TOP + HEIGHT - y / top * HEIGHT;
            svg.line(LEFT, at, LEFT + WIDTH, at, "grid");
            svg.text(LEFT - 8, at + 4, "soft end", Svg.number(y));
        }
        svg.text(LEFT + WIDTH / 2.0, TOP + HEIGHT + 40, "middle", xAxis);
        svg.text(LEFT, TOP - 12, "", yAxis);
        for (int s = 0; s < series.size(); s++) draw(svg, series.get(s), s, right, top);
        return svg.end();
    }

    private double largest(boolean x) { return series.stream().flatMap(s -> s.points.stream()).mapToDouble(p -> x ? p.x : p.y).filter(v -> v > 0).max().orElse(1); }

    private static void draw(Svg svg, Series series, int number, double right, double top) {
        double last = series.points.stream().mapToDouble(Point::x).max().orElse(0), end = series.intercept + series.slope * last;
        svg.add("<line x1=\"%d\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" style=\"stroke:var(--series-%d);stroke-width:1.5\"/>", LEFT, TOP + HEIGHT - series.intercept / top * HEIGHT,
                LEFT + last / right * WIDTH, TOP + HEIGHT - end / top * HEIGHT, number);
        for (Point p : series.points)
            svg.add("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4\" style=\"fill:var(--series-%d)\"><title>%s: %s, %s</title></circle>", LEFT + p.x / right * WIDTH, TOP + HEIGHT - p.y / top * HEIGHT, number,
                    Svg.escape(series.name), Svg.number(p.x), Svg.number(p.y));
        svg.add("<circle cx=\"%d\" cy=\"%d\" r=\"4\" style=\"fill:var(--series-%d)\"/>", LEFT + 18, TOP + 18 + 20 * number, number);
        svg.text(LEFT + 30, TOP + 22 + 20.0 * number, "", series.name);
    }
}
