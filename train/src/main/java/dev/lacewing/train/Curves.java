package dev.lacewing.train;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** How a run went, as a table and as a picture. The same history gives the same bytes. */
public final class Curves {
    private static final int WIDTH = 640, HEIGHT = 220, LEFT = 56, TOP = 28, RIGHT = 16, BOTTOM = 36, TICKS = 4;

    private Curves() {}

    /** Comma-separated values, a line for each epoch, the columns named in the first. */
    public static String csv(List<Epoch> history) {
        Set<String> figures = new LinkedHashSet<>();
        for (Epoch e : history) figures.addAll(e.figures().keySet());
        StringBuilder csv = new StringBuilder("epoch,rate,loss,accuracy,test_loss,test_accuracy,density,seconds");
        for (String figure : figures) csv.append(',').append(figure.replace(',', ';'));
        csv.append('\n');
        for (Epoch e : history) {
            csv.append(e.number());
            for (double d : List.of(e.rate(), e.loss(), e.accuracy(), e.testLoss(), e.testAccuracy(), e.density(), e.seconds())) csv.append(',').append(number(d));
            for (String figure : figures) csv.append(',').append(number(e.figures().getOrDefault(figure, Double.NaN)));
            csv.append('\n');
        }
        return csv.toString();
    }

    private static String number(double d) { return Double.isNaN(d) ? "" : String.format(Locale.ROOT, "%.6g", d); }

    /** Loss and accuracy of training and test images, and the density, over the epochs. */
    public static String svg(String title, List<Epoch> history) {
        StringBuilder svg = new StringBuilder(String.format(Locale.ROOT, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\""
                + " font-family=\"sans-serif\" font-size=\"12\"><rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>\n<text x=\"%d\" y=\"20\" font-size=\"15\">%s</text>\n",
                WIDTH, 30 + 3 * HEIGHT, WIDTH, 30 + 3 * HEIGHT, LEFT, escape(title)));
        svg.append(panel(30, history, "accuracy in %", List.of(new Line("training", "#999999", e -> 100 * e.accuracy()), new Line("test", "#0b6e4f", e -> 100 * e.testAccuracy())), false));
        svg.append(panel(30 + HEIGHT, history, "loss", List.of(new Line("training", "#999999", Epoch::loss), new Line("test", "#0b6e4f", Epoch::testLoss)), true));
        svg.append(panel(30 + 2 * HEIGHT, history, "density of the weights in scope in %", List.of(new Line("density", "#b0413e", e -> 100 * e.density())), true));
        return svg.append("</svg>\n").toString();
    }

    private record Line(String name, String colour, ToDoubleFunction<Epoch> value) {}

    private static String panel(int top, List<Epoch> history, String what, List<Line> lines, boolean fromZero) {
        List<Double> values = new ArrayList<>();
        for (Line line : lines) for (Epoch e : history) if (!Double.isNaN(line.value.applyAsDouble(e))) values.add(line.value.applyAsDouble(e));
        double high = values.stream().mapToDouble(d -> d).max().orElse(1), low = fromZero ? 0 : values.stream().mapToDouble(d -> d).min().orElse(0);
        if (high <= low) high = low + 1;
        int last = Math.max(2, history.size()), bottom = top + HEIGHT - BOTTOM;
        StringBuilder svg = new StringBuilder();
        for (int t = 0; t <= TICKS; t++) {
            double value = low + (high - low) * t / TICKS, y = bottom - (double) (bottom - top - TOP) * t / TICKS;
            svg.append(String.format(Locale.ROOT, "<path d=\"M%d %.1fH%d\" stroke=\"#dddddd\"/><text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%.4g</text>\n", LEFT, y, WIDTH - RIGHT, LEFT - 6, y + 4, value));
        }
        svg.append(String.format(Locale.ROOT, "<text x=\"%d\" y=\"%d\">%s</text><text x=\"%d\" y=\"%d\">1</text><text x=\"%d\" y=\"%d\" text-anchor=\"end\">epoch %d</text>\n",
                LEFT, top + TOP - 8, escape(what), LEFT, bottom + 16, WIDTH - RIGHT, bottom + 16, history.size()));
        int legend = WIDTH - RIGHT;
        for (Line line : lines) {
            double range = high - low, base = low;
            String points = history.stream().filter(e -> !Double.isNaN(line.value.applyAsDouble(e)))
                    .map(e -> String.format(Locale.ROOT, "%.1f,%.1f", LEFT + (WIDTH - LEFT - RIGHT) * (Math.max(1, e.number()) - 1.0) / (last - 1),
                            bottom - (bottom - top - TOP) * (line.value.applyAsDouble(e) - base) / range)).collect(Collectors.joining(" "));
            svg.append(String.format(Locale.ROOT, "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/><text x=\"%d\" y=\"%d\" fill=\"%s\" text-anchor=\"end\">%s</text>\n",
                    points, line.colour, legend, top + TOP - 8, line.colour, line.name));
            legend -= 64;
        }
        return svg.toString();
    }

    private static String escape(String text) { return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"); }
}
