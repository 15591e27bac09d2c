package dev.lacewing.suite.house;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacewing.train.method.Method;
import dev.lacewing.train.optimizer.LearningRate;
import dev.lacewing.train.optimizer.Optimizer;
import dev.lacewing.train.recipe.Families;
import dev.lacewing.train.recipe.Recipe;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** docs/training.md lists every key of a recipe with its default, as the reader of recipes has them. */
final class TrainingPageTest {
    private static final String PAGE = Repository.text("docs/training.md");

    @Test
    void everyKeyStandsThereWithItsDefault() throws ReflectiveOperationException {
        Recipe defaults = Recipe.parse("r", "data: mnist\nnetwork: mlp\nteacher: t.onnx\n");
        check("recipe", Recipe.parse("r", "data: mnist\nnetwork: mlp"));
        check("data", defaults.data());
        check("augment", defaults.data().augment());
        check("network", defaults.network());
        check("seed", defaults.seed());
        check("teacher", defaults.teacher().orElseThrow());
        for (Map.Entry<String, Method> e : Families.methods().entrySet()) if (e.getValue().getClass().getRecordComponents().length > 0) check("method: " + e.getKey(), (Record) e.getValue());
        for (Map.Entry<String, Optimizer> e : Families.optimizers().entrySet()) check("optimizer: " + e.getKey(), (Record) e.getValue());
        for (Map.Entry<String, LearningRate> e : Families.rates().entrySet()) check("rate: " + e.getKey(), (Record) e.getValue());
    }

    /** Lines {@code | `key` | default | meaning |} below the heading; a heading may name several members of a family, of which the first has these defaults. */
    private static void check(String section, Record defaults) throws ReflectiveOperationException {
        List<String> headings = Pattern.compile("(?m)^### (.+)$").matcher(PAGE).results().map(m -> m.group(1)).toList();
        String family = section.replaceFirst(": .*", ": "), name = section.replaceFirst(".*: ", "");
        String heading = headings.stream().filter(h -> h.equals(section) || h.startsWith(family) && family.endsWith(": ") && List.of(h.substring(family.length()).split(", ", -1)).contains(name))
                .findFirst().orElseThrow(() -> new AssertionError("no heading for " + section));
        String text = PAGE.substring(PAGE.indexOf("### " + heading + "\n")).substring(4).split("\n##", 2)[0];
        Map<String, String> shown = new LinkedHashMap<>();
        Pattern.compile("(?m)^\\| `(\\w+)` \\| ([^|]*) \\| [^|]{4,} \\|$").matcher(text).results().forEach(m -> shown.put(m.group(1), m.group(2).strip()));
        Map<String, String> expected = new LinkedHashMap<>();
        for (RecordComponent c : defaults.getClass().getRecordComponents())
            expected.put(c.getName().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT), told(c.getAccessor().invoke(defaults)));
        if (heading.startsWith(family + name) || !family.endsWith(": ")) assertThat(shown).as(section).isEqualTo(expected);
        else {
            List<String> differ = new ArrayList<>();
            expected.forEach((key, value) -> { if (!value.equals(shown.get(key))) differ.add("`" + key + ": " + value + "`"); });
            assertThat(shown.keySet()).as(section).isEqualTo(expected.keySet());
            assertThat(text).as(section).contains("`" + name + "`").contains(differ);
        }
    }

    private static String told(Object value) {
        if (value instanceof Double d) return d == Math.rint(d) ? String.valueOf(d.longValue()) : d < 1e-3 ? d.toString().replace(".0E", "e").toLowerCase(Locale.ROOT) : d.toString();
        if (value instanceof String s) return s.isEmpty() || s.endsWith(".onnx") || s.equals("mnist") || s.equals("mlp") ? "needed" : s;
        if (value instanceof Optional<?> || value instanceof OptionalLong) return "none";
        if (value instanceof Enum<?> e) return e.name().toLowerCase(Locale.ROOT);
        if (value instanceof List<?> l) return l.isEmpty() ? "none" : l.toString();
        for (Map<String, ?> family : List.of(Families.methods(), Families.optimizers(), Families.rates()))
            for (Map.Entry<String, ?> member : family.entrySet()) if (member.getValue().equals(value)) return member.getKey();
        String text = value.toString();
        return value instanceof Record && text.contains("[") ? "below" : text;
    }
}
