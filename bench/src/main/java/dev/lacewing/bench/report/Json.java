package dev.lacewing.bench.report;

import dev.lacewing.error.LacewingException.Malformed;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** JSON (RFC 8259) to and from maps, lists, strings, doubles, booleans and null. */
public final class Json {
    private final String text;
    private int at;

    private Json(String text) { this.text = text; }

    /** One line. Numbers that JSON lacks (NaN, infinities) become null; whole numbers are written without a point. */
    public static String write(@Nullable Object value) {
        return switch (value) {
            case null -> "null";
            case Map<?, ?> map -> {
                StringJoiner out = new StringJoiner(", ", "{", "}");
                map.forEach((name, member) -> out.add(quote(String.valueOf(name)) + ": " + write(member)));
                yield out.toString();
            }
            case List<?> list -> {
                StringJoiner out = new StringJoiner(", ", "[", "]");
                list.forEach(element -> out.add(write(element)));
                yield out.toString();
            }
            case Double d when !Double.isFinite(d) -> "null";
            case Double d when d == Math.rint(d) && Math.abs(d) < 1e15 -> Long.toString(d.longValue());
            case Number n -> n.toString();
            case Boolean b -> b.toString();
            default -> quote(value.toString());
        };
    }

    private static String quote(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') out.append('\\').append(c);
            else if (c < 0x20) out.append(String.format("\\u%04x", (int) c));
            else out.append(c);
        }
        return out.append('"').toString();
    }

    /** @throws Malformed if the text is not one JSON value */
    public static @Nullable Object read(String text) {
        Json reader = new Json(text);
        Object value = reader.value();
        if (reader.next() != 0) throw reader.malformed("nothing more");
        return value;
    }

    /** The next character that is no space, 0 at the end. */
    private char next() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) at++;
        return at < text.length() ? text.charAt(at) : 0;
    }

    private Malformed malformed(String expected) {
        return new Malformed("JSON: expected " + expected + " at character " + at + ", got '" + text.substring(Math.min(at, text.length()), Math.min(at + 20, text.length())) + "'");
    }

    private boolean took(String token) {
        next();
        if (!text.startsWith(token, at)) return false;
        at += token.length();
        return true;
    }

    private void expect(String token) { if (!took(token)) throw malformed(token); }

    private @Nullable Object value() {
        return switch (next()) {
            case '{' -> object();
            case '[' -> list();
            case '"' -> string();
            default -> {
                if (took("null")) yield null;
                if (took("true")) yield true;
                if (took("false")) yield false;
                yield number();
            }
        };
    }

    private Map<String, @Nullable Object> object() {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        expect("{");
        if (took("}")) return map;
        do {
            next();
            String name = string();
            expect(":");
            map.put(name, value());
        } while (took(","));
        expect("}");
        return map;
    }

    private List<@Nullable Object> list() {
        List<@Nullable Object> list = new ArrayList<>();
        expect("[");
        if (took("]")) return list;
        do list.add(value()); while (took(","));
        expect("]");
        return list;
    }

    private String string() {
        expect("\"");
        StringBuilder out = new StringBuilder();
        for (;; at++) {
            if (at >= text.length()) throw malformed("a closing quote");
            char c = text.charAt(at);
            if (c == '"') break;
            out.append(c == '\\' ? escaped() : c);
        }
        at++;
        return out.toString();
    }

    private char escaped() {
        if (++at >= text.length()) throw malformed("an escaped character");
        char c = text.charAt(at);
        int plain = "bfnrt".indexOf(c);
        if (plain >= 0) return "\b\f\n\r\t".charAt(plain);
        if (c != 'u') return c;
        if (at + 4 >= text.length()) throw malformed("four hexadecimal digits");
        at += 4;
        return (char) Integer.parseInt(text.substring(at - 3, at + 1), 16);
    }

    private Double number() {
        int from = at;
        while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) at++;
        try {
            return Double.valueOf(text.substring(from, at));
        } catch (NumberFormatException e) {
            at = from;
            throw malformed("a value");
        }
    }
}
