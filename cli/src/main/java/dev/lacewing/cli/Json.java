package dev.lacewing.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** One JSON value as text (RFC 8259). Members keep the order in which they are put; numbers that JSON lacks (NaN, infinities) become null. */
final class Json {
    private final Map<String, @Nullable Object> members = new LinkedHashMap<>();

    private Json() {}

    static Json object() { return new Json(); }

    /** @param value a string, number, boolean, null, {@link Json}, or an iterable of such */
    Json put(String name, @Nullable Object value) {
        members.put(name, value);
        return this;
    }

    @Override
    public String toString() { return write(this); }

    private static String write(@Nullable Object value) {
        return switch (value) {
            case null -> "null";
            case Json object -> {
                StringJoiner out = new StringJoiner(",", "{", "}");
                object.members.forEach((name, member) -> out.add(quote(name) + ":" + write(member)));
                yield out.toString();
            }
            case Path path -> quote(path.toString());   // a path is an iterable too
            case Iterable<?> list -> {
                StringJoiner out = new StringJoiner(",", "[", "]");
                list.forEach(element -> out.add(write(element)));
                yield out.toString();
            }
            case Double d -> Double.isFinite(d) ? d.toString() : "null";
            case Float f -> Float.isFinite(f) ? f.toString() : "null";
            case Number n -> n.toString();
            case Boolean b -> b.toString();
            default -> quote(value.toString());
        };
    }

    private static String quote(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"', '\\' -> out.append('\\').append(c);
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (c < 0x20 || Character.isSurrogate(c)) out.append("\\u").append(hex(c));
                    else out.append(c);
                }
            }
        }
        return out.append('"').toString();
    }

    private static String hex(char c) { return Integer.toHexString(0x10000 | c).substring(1); }
}
