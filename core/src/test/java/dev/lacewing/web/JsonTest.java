package dev.lacewing.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonTest {
    @Test void values() {
        assertThat(Json.write(null)).isEqualTo("null");
        assertThat(Json.write(List.of(1, 2.5f, -3e9, true, "a"))).isEqualTo("[1, 2.5, -3.0E9, true, \"a\"]");
        assertThat(Json.write(List.of(Float.NaN, Double.NEGATIVE_INFINITY))).isEqualTo("[null, null]");
        assertThat(Json.write(List.of())).isEqualTo("[]");
    }

    @Test void text() {
        assertThat(Json.write("a\"b\\c\n\u0001\u007f")).isEqualTo("\"a\\\"b\\\\c\\u000a\\u0001\u007f\"");
        assertThat(Json.write("Käse 猫")).isEqualTo("\"Käse 猫\"");
        assertThat(Json.write("\ud83d\ude00\ud800")).isEqualTo("\"\\ud83d\\ude00\\ud800\"");
    }

    @Test void membersStandOnLinesInTheirOrder() {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("z", 1);
        object.put("list", List.of(Map.of("a", 1), Map.of("b", 2)));
        object.put("numbers", List.of(1, 2));
        object.put("a", Map.of());
        assertThat(Json.lines(object)).isEqualTo("{\n  \"z\": 1,\n  \"list\": [\n    {\"a\": 1},\n    {\"b\": 2}\n  ],\n  \"numbers\": [1, 2],\n  \"a\": {}\n}\n");
    }
}
