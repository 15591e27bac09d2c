package dev.lacewing.cli.report;

import static dev.lacewing.cli.report.Html.escape;
import static dev.lacewing.cli.report.Html.format;

import java.util.List;

/**
 * What the demo found.
 *
 * @param about what was measured, in a sentence or two
 * @param machine processor, JDK, tier: one line each
 * @param rows in the order of the table
 * @param checks sentences: what was compared, and how well it agreed
 * @param grid what trained networks do
 * @param layers time of each layer, one bar for each variant
 */
public record Report(String title, String about, List<String> machine, List<Row> rows, List<String> checks, Grid grid, BarChart layers) {
    private static final String STYLE = """
            :root { color-scheme: light dark; --text: #1d2327; --soft: #5b6770; --line: #d5dbdf; --back: #ffffff;
              --series-0: #7a8791; --series-1: #1f8f6b; --series-2: #b5651d; }
            @media (prefers-color-scheme: dark) { :root { --text: #e6eaed; --soft: #9aa7b0; --line: #39424a; --back: #15191c;
              --series-0: #8f9ba5; --series-1: #4fc79c; --series-2: #e39a55; } }
            body { font: 16px/1.5 system-ui, sans-serif; color: var(--text); background: var(--back); max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
            h1 { font-size: 1.6rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
            table { border-collapse: collapse; } th, td { padding: .35rem .9rem; border-bottom: 1px solid var(--line); text-align: right; }
            th:first-child, td:first-child { text-align: left; padding-left: 0; } td { font-variant-numeric: tabular-nums; }
            .scroll { overflow-x: auto; } .soft { color: var(--soft); font-size: .9rem; }
            .key { display: inline-block; margin-right: 1.2em; } .key i { display: inline-block; width: .8em; height: .8em; margin-right: .35em; }
            @media (max-width: 40rem) { body { margin-top: 1rem; } h1 { font-size: 1.3rem; } th, td { padding: .3rem .4rem; font-size: .85rem; } }
            svg { width: 100%; min-width: 40rem; height: auto; font-size: 11px; } svg text { fill: var(--text); }
            svg .tick { text-anchor: middle; fill: var(--soft); } svg .name { text-anchor: end; } svg .grid { stroke: var(--line); }
            """;

    /** @param overPeer how many times faster than the peer; NaN without one */
    public record Row(String name, double medianMs, double minMs, double overDense, double overPeer) {}

    /**
     * A table of texts, with its heading above and a note below.
     *
     * @param head of the columns
     * @param cells by row
     */
    public record Grid(String title, List<String> head, List<List<String>> cells, String note) {}

    /** A whole HTML document that refers to nothing outside itself. */
    public String html() {
        StringBuilder page = new StringBuilder("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
        page.append("<title>").append(escape(title)).append("</title>\n<style>\n").append(STYLE).append("</style>\n</head>\n<body>\n<h1>").append(escape(title)).append("</h1>\n<p>").append(escape(about)).append("</p>\n");
        table(page);
        grid(page);
        list(page, "Are the answers right?", checks);
        page.append("<h2>").append(escape(layers.title())).append("</h2>\n<p>");
        for (int s = 0; s < layers.series().size(); s++)
            page.append(format("<span class=\"key\"><i style=\"background:var(--series-%d)\"></i>%s</span> ", s, escape(layers.series().get(s))));
        page.append("</p>\n<div class=\"scroll\">\n").append(layers.svg()).append("</div>\n");
        list(page, "Measured on", machine);
        return page.append("</body>\n</html>\n").toString();
    }

    private void table(StringBuilder page) {
        boolean peer = rows.stream().anyMatch(r -> !Double.isNaN(r.overPeer()));
        page.append("<div class=\"scroll\"><table>\n<thead><tr><th scope=\"col\">engine and network</th><th scope=\"col\">median ms</th><th scope=\"col\">fastest ms</th>")
                .append("<th scope=\"col\">over dense</th>").append(peer ? "<th scope=\"col\">over ONNX Runtime</th>" : "").append("</tr></thead>\n<tbody>\n");
        for (Row row : rows)
            page.append(format("<tr><td>%s</td><td>%.2f</td><td>%.2f</td><td>%.2fx</td>", escape(row.name()), row.medianMs(), row.minMs(), row.overDense()))
                    .append(peer ? format("<td>%.2fx</td>", row.overPeer()) : "").append("</tr>\n");
        page.append("</tbody>\n</table></div>\n<p class=\"soft\">The variants took turns in one process, one image a run; medians. Ratios above 1 are faster.</p>\n");
    }

    private void grid(StringBuilder page) {
        page.append("<h2>").append(escape(grid.title)).append("</h2>\n<div class=\"scroll\"><table>\n<thead><tr>");
        for (String name : grid.head) page.append("<th scope=\"col\">").append(escape(name)).append("</th>");
        page.append("</tr></thead>\n<tbody>\n");
        for (List<String> row : grid.cells) {
            page.append("<tr>");
            for (String cell : row) page.append("<td>").append(escape(cell)).append("</td>");
            page.append("</tr>\n");
        }
        page.append("</tbody>\n</table></div>\n<p class=\"soft\">").append(escape(grid.note)).append("</p>\n");
    }

    private static void list(StringBuilder page, String heading, List<String> lines) {
        page.append("<h2>").append(heading).append("</h2>\n<ul>\n");
        for (String line : lines) page.append("<li>").append(escape(line)).append("</li>\n");
        page.append("</ul>\n");
    }
}
