package dev.lacewing.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A strict reader of JSON, to test the writer: maps, lists, strings, doubles, booleans, null. */
record JsonValue(Object value) {
    static JsonValue parse(String text) {
        Reader reader = new Reader(text);
        Object value = reader.value();
        reader.space();
        if (reader.at != text.length()) throw new IllegalArgumentException("after the value: " + text.substring(reader.at));
        return new JsonValue(value);
    }

    @SuppressWarnings("unchecked")
    private Map<String, Object> members() { return (Map<String, Object>) value; }

    JsonValue get(String name) {
        if (!members().containsKey(name)) throw new IllegalArgumentException("no member " + name + " in " + value);
        return new JsonValue(members().get(name));
    }

    Set<String> names() { return members().keySet(); }

    List<JsonValue> list() { return ((List<?>) value).stream().map(JsonValue::new).toList(); }

    double number() { return (Double) value; }

    private static final class Reader {
        private final String text;
        private int at;

        Reader(String text) { this.text = text; }

        void space() { while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) at++; }

        private void expect(String token) {
            if (!text.startsWith(token, at)) throw new IllegalArgumentException("expected " + token + " at " + at + " of " + text);
            at += token.length();
        }

        Object value() {
            space();
            return switch (text.charAt(at)) {
                case '{' -> object();
                case '[' -> array();
                case '"' -> string();
                case 't' -> literal("true", true);
                case 'f' -> literal("false", false);
                case 'n' -> literal("null", null);
                default -> number();
            };
        }

        private Object literal(String token, Object value) {
            expect(token);
            return value;
        }

        private Object object() {
            Map<String, Object> members = new LinkedHashMap<>();
            expect("{");
            space();
            while (text.charAt(at) != '}') {
                if (!members.isEmpty()) expect(",");
                space();
                String name = string();
                space();
                expect(":");
                if (members.containsKey(name)) throw new IllegalArgumentException("two members " + name);
                members.put(name, value());
                space();
            }
            expect("}");
            return members;
        }

        private Object array() {
            List<Object> elements = new ArrayList<>();
            expect("[");
            space();
            while (text.charAt(at) != ']') {
                if (!elements.isEmpty()) expect(",");
                elements.add(value());
                space();
            }
            expect("]");
            return elements;
        }

        private String string() {
            StringBuilder out = new StringBuilder();
            expect("\"");
            while (text.charAt(at) != '"') {
                char c = text.charAt(at++);
                if (c < 0x20) throw new IllegalArgumentException("a raw control character in a string");
                if (c != '\\') {
                    out.append(c);
                    continue;
                }
                char escaped = text.charAt(at++);
                switch (escaped) {
                    case 'n' -> out.append('\n');
                    case 'r' -> out.append('\r');
                    case 't' -> out.append('\t');
                    case 'u' -> {
                        out.append((char) Integer.parseInt(text.substring(at, at + 4), 16));
                        at += 4;
                    }
                    case '"', '\\' -> out.append(escaped);
                    default -> throw new IllegalArgumentException("escape " + escaped);
                }
            }
            expect("\"");
            return out.toString();
        }

        private Object number() {
            java.util.regex.Matcher m = java.util.regex.Pattern.compile("-?(0|[1-9]\\d*)(\\.\\d+)?([eE][-+]?\\d+)?").matcher(text).region(at, text.length());
            if (!m.lookingAt()) throw new IllegalArgumentException("no value at " + at + " of " + text);
            at = m.end();
            return Double.valueOf(m.group());
        }
    }
}
