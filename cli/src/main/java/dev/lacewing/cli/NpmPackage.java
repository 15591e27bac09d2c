package dev.lacewing.cli;

import dev.lacewing.bench.report.Json;
import dev.lacewing.error.LacewingException.Malformed;
import dev.lacewing.web.WebExport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * The npm package that an exported folder is to be.
 *
 * @param version null for what {@code package.json} says, or 1.0.0 where there is none
 */
record NpmPackage(String name, @Nullable String version) {
    /** npm's rules for the names of new packages, and for versions, without build metadata, which npm drops. */
    private static final Pattern FORM = Pattern.compile("(?<name>(@[a-z0-9~-][a-z0-9._~-]*/)?[a-z0-9~-][a-z0-9._~-]*)"
            + "(@(?<version>(0|[1-9]\\d*)(\\.(0|[1-9]\\d*)){2}(-[0-9A-Za-z-]+(\\.[0-9A-Za-z-]+)*)?))?");
    private static final int LONGEST_NAME = 214;
    private static final String NAME = "name", VERSION = "version", FILES = "files";

    /** @throws IllegalArgumentException unless {@code text} is {@code NAME} or {@code NAME@VERSION} */
    static NpmPackage parse(String text) {
        Matcher m = FORM.matcher(text);
        if (!m.matches() || m.group("name").length() > LONGEST_NAME)
            throw new IllegalArgumentException("expected a name such as my-network or @me/my-network, or one with a version such as my-network@1.0.1, got '" + text + "'");
        return new NpmPackage(m.group("name"), m.group("version"));
    }

    /** Whether the {@code package.json} in a folder is of this package, so that {@link #describe} keeps what was changed in it. */
    boolean isIn(Path folder) { return name.equals(read(folder.resolve(WebExport.PACKAGE)).get(NAME)); }

    /**
     * @param written the {@code package.json} of an export
     * @return the same with everything that the one in the folder has, if it is of this package; but for the list of files, and the version if one was given
     */
    byte[] describe(byte[] written, Path folder) {
        Map<String, @Nullable Object> members = parsed(new String(written, StandardCharsets.UTF_8)), old = isIn(folder) ? read(folder.resolve(WebExport.PACKAGE)) : Map.<String, @Nullable Object>of();
        old.forEach((member, value) -> { if (!member.equals(FILES)) members.put(member, value); });
        if (version != null) members.put(VERSION, version);
        return Json.lines(members).getBytes(StandardCharsets.UTF_8);
    }

    static final class Converter implements ITypeConverter<NpmPackage> {
        @Override
        public NpmPackage convert(String text) {
            try {
                return parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    /** Empty if there is no such file, or it is no JSON object. */
    private static Map<String, @Nullable Object> read(Path file) {
        try {
            return Files.isRegularFile(file) ? parsed(Files.readString(file)) : Map.<String, @Nullable Object>of();
        } catch (IOException | Malformed e) {
            return Map.of();
        }
    }

    private static Map<String, @Nullable Object> parsed(String json) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        if (Json.read(json) instanceof Map<?, ?> object) object.forEach((name, value) -> members.put(String.valueOf(name), value));
        return members;
    }
}
