package dev.lacewing.bench.report;

import dev.lacewing.error.LacewingException.Malformed;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Accepts nothing but JSON; a name twice in one object counts as a mistake. */
final class JsonReader {
    private static final Pattern NUMBER = Pattern.compile("-?(0|[1-9]\\d*)(\\.\\d+)?([eE][-+]?\\d+)?"), HEX = Pattern.compile("[0-9a-fA-F]{4}");

    private final String text;
    private int at;

    JsonReader(String text) { this.text = text; }

    @Nullable Object all() {
        Object value = value();
        next();
        if (at < text.length()) throw malformed("nothing more");
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
            if (map.containsKey(name)) throw malformed("another name than '" + name + "' again");
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
            if (c < 0x20) throw malformed("an escape for a control character");
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
        if ("\"\\/".indexOf(c) >= 0) return c;
        if (c != 'u') throw malformed("an escape");
        Matcher digits = HEX.matcher(text).region(at + 1, text.length());
        if (!digits.lookingAt()) throw malformed("u and four hexadecimal digits");
        at += 4;
        return (char) HexFormat.fromHexDigits(digits.group());
    }

    private Double number() {
        Matcher number = NUMBER.matcher(text).region(at, text.length());
        if (!number.lookingAt()) throw malformed("a value");
        at = number.end();
        return Double.valueOf(number.group());
    }
}
