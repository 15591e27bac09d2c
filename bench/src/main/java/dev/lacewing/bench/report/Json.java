package dev.lacewing.bench.report;

import dev.lacewing.error.LacewingException.Malformed;
import dev.lacewing.json.JsonText;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A JSON object (RFC 8259) that is put together; and any JSON value to and from text. Members keep their order. */
public final class Json implements JsonText.Members {
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
    public Map<String, @Nullable Object> members() { return Collections.unmodifiableMap(members); }

    @Override
    public String toString() { return write(members); }

    /** @see JsonText#write */
    public static String write(@Nullable Object value) { return JsonText.write(value); }

    /** @see JsonText#lines */
    public static String lines(Map<String, ? extends @Nullable Object> object) { return JsonText.lines(object); }

    /**
     * Maps, lists, strings, doubles, booleans and null.
     *
     * @throws Malformed if the text is not one JSON value
     */
    public static @Nullable Object read(String text) { return new JsonReader(text).all(); }
}
