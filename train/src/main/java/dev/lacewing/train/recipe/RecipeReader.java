package dev.lacewing.train.recipe;

import dev.lacewing.error.LacewingException;
import dev.lacewing.error.LacewingException.Invalid;
import dev.lacewing.error.LacewingException.Malformed;
import dev.lacewing.prune.Patterns;
import dev.lacewing.sparse.Pattern;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * From YAML to records. A record is a mapping whose keys are its components in snake case; what is left out keeps its default. A record may be written as its first component
 * alone ({@code network: resnet20}). What is chosen by name ({@link Families}) is a mapping with the key {@code name}, or the name alone. Ranges are the records' own business:
 * what their constructors refuse is told with its line.
 */
final class RecipeReader {
    private static final String NAME = "name";

    private final String file;

    RecipeReader(String file) { this.file = file; }

    static Recipe read(String file, String yaml) { return new RecipeReader(file).recipe(compose(file, yaml)); }

    /** @throws Malformed if it is no YAML */
    static MappingNode compose(String file, String yaml) {
        Optional<Node> root;
        try {
            root = new Compose(LoadSettings.builder().setLabel(file).setMaxAliasesForCollections(50).build()).composeString(yaml);
        } catch (YamlEngineException e) {
            throw new Malformed(file + " is no YAML: " + e.getMessage(), e);
        }
        if (root.isEmpty() || !(root.get() instanceof MappingNode mapping)) throw new Invalid(file + " is empty: expected keys and values, for example data: and network:");
        return mapping;
    }

    Recipe recipe(MappingNode mapping) {
        Recipe recipe = record(mapping, Recipe.class, Recipe.DEFAULT, List.of());
        if (recipe.data().name().isEmpty()) throw wrong(mapping, "data: is missing; for example data: fashion-mnist");
        if (recipe.network().name().isEmpty()) throw wrong(mapping, "network: is missing; for example network: mobilenet_v1");
        if (recipe.teacher().isPresent() && recipe.teacher().get().file().isEmpty()) throw wrong(mapping, "teacher: needs a file");
        return recipe;
    }

    Recipe.Network network(MappingNode mapping) { return record(mapping, Recipe.Network.class, Recipe.Network.DEFAULT, List.of()); }

    private <T> T record(MappingNode node, Class<T> type, Object defaults, List<String> alsoAllowed) {
        Map<String, Node> given = new LinkedHashMap<>();
        RecordComponent[] components = type.getRecordComponents();
        List<String> keys = new ArrayList<>(alsoAllowed);
        for (RecordComponent c : components) keys.add(key(c));
        for (NodeTuple tuple : node.getValue()) {
            String key = text(tuple.getKeyNode(), "a key");
            if (!keys.contains(key)) throw wrong(tuple.getKeyNode(), "there is no key '" + key + "' here" + nearest(key, keys) + "; " + allowed(keys));
            if (given.put(key, tuple.getValueNode()) != null) throw wrong(tuple.getKeyNode(), "the key '" + key + "' stands here twice");
        }
        Object[] values = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            Node value = given.get(key(components[i]));
            Object standard = call(components[i], defaults);
            values[i] = value == null ? standard : value(value, key(components[i]), components[i].getGenericType(), standard);
        }
        return make(type, components, values, node);
    }

    private Object value(Node node, String key, Type generic, Object standard) {
        Class<?> type = generic instanceof ParameterizedType p ? (Class<?>) p.getRawType() : (Class<?>) generic;
        Map<String, ?> family = Families.of(type);
        if (family != null) return member(node, key, family);
        if (type == Patterns.class) return parsed(node, key, Patterns::parse);
        if (type == Pattern.class) return parsed(node, key, Pattern::parse);
        if (type == Optional.class) return Optional.of(record(node, key, Recipe.Teacher.class, Recipe.Teacher.DEFAULT));
        if (type == OptionalLong.class) return OptionalLong.of(whole(node, key));
        if (type == List.class) return list(node, key);
        if (type.isRecord()) return record(node, key, type, standard);
        if (type.isEnum()) return constant(node, key, type);
        if (type == String.class) return text(node, key);
        if (type == boolean.class) return truth(node, key);
        if (type == double.class) return number(node, key);
        long whole = whole(node, key);
        if (type == long.class) return whole;
        if (whole != (int) whole) throw wrong(node, key + " is too large: " + whole);
        return (int) whole;
    }

    /** A mapping, or the first component alone. */
    private <T> T record(Node node, String key, Class<T> type, Object defaults) {
        if (node instanceof MappingNode mapping) return record(mapping, type, defaults, List.of());
        RecordComponent[] components = type.getRecordComponents();
        Object[] values = Arrays.stream(components).map(c -> call(c, defaults)).toArray();
        values[0] = value(node, key, components[0].getGenericType(), values[0]);
        return make(type, components, values, node);
    }

    private Object member(Node node, String key, Map<String, ?> family) {
        if (!(node instanceof MappingNode mapping)) return find(node, key, family, text(node, key));
        for (NodeTuple tuple : mapping.getValue())
            if (text(tuple.getKeyNode(), "a key").equals(NAME)) {
                Object defaults = find(tuple.getValueNode(), key, family, text(tuple.getValueNode(), NAME));
                return record(mapping, defaults.getClass(), defaults, List.of(NAME));
            }
        throw wrong(node, key + " needs a name: one of " + String.join(", ", family.keySet()));
    }

    private Object find(Node node, String key, Map<String, ?> family, String name) {
        Object found = family.get(name.toLowerCase(Locale.ROOT).replace('-', '_'));
        if (found == null) throw wrong(node, "there is no " + key + " '" + name + "'" + nearest(name, family.keySet()) + "; choose one of " + String.join(", ", family.keySet()));
        return found;
    }

    private <T> T parsed(Node node, String key, java.util.function.Function<String, T> parse) {
        String text = node instanceof MappingNode mapping
                ? mapping.getValue().stream().map(t -> text(t.getKeyNode(), "a key") + "=" + text(t.getValueNode(), key)).collect(Collectors.joining(" ")) : text(node, key);
        try {
            return parse.apply(text);
        } catch (Invalid e) {
            throw wrong(node, String.valueOf(e.getMessage()));
        }
    }

    private List<Double> list(Node node, String key) {
        if (!(node instanceof SequenceNode sequence)) return List.of(number(node, key));
        return sequence.getValue().stream().map(n -> number(n, key)).toList();
    }

    private Object constant(Node node, String key, Class<?> type) {
        String text = text(node, key);
        List<String> names = Arrays.stream(type.getEnumConstants()).map(c -> String.valueOf(c).toLowerCase(Locale.ROOT)).toList();
        int at = names.indexOf(text.toLowerCase(Locale.ROOT).replace('-', '_'));
        if (at < 0) throw wrong(node, key + " must be one of " + String.join(", ", names) + ", got '" + text + "'");
        return type.getEnumConstants()[at];
    }

    private boolean truth(Node node, String key) {
        return switch (text(node, key)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw wrong(node, key + " must be true or false, got '" + text(node, key) + "'");
        };
    }

    private double number(Node node, String key) {
        try {
            double number = Double.parseDouble(text(node, key));
            if (Double.isFinite(number)) return number;
        } catch (NumberFormatException e) {
            throw wrong(node, key + " must be a number, got '" + text(node, key) + "'");
        }
        throw wrong(node, key + " must be a finite number");
    }

    private long whole(Node node, String key) {
        try {
            return Long.parseLong(text(node, key));
        } catch (NumberFormatException e) {
            throw wrong(node, key + " must be a whole number, got '" + text(node, key) + "'");
        }
    }

    private String text(Node node, String key) {
        if (node instanceof ScalarNode scalar && !scalar.getValue().isEmpty()) return scalar.getValue();
        throw wrong(node, key + (node instanceof ScalarNode ? " has no value" : " must be a single value, got a " + (node instanceof MappingNode ? "mapping" : "list")));
    }

    private <T> T make(Class<T> type, RecordComponent[] components, Object[] values, Node node) {
        try {
            var constructor = type.getDeclaredConstructor(Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
            constructor.setAccessible(true);
            return constructor.newInstance(values);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof LacewingException refused) throw wrong(node, String.valueOf(refused.getMessage()));
            throw new IllegalStateException(e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Object call(RecordComponent component, Object record) {
        try {
            component.getAccessor().setAccessible(true);
            return component.getAccessor().invoke(record);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String key(RecordComponent component) { return component.getName().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT); }

    private static String allowed(List<String> keys) { return keys.isEmpty() ? "no keys are allowed here" : "allowed are " + String.join(", ", keys); }

    private static String nearest(String key, Collection<String> known) {
        @Nullable String best = null;
        int least = Math.max(2, key.length() / 3) + 1;
        for (String k : known) {
            int distance = distance(key.toLowerCase(Locale.ROOT), k);
            if (distance < least) {
                least = distance;
                best = k;
            }
        }
        return best == null ? "" : "; did you mean '" + best + "'?";
    }

    /** Letters to insert, remove or replace (Levenshtein). */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        Arrays.setAll(row, i -> i);
        for (int i = 1; i <= a.length(); i++) {
            int corner = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int here = Math.min(Math.min(row[j], row[j - 1]) + 1, corner + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1));
                corner = row[j];
                row[j] = here;
            }
        }
        return row[b.length()];
    }

    private Invalid wrong(Node node, String message) { return wrong(file, node, message); }

    /** With the line. */
    static Invalid wrong(String file, @Nullable Node node, String message) {
        return new Invalid(file + (node == null ? "" : node.getStartMark().map(m -> ":" + (m.getLine() + 1)).orElse("")) + ": " + message);
    }
}
