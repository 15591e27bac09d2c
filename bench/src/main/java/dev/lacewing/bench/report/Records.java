package dev.lacewing.bench.report;

import dev.lacewing.error.LacewingException.Malformed;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Records to and from the maps of {@link Json}. Components may be strings, int, long, double (NaN for null), boolean, records, and lists of these. */
public final class Records {
    private Records() {}

    public static Map<String, @Nullable Object> toMap(Record value) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        for (RecordComponent c : value.getClass().getRecordComponents()) map.put(c.getName(), plain(get(c, value)));
        return map;
    }

    private static Object plain(Object value) {
        return switch (value) {
            case Record record -> toMap(record);
            case List<?> list -> list.stream().map(Records::plain).toList();
            default -> value;
        };
    }

    private static Object get(RecordComponent component, Record value) {
        try {
            component.getAccessor().setAccessible(true);
            return component.getAccessor().invoke(value);
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException(e);
        }
    }

    /** @throws Malformed if a member is missing or of another type */
    public static <T extends Record> T fromMap(Class<T> type, Map<?, ?> map) {
        RecordComponent[] components = type.getRecordComponents();
        Object[] values = new Object[components.length];
        for (int i = 0; i < values.length; i++) {
            String name = components[i].getName();
            if (!map.containsKey(name)) throw new Malformed(type.getSimpleName() + " without " + name + ": " + map);
            values[i] = value(components[i].getGenericType(), name, map.get(name));
        }
        try {
            var constructor = type.getDeclaredConstructor(Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
            constructor.setAccessible(true);
            return constructor.newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Object value(Type type, String name, @Nullable Object value) {
        if (type == double.class && value == null) return Double.NaN;
        if (value instanceof Double d) {
            if (type == double.class || type == Double.class) return d;
            if (type == int.class) return d.intValue();
            if (type == long.class) return d.longValue();
        }
        if (type == String.class && value instanceof String || type == boolean.class && value instanceof Boolean) return value;
        if (type instanceof Class<?> c && c.isRecord() && value instanceof Map<?, ?> map) return fromMap(c.asSubclass(Record.class), map);
        if (type instanceof ParameterizedType p && p.getRawType() == List.class && value instanceof List<?> list)
            return list.stream().map(element -> value(p.getActualTypeArguments()[0], name, element)).toList();
        throw new Malformed(name + ": expected " + type.getTypeName() + ", got " + value);
    }
}
