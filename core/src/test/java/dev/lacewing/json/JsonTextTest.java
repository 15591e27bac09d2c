package dev.lacewing.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonTextTest {
    @Test void values() {
        assertThat(JsonText.write(null)).isEqualTo("null");
        assertThat(JsonText.write(List.of(1, 2.5f, -3e9, true, "a"))).isEqualTo("[1, 2.5, -3000000000, true, \"a\"]");
        assertThat(JsonText.write(List.of(Float.NaN, Double.NEGATIVE_INFINITY))).isEqualTo("[null, null]");
        assertThat(JsonText.write(List.of())).isEqualTo("[]");
    }

    @Test void text() {
        assertThat(JsonText.write("a\"b\\c\n\u0001\u007f")).isEqualTo("\"a\\\"b\\\\c\\u000a\\u0001\u007f\"");
        assertThat(JsonText.write("Käse 猫")).isEqualTo("\"Käse 猫\"");
        assertThat(JsonText.write("\ud83d\ude00\ud800")).isEqualTo("\"\\ud83d\\ude00\\ud800\"");
    }

    @Test void membersStandOnLinesInTheirOrder() {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("z", 1);
        object.put("list", List.of(Map.of("a", 1), Map.of("b", 2)));
        object.put("numbers", List.of(1, 2));
        object.put("a", Map.of());
        assertThat(JsonText.lines(object)).isEqualTo("{\n  \"z\": 1,\n  \"list\": [\n    {\"a\": 1},\n    {\"b\": 2}\n  ],\n  \"numbers\": [1, 2],\n  \"a\": {}\n}\n");
    }
}
