package dev.lacewing.plan;

import dev.lacewing.error.LacewingException.Malformed;
import dev.lacewing.plan.CostModel.Rate;
import dev.lacewing.program.Machine;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringTokenizer;
import java.util.TreeMap;

/** A cost model as plain text: {@code lanes N}, then a line for each kernel with its name and four rates in nanoseconds; {@code #} starts a comment. */
public final class CostTable {
    private CostTable() {}

    /**
     * @param comment lines for a person: what machine, how made
     */
    public static String write(CostModel model, List<String> comment) {
        StringBuilder out = new StringBuilder();
        comment.forEach(line -> out.append("# ").append(line).append('\n'));
        out.append("lanes ").append(model.machine().lanes()).append("\n# nanoseconds:           a call   outer turn   inner turn     from the second cache\n");
        model.rates().forEach((name, r) -> out.append(String.format(Locale.ROOT, "%-20s %11.4f %12.4f %12.5f %12.5f%n", name, r.call(), r.outer(), r.inner(), r.far()).replace("\r\n", "\n")));
        return out.toString();
    }

    /**
     * @param origin for {@link CostModel#origin}
     * @param machine that the rates must be for
     * @throws Malformed if the text is not what {@link #write} writes
     */
    public static CostModel read(String text, String origin, Machine machine) {
        Map<String, Rate> rates = new TreeMap<>();
        int lanes = 0;
        for (String line : text.lines().toList()) {
            if (line.isBlank() || line.startsWith("#")) continue;
            String[] words = words(line);
            try {
                if (words.length == 2 && words[0].equals("lanes")) lanes = Integer.parseInt(words[1]);
                else if (words.length == 5) rates.put(words[0], new Rate(rate(words[1]), rate(words[2]), rate(words[3]), rate(words[4])));
                else throw new Malformed("the cost table from " + origin + ": expected a name and four numbers, got \"" + line + "\"");
            } catch (NumberFormatException e) {
                throw new Malformed("the cost table from " + origin + ": expected a number of nanoseconds in \"" + line + "\"", e);
            }
        }
        if (lanes != machine.lanes()) throw new Malformed("the cost table from " + origin + ": expected a line \"lanes " + machine.lanes() + "\", got " + lanes);
        return new CostModel(origin, machine, rates);
    }

    /** Without a regular expression, which a process that starts would have to translate first. */
    private static String[] words(String line) {
        StringTokenizer words = new StringTokenizer(line);
        String[] all = new String[words.countTokens()];
        for (int i = 0; i < all.length; i++) all[i] = words.nextToken();
        return all;
    }

    private static double rate(String word) {
        double value = Double.parseDouble(word);
        if (!(value >= 0) || value > 1e9) throw new NumberFormatException("not a time: " + word);
        return value;
    }
}
