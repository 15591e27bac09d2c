package dev.lacewing.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lacewing.error.LacewingException.Malformed;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
    record Inner(double x, String text) {}

    record Outer(int n, long big, boolean yes, double none, List<Inner> list, Inner inner) {}

    @Test
    void readsWhatItWrites() {
        String text = "a \"quoted\" \\ line\nwith \t and \u0001, ü, \ud83e\udd8b";
        assertThat(Json.read(Json.write(text))).isEqualTo(text);
        Object value = Map.of("list", Arrays.asList(1.0, -2.5e-9, true, null, List.of(), Map.of()));
        assertThat(Json.read(Json.write(value))).isEqualTo(value);
        assertThat(Json.write(List.of(3.0, Double.NaN, 1e300, 7))).isEqualTo("[3, null, 1.0E300, 7]");
        assertThat(Json.read(" { \"a\" : [ 1 , \"\\u00fc\\/\\n\" ] } ")).isEqualTo(Map.of("a", List.of(1.0, "ü/\n")));
    }

    @Test
    void objectsKeepTheOrderOfTheirMembers() {
        Json object = Json.object().put("b", Json.object().put("x", 1.5f)).put("a", List.of(Json.object(), "t")).put("none", null).put("nan", Float.NaN).put("path", Path.of("a/b.onnx"));
        assertThat(object).hasToString("{\"b\": {\"x\": 1.5}, \"a\": [{}, \"t\"], \"none\": null, \"nan\": null, \"path\": \"" + Json.write(Path.of("a/b.onnx").toString()).substring(1) + "}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"\\uzzzz\"", "\"\\u12\"", "\"\\x\"", "\"\t\"", "+1", "01", ".5", "1.", "NaN", "{\"a\": 1, \"a\": 2}", "1\u0000", "", "{", "[1,]", "{\"a\" 1}", "{\"a\": }", "\"open", "\"\\u12", "nul", "1 2", "[1 2]", "-"})
    void refusesWhatIsNotJson(String text) { assertThatThrownBy(() -> Json.read(text)).isInstanceOf(Malformed.class).hasMessageContaining("expected"); }

    @Test
    void recordsComeBackFromTheirMaps() {
        Outer outer = new Outer(3, 1L << 40, true, Double.NaN, List.of(new Inner(0.1, "x")), new Inner(-2, ""));
        assertThat(Records.fromMap(Outer.class, (Map<?, ?>) Json.read(Json.write(Records.toMap(outer))))).isEqualTo(outer);
        assertThatThrownBy(() -> Records.fromMap(Inner.class, Map.of("x", 1.0))).isInstanceOf(Malformed.class).hasMessageContaining("text");
        assertThatThrownBy(() -> Records.fromMap(Inner.class, Map.of("x", 1.0, "text", 2.0))).isInstanceOf(Malformed.class).hasMessageContaining("text");
    }
}
