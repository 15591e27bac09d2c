package dev.lacewing.web;

import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** Maps, lists, numbers, booleans, strings and null as JSON (RFC 8259). Numbers that JSON lacks become null. */
final class Json {
    private Json() {}

    static String write(@Nullable Object value) {
        return switch (value) {
            case null -> "null";
            case Map<?, ?> map -> {
                StringJoiner out = new StringJoiner(", ", "{", "}");
                map.forEach((name, member) -> out.add(quote(String.valueOf(name)) + ": " + write(member)));
                yield out.toString();
            }
            case Iterable<?> list -> {
                StringJoiner out = new StringJoiner(", ", "[", "]");
                list.forEach(element -> out.add(write(element)));
                yield out.toString();
            }
            case Float f when !Float.isFinite(f) -> "null";
            case Double d when !Double.isFinite(d) -> "null";
            case Number n -> n.toString();
            case Boolean b -> b.toString();
            default -> quote(value.toString());
        };
    }

    /** An object with each member on a line of its own, lists of objects likewise. */
    static String lines(Map<String, ?> object) {
        StringJoiner out = new StringJoiner(",\n  ", "{\n  ", "\n}\n");
        object.forEach((name, member) -> out.add(quote(name) + ": " + (member instanceof Iterable<?> list ? list(list) : write(member))));
        return out.toString();
    }

    private static String list(Iterable<?> list) {
        if (!list.iterator().hasNext() || !(list.iterator().next() instanceof Map<?, ?>)) return write(list);
        StringJoiner out = new StringJoiner(",\n    ", "[\n    ", "\n  ]");
        list.forEach(element -> out.add(write(element)));
        return out.toString();
    }

    private static String quote(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') out.append('\\').append(c);
            else if (c < 0x20 || Character.isSurrogate(c)) out.append("\\u").append(Integer.toHexString(0x10000 | c).substring(1));
            else out.append(c);
        }
        return out.append('"').toString();
    }
}
