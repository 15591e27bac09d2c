package dev.lacewing.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Text in aligned columns. A heading that starts with {@code >} marks a column set to the right. */
final class Table {
    private final String[] headings;
    private final boolean[] right;
    private final List<String[]> rows = new ArrayList<>();

    Table(String... headings) {
        this.headings = Arrays.stream(headings).map(h -> h.startsWith(">") ? h.substring(1) : h).toArray(String[]::new);
        right = new boolean[headings.length];
        for (int i = 0; i < headings.length; i++) right[i] = headings[i].startsWith(">");
        rows.add(this.headings);
    }

    /** @param cells one for each column; a double is written with three significant digits, NaN as a dash */
    Table row(Object... cells) {
        if (cells.length != headings.length) throw new IllegalArgumentException(headings.length + " columns, " + cells.length + " cells");
        rows.add(Arrays.stream(cells).map(c -> c instanceof Double d ? number(d) : String.valueOf(c)).toArray(String[]::new));
        return this;
    }

    /** Enough digits to compare by eye: 12345, 123, 12.3, 1.23, 0.0123. */
    static String number(double value) {
        if (Double.isNaN(value)) return "-";
        double size = Math.abs(value);
        if (size != 0 && size < 1e-4) return String.format(Locale.ROOT, "%.2e", value);
        int decimals = size >= 100 || size == 0 ? 0 : size >= 10 ? 1 : size >= 0.1 ? 2 : size >= 0.01 ? 3 : 4;
        return String.format(Locale.ROOT, "%." + decimals + "f", value);
    }

    static String percent(double share) { return Double.isNaN(share) ? "-" : String.format(Locale.ROOT, "%.1f %%", 100 * share); }

    /** 12,345,678 as 12.3 M. */
    static String count(long n) {
        return n < 10_000 ? Long.toString(n) : n < 1_000_000 ? number(n / 1e3) + " k" : n < 1_000_000_000 ? number(n / 1e6) + " M" : number(n / 1e9) + " G";
    }

    @Override
    public String toString() {
        int[] widths = new int[headings.length];
        for (String[] row : rows) for (int i = 0; i < row.length; i++) widths[i] = Math.max(widths[i], row[i].length());
        StringBuilder out = new StringBuilder();
        for (String[] row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.length; i++) {
                String gap = " ".repeat(widths[i] - row[i].length());
                line.append(i == 0 ? "" : "  ").append(right[i] ? gap + row[i] : row[i] + gap);
            }
            out.append(line.toString().stripTrailing()).append('\n');
        }
        return out.toString();
    }
}
