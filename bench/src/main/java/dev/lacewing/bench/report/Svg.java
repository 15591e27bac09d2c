package dev.lacewing.bench.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/** The beginnings of a plot: a file that stands alone, light or dark as the reader's system is, with a description for those who do not see it. */
final class Svg {
    private static final String STYLE = """
            <style>
            svg { --text: #1d2327; --soft: #5b6770; --line: #d5dbdf; --back: #ffffff; --series-0: #1f8f6b; --series-1: #8cc9b4; --series-2: #b5651d; --series-3: #6b5bb5; --mark: #1d2327;
              font: 13px system-ui, sans-serif; }
            @media (prefers-color-scheme: dark) { svg { --text: #e6eaed; --soft: #9aa7b0; --line: #39424a; --back: #15191c; --series-0: #4fc79c; --series-1: #2b6b55;
              --series-2: #e39a55; --series-3: #a99bea; --mark: #e6eaed; } }
            text { fill: var(--text); } .soft { fill: var(--soft); } .end { text-anchor: end; } .middle { text-anchor: middle; } .title { font-size: 15px; font-weight: 600; }
            .grid { stroke: var(--line); } .one { stroke: var(--soft); stroke-width: 1.5; stroke-dasharray: 4 3; } .mark { stroke: var(--mark); stroke-width: 2; }
            </style>
            """;

    private final StringBuilder out = new StringBuilder();

    Svg(int width, int height, String title, String description) {
        add("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\" aria-labelledby=\"title desc\">", width, height);
        add("<title id=\"title\">%s</title><desc id=\"desc\">%s</desc>", escape(title), escape(description));
        out.append(STYLE);
        add("<rect width=\"%d\" height=\"%d\" style=\"fill:var(--back)\"/>", width, height);
        text(16, 24, "title", title);
    }

    @SuppressWarnings("AnnotateFormatMethod")
    void add(String form, Object... values) { out.append(String.format(Locale.ROOT, form, values)).append('\n'); }

    /** @param classes of {@code soft}, {@code end}, {@code middle}, {@code title} */
    void text(double x, double y, String classes, String text) { add("<text x=\"%.1f\" y=\"%.1f\" class=\"%s\">%s</text>", x, y, classes, escape(text)); }

    void line(double x1, double y1, double x2, double y2, String style) { add("<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" class=\"%s\"/>", x1, y1, x2, y2, style); }

    String end() { return out.append("</svg>\n").toString(); }

    static String escape(String text) { return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;"); }

    /** The distance of ticks that cuts the axis from 0 to {@code end} into 4 to 10 parts: 1, 2 or 5 times a power of ten. */
    static double step(double end) {
        double power = Math.pow(10, Math.floor(Math.log10(end)) - 1);
        for (double digit : new double[] {1, 2, 5, 10, 20}) if (end / (digit * power) <= 10) return digit * power;
        return 50 * power;
    }

    static String number(double value) { return BigDecimal.valueOf(value).round(new MathContext(3)).stripTrailingZeros().toPlainString(); }
}
