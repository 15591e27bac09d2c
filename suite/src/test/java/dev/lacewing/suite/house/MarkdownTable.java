package dev.lacewing.suite.house;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** A table whose first column names things and whose last column lists, in backticks, the things that each uses. */
public record MarkdownTable(Map<String, List<String>> uses) {
    private static final Pattern TICKED = Pattern.compile("`([^`]+)`");

    /** @param heading first cell of the table's first line */
    public static MarkdownTable of(String page, String heading) {
        Map<String, List<String>> uses = new LinkedHashMap<>();
        List<String> lines = page.lines().dropWhile(l -> !l.startsWith("| " + heading + " |")).skip(2).takeWhile(l -> l.startsWith("|")).toList();
        for (String line : lines) {
            String[] cells = line.split("\\|");
            List<String> names = ticked(cells[1]);
            if (names.size() != 1 || uses.put(names.getFirst(), ticked(cells[cells.length - 1])) != null)
                throw new IllegalArgumentException("expected one new name in backticks, got " + line);
        }
        if (uses.isEmpty()) throw new IllegalArgumentException("the page has no table that starts with " + heading);
        return new MarkdownTable(uses);
    }

    static List<String> ticked(String text) { return new ArrayList<>(TICKED.matcher(text).results().map((MatchResult r) -> r.group(1)).toList()); }
}
