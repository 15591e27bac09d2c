package dev.lacewing.bench.report;

import dev.lacewing.error.LacewingException.Failed;
import dev.lacewing.error.LacewingException.Malformed;
import dev.lacewing.file.WholeFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A table in Markdown whose columns are aligned in the source, too, so that it reads well in a terminal. */
public final class Markdown {
    private final List<List<String>> rows = new ArrayList<>();
    private final boolean[] right;

    /** @param headings one that starts with {@code >} marks a column set to the right */
    public Markdown(String... headings) {
        right = new boolean[headings.length];
        List<String> cells = new ArrayList<>();
        for (int i = 0; i < headings.length; i++) {
            right[i] = headings[i].startsWith(">");
            cells.add(right[i] ? headings[i].substring(1) : headings[i]);
        }
        rows.add(cells);
    }

    public Markdown row(String... cells) { return row(List.of(cells)); }

    public Markdown row(List<String> cells) {
        if (cells.size() != right.length) throw new IllegalArgumentException(right.length + " columns, " + cells.size() + " cells");
        rows.add(List.copyOf(cells));
        return this;
    }

    @Override
    public String toString() {
        int[] widths = new int[right.length];
        for (List<String> row : rows) for (int i = 0; i < widths.length; i++) widths[i] = Math.max(Math.max(3, widths[i]), row.get(i).length());
        StringBuilder out = new StringBuilder();
        for (int r = 0; r < rows.size(); r++) {
            for (int i = 0; i < widths.length; i++) {
                String cell = rows.get(r).get(i), gap = " ".repeat(widths[i] - cell.length());
                out.append(i == 0 ? "| " : " | ").append(right[i] ? gap + cell : cell + gap);
            }
            out.append(" |\n");
            if (r > 0) continue;
            for (int i = 0; i < widths.length; i++) out.append("|").append("-".repeat(widths[i] + 1)).append(right[i] ? ":" : "-");
            out.append("|\n");
        }
        return out.toString();
    }

    private static String begin(String what) { return "<!-- begin " + what + " (generated) -->\n"; }

    private static String end(String what) { return "<!-- end " + what + " -->\n"; }

    /**
     * Puts text between the markers of a page; what stands around them stays. A page that does not exist begins with the heading given.
     *
     * @throws Failed if the file cannot be read or written
     * @throws Malformed if a page lacks the markers
     */
    public static void replace(Path page, String heading, String what, String text) {
        try {
            String old = Files.exists(page) ? Files.readString(page) : heading + "\n\n" + begin(what) + end(what);
            int from = old.indexOf(begin(what)), to = old.indexOf(end(what));
            if (from < 0 || to < from) throw new Malformed(page + ": expected the lines " + (begin(what) + end(what)).strip().replace("\n", " and ") + ", which say where to write");
            String changed = old.substring(0, from) + begin(what) + "\n" + text.strip() + "\n\n" + old.substring(to);
            WholeFile.write(page, out -> out.write(changed.getBytes(StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new Failed(page + " cannot be read: " + e.getMessage(), e);
        }
    }
}
