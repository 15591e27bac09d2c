package dev.lacewing.bench.compare;

import dev.lacewing.bench.report.Json;
import dev.lacewing.bench.report.Records;
import dev.lacewing.error.LacewingException.Failed;
import dev.lacewing.error.LacewingException.Malformed;
import dev.lacewing.file.WholeFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** The file of results: one JSON array, one measurement a line, so that a new measurement changes its own line only. */
final class Results {
    private final Map<String, Measurement> all = new LinkedHashMap<>();

    /** @throws Malformed if it is no file of results */
    static Results read(Path file) {
        Results results = new Results();
        if (!Files.exists(file)) return results;
        try {
            if (!(Json.read(Files.readString(file)) instanceof List<?> list)) throw new Malformed(file + ": expected a JSON array");
            list.forEach(element -> results.put(measurement(element)));
        } catch (IOException e) {
            throw new Failed(file + " cannot be read: " + e.getMessage(), e);
        }
        return results;
    }

    /** Whether it is here now: not if another of its key was measured more often. */
    boolean put(Measurement m) { return all.merge(m.key(), m, (old, now) -> now.effort() < old.effort() ? old : now) == m; }

    <T extends Measurement> List<T> of(Class<T> kind) { return all.values().stream().filter(kind::isInstance).map(kind::cast).toList(); }

    /** On which they were measured. */
    List<String> machines() { return all.values().stream().map(m -> m.setting().machine()).distinct().toList(); }

    /** @throws Failed if it cannot be written */
    void write(Path file) {
        StringJoiner lines = new StringJoiner(",\n", "[\n", "\n]\n");
        all.values().forEach(m -> lines.add(line(m)));
        WholeFile.write(file, out -> out.write(lines.toString().getBytes(StandardCharsets.UTF_8)));
    }

    static String line(Measurement m) {
        Map<String, @Nullable Object> line = new LinkedHashMap<>();
        line.put("kind", Measurement.KINDS.entrySet().stream().filter(k -> k.getValue() == m.getClass()).findFirst().orElseThrow().getKey());
        line.putAll(Records.toMap((Record) m));
        return Json.write(line);
    }

    /** @throws Malformed if it is no measurement */
    static Measurement measurement(@Nullable Object json) {
        if (!(json instanceof Map<?, ?> map)) throw new Malformed("expected a measurement, got " + json);
        Class<? extends Measurement> kind = Measurement.KINDS.get(String.valueOf(map.get("kind")));
        if (kind == null) throw new Malformed("a measurement's kind must be one of " + Measurement.KINDS.keySet() + ", got " + map.get("kind"));
        return (Measurement) Records.fromMap(kind.asSubclass(Record.class), map);
    }
}
