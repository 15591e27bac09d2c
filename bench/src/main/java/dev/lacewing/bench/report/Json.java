package dev.lacewing.bench.report;

import dev.lacewing.error.LacewingException.Malformed;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** A JSON object (RFC 8259) that is put together; and any JSON value to and from text. Members keep their order. */
public final class Json {
    private final Map<String, @Nullable Object> members = new LinkedHashMap<>();

    private Json() {}

    /** Without members yet. */
    public static Json object() { return new Json(); }

    /** @param value what {@link #write} takes */
    public Json put(String name, @Nullable Object value) {
        members.put(name, value);
        return this;
    }

    @Override
    public String toString() { return write(members); }

    /**
     * One line. Numbers that JSON lacks (NaN, infinities) become null; whole numbers are written without a point.
     *
     * @param value a map, an iterable, {@link Json}, a number, boolean or null; anything else by its {@code toString}
     */
    public static String write(@Nullable Object value) {
        return switch (value) {
            case null -> "null";
            case Json object -> object.toString();
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
            case Float f -> Float.isFinite(f) ? f.toString() : "null";
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
            else if (c < 0x20 || Character.isSurrogate(c)) out.append("\\u").append(Integer.toHexString(0x10000 | c).substring(1));
            else out.append(c);
        }
        return out.append('"').toString();
    }

    /**
     * Maps, lists, strings, doubles, booleans and null.
     *
     * @throws Malformed if the text is not one JSON value
     */
    public static @Nullable Object read(String text) { return new JsonReader(text).all(); }
}
