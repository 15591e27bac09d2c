package dev.lacewing.json;

import java.nio.file.Path;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** Writes JSON (RFC 8259). */
public final class JsonText {
    /** Something that is written as an object with these members. */
    public interface Members {
        Map<String, ? extends @Nullable Object> members();
    }

    private JsonText() {}

    /**
     * One line. Numbers that JSON lacks (NaN, infinities) become null; whole numbers are written without a point.
     *
     * @param value a map, {@link Members}, an iterable, a number, boolean or null; anything else by its {@code toString}
     */
    public static String write(@Nullable Object value) {
        return switch (value) {
            case null -> "null";
            case Members object -> write(object.members());
            case Map<?, ?> map -> {
                StringJoiner out = new StringJoiner(", ", "{", "}");
                map.forEach((name, member) -> out.add(quote(String.valueOf(name)) + ": " + write(member)));
                yield out.toString();
            }
            case Path path -> quote(path.toString());   // a path is an iterable too
            case Iterable<?> list -> {
                StringJoiner out = new StringJoiner(", ", "[", "]");
                list.forEach(element -> out.add(write(element)));
                yield out.toString();
            }
            case Float f when !Float.isFinite(f) -> "null";
            case Double d when !Double.isFinite(d) -> "null";
            case Double d when d == Math.rint(d) && Math.abs(d) < 1e15 -> Long.toString(d.longValue());
            case Number n -> n.toString();
            case Boolean b -> b.toString();
            default -> quote(value.toString());
        };
    }

    /** An object with each member on a line of its own, lists of objects likewise. */
    public static String lines(Map<String, ? extends @Nullable Object> object) {
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
