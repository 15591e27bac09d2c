package dev.lacewing.cli;

import dev.lacewing.bench.report.Json;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A view of what {@link Json#read} gives. */
record JsonValue(Object value) {
    static JsonValue parse(String text) { return new JsonValue(Json.read(text)); }

    @SuppressWarnings("unchecked")
    private Map<String, Object> members() { return (Map<String, Object>) value; }

    JsonValue get(String name) {
        if (!members().containsKey(name)) throw new IllegalArgumentException("no member " + name + " in " + value);
        return new JsonValue(members().get(name));
    }

    Set<String> names() { return members().keySet(); }

    List<JsonValue> list() { return ((List<?>) value).stream().map(JsonValue::new).toList(); }

    double number() { return (Double) value; }

    String text() { return (String) value; }
}
