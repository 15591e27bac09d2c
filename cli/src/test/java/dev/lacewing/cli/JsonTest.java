package dev.lacewing.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class JsonTest {
    @Test
    void writesWhatAReaderReads() {
        String awkward = "a\"b\\c\nd\te\u0001 \u00fc \ud83e\udd8b";
        JsonValue read = JsonValue.parse(Json.object().put("text", awkward).put("list", List.of(1, -2.5, 1e-9, true)).put("object", Json.object()).put("none", null)
                .put("path", Path.of("a/b.onnx")).toString());
        assertThat(read.names()).containsExactly("text", "list", "object", "none", "path");
        assertThat(read.get("text").value()).isEqualTo(awkward);
        assertThat(read.get("list").value()).isEqualTo(List.of(1.0, -2.5, 1e-9, true));
        assertThat(read.get("none").value()).isNull();
        assertThat(read.get("path").value()).isEqualTo(Path.of("a/b.onnx").toString());
    }

    @Test
    void numbersThatJsonLacksAreNull() {
        assertThat(Json.object().put("a", Double.NaN).put("b", Float.POSITIVE_INFINITY).put("c", 1f).toString()).isEqualTo("{\"a\":null,\"b\":null,\"c\":1.0}");
    }
}
